#pragma once

#include <cstdint>
#include <vector>

#include "demo/vec.h"
#include "vedette/imaging/image.h"

namespace vedette::media::demo {

/// What lens and sensor do to the light: darker corners, noise, a curve to 8 bits.
///
/// Immutable; may be used by several threads.
class Film {
public:
    Film(int width_px, int height_px, std::uint64_t seed);

    /// \param light row by row; \param exposure factor on it; \param noise standard deviation in
    /// 8-bit steps
    [[nodiscard]] imaging::Image develop(const std::vector<Color3>& light, float exposure,
                                         float noise, int frame) const;

private:
    static constexpr int kGrainSide = 512;

    int width_;
    int height_;
    std::uint64_t seed_;
    std::vector<std::uint8_t> curve_; ///< linear light 0 .. curve_top to sRGB
    std::vector<float> vignette_x_;   ///< squared distance from the middle, 0..1
    std::vector<float> vignette_y_;
    std::vector<float> grain_; ///< standard normal numbers
};

} // namespace vedette::media::demo
