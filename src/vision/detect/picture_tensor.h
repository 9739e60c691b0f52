#pragma once

#include <array>
#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"
#include "vedette/infer/manifest.h"
#include "vedette/infer/tensor.h"

namespace vedette::vision {

/// A batch of pictures as a model wants to see them: scaled, padded, in its order and number type.
///
/// Thread-compatible. Memory grows to the largest batch and stays.
class PictureTensor {
public:
    /// \return invalid_argument, naming the key, for an input that no picture can become.
    static Result<PictureTensor> create(const infer::InputSpec& spec);

    /// Makes room for so many pictures. What was written before is gone.
    void reset(std::size_t pictures);
    /// \pre slot < pictures; the picture is not empty
    imaging::Letterbox write(const imaging::ImageView& picture, std::size_t slot);
    /// All slots; valid until the next reset().
    [[nodiscard]] const infer::TensorView& view() const noexcept { return view_; }

    /// \return invalid_argument unless `input` takes what this makes.
    [[nodiscard]] Status expect_fits(const infer::TensorSpec& input) const;

private:
    explicit PictureTensor(const infer::InputSpec& spec);
    void write_floats(float* to);
    void write_bytes(std::uint8_t* to);
    [[nodiscard]] cv::Mat pixels();

    infer::InputSpec spec_;
    std::size_t channels_;
    std::size_t bytes_per_picture_;
    imaging::Image scaled_;
    std::array<cv::Mat, 3> planes_;
    std::array<cv::Mat, 3> float_planes_; ///< only for interleaved floats
    std::vector<std::byte> bytes_;
    infer::TensorView view_;
};

} // namespace vedette::vision
