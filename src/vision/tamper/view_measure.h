#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "tamper/reduction.h"
#include "vedette/imaging/mask.h"

namespace vedette::vision {

/// A picture is judged in blocks, so that a lorry, a lamp or a printed clock is a part of it only.
inline constexpr int kViewColumns = 10;
inline constexpr int kViewRows = 9;
inline constexpr int kViewBlocks = kViewColumns * kViewRows;
/// Of the picture in which structure is compared.
inline constexpr int kViewWidth = kFineWidth / 2;
inline constexpr int kViewHeight = kFineHeight / 2;
inline constexpr int kBlockWidth = kViewWidth / kViewColumns;
inline constexpr int kBlockHeight = kViewHeight / kViewRows;

/// Which way edges run: unit vectors at twice the angle of the gradient, so that light on dark and
/// dark on light are the same; 0 where there is no edge. kViewWidth x kViewHeight.
using OrientationField = cv::Mat_<cv::Vec2f>;

struct ViewMeasure {
    float luminance = 0;                    ///< 0..255, mean of the blocks that are not blind
    std::array<float, kViewBlocks> light{}; ///< 0..255, mean of each block
    std::array<bool, kViewBlocks> blind{};  ///< a mask touches it: it says nothing
    std::array<float, kViewBlocks> edges{}; ///< 0..1, share of each block's pixels on an edge
    float sharpness = 0;  ///< 0..1, of the block in the middle; 1/4 where nothing is sharp
    int sharp_blocks = 0; ///< blocks with edges enough to tell
    OrientationField orientation;

    /// Blocks that show anything.
    [[nodiscard]] int detailed() const;
    /// Share of the blocks, without blind ones, that are darker than `level`.
    [[nodiscard]] float darker_than(float level) const;
    [[nodiscard]] float lighter_than(float level) const;
};

/// Measures pictures; keeps its memory.
///
/// Thread-compatible.
class ViewMeter {
public:
    /// \param blind  parts that show nothing of the scene; blocks that they touch are blind, have
    /// no edges and no sharpness
    explicit ViewMeter(const imaging::PictureMask& blind);

    /// \param picture  kFineWidth x kFineHeight
    [[nodiscard]] const ViewMeasure& measure(const cv::Mat_<std::uint8_t>& picture);

private:
    using BlockValues = std::array<float, kViewBlocks>;
    /// Of a block, on edges.
    struct Steepness {
        float fine = 0;   ///< energy at the fine scale
        float coarse = 0; ///< and at the coarse one
        int pixels = 0;
    };

    [[nodiscard]] float noise_of(const BlockValues& energies) const;
    void measure_light();
    void measure_edges(const cv::Mat_<std::uint8_t>& fine);
    void measure_sharpness(const std::array<Steepness, kViewBlocks>& blocks, float fine_noise,
                           float coarse_noise);

    cv::Mat_<std::uint8_t> middle_; ///< 160x90
    cv::Mat_<std::uint8_t> coarse_; ///< 80x45
    cv::Mat_<std::int16_t> relief_; ///< what stands out of the shading
    ViewMeasure measure_;
};

} // namespace vedette::vision
