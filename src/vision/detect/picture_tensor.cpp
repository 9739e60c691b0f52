#include "detect/picture_tensor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "vedette/base/assert.h"

namespace vedette::vision {
namespace {

constexpr int kLargestSide = 8192;

imaging::PixelFormat format_of(infer::InputSpec::Color color) noexcept {
    switch (color) {
    case infer::InputSpec::Color::bgr: return imaging::PixelFormat::bgr24;
    case infer::InputSpec::Color::rgb: return imaging::PixelFormat::rgb24;
    case infer::InputSpec::Color::gray: return imaging::PixelFormat::gray8;
    }
    return imaging::PixelFormat::bgr24;
}

imaging::Fit fit_of(infer::InputSpec::Fit fit) noexcept {
    switch (fit) {
    case infer::InputSpec::Fit::stretch: return imaging::Fit::stretch;
    case infer::InputSpec::Fit::letterbox_corner: return imaging::Fit::letterbox_corner;
    case infer::InputSpec::Fit::letterbox_centre: return imaging::Fit::letterbox_centre;
    }
    return imaging::Fit::stretch;
}

bool is_side(int px) noexcept { return px >= 1 && px <= kLargestSide; }

bool leaves_pixels_alone(const infer::InputSpec& spec, std::size_t channels) {
    return std::all_of(spec.mean.begin(), spec.mean.begin() + static_cast<std::ptrdiff_t>(channels),
                       [](float mean) { return mean == 0; }) &&
           std::all_of(spec.scale.begin(),
                       spec.scale.begin() + static_cast<std::ptrdiff_t>(channels),
                       [](float scale) { return scale == 1; });
}

/// Pixels as numbers: (pixel - mean) * scale, in one multiplication and one addition.
void scale_into(const cv::Mat& from, float mean, float scale, cv::Mat& to) {
    from.convertTo(to, CV_32F, scale, -static_cast<double>(mean) * scale);
}

} // namespace

Result<PictureTensor> PictureTensor::create(const infer::InputSpec& spec) {
    const auto wrong = [](const std::string& what) {
        return Error{ErrorCode::invalid_argument, "input." + what};
    };
    if (!is_side(spec.width_px) || !is_side(spec.height_px))
        return wrong("width and input.height must be 1.." + std::to_string(kLargestSide) +
                     ", are " + std::to_string(spec.width_px) + " and " +
                     std::to_string(spec.height_px));
    if (spec.type != infer::ElementType::f32 && spec.type != infer::ElementType::u8)
        return wrong("type must be f32 or u8, is " + std::string{infer::to_string(spec.type)});
    const std::size_t channels = spec.color == infer::InputSpec::Color::gray ? 1 : 3;
    if (spec.mean.size() < channels || spec.scale.size() < channels)
        return wrong("mean and input.scale need a value for each of " + std::to_string(channels) +
                     " channel(s)");
    if (spec.type == infer::ElementType::u8 && !leaves_pixels_alone(spec, channels))
        return wrong("mean and input.scale cannot apply to bytes");
    return PictureTensor{spec};
}

PictureTensor::PictureTensor(const infer::InputSpec& spec)
    : spec_{spec}, channels_{spec.color == infer::InputSpec::Color::gray ? 1U : 3U},
      bytes_per_picture_{static_cast<std::size_t>(spec.width_px) *
                         static_cast<std::size_t>(spec.height_px) * channels_ *
                         infer::size_bytes(spec.type)} {
    const auto channels = static_cast<std::int64_t>(channels_);
    view_.type = spec.type;
    view_.shape = spec.layout == infer::InputSpec::Layout::nchw
                      ? infer::Shape{0, channels, spec.height_px, spec.width_px}
                      : infer::Shape{0, spec.height_px, spec.width_px, channels};
}

Status PictureTensor::expect_fits(const infer::TensorSpec& input) const {
    bool same = input.type == view_.type && input.shape.size() == view_.shape.size();
    for (std::size_t i = 1; same && i < view_.shape.size(); ++i)
        same = input.shape[i] < 0 || input.shape[i] == view_.shape[i];
    if (same)
        return {};
    infer::Shape wanted = view_.shape;
    wanted[0] = -1;
    return Error{ErrorCode::invalid_argument,
                 "the model's input '" + input.name + "' is " + infer::to_string(input.shape) +
                     " " + std::string{infer::to_string(input.type)} + ", the manifest's is " +
                     infer::to_string(wanted) + " " + std::string{infer::to_string(view_.type)}};
}

void PictureTensor::reset(std::size_t pictures) {
    if (bytes_.size() < pictures * bytes_per_picture_)
        bytes_.resize(pictures * bytes_per_picture_);
    view_.shape[0] = static_cast<std::int64_t>(pictures);
    view_.bytes = std::span<const std::byte>{bytes_}.first(pictures * bytes_per_picture_);
}

imaging::Letterbox PictureTensor::write(const imaging::ImageView& picture, std::size_t slot) {
    VEDETTE_ASSERT((slot + 1) * bytes_per_picture_ <= view_.bytes.size());
    const imaging::Letterbox box =
        imaging::resize_into(picture, {}, format_of(spec_.color), spec_.width_px, spec_.height_px,
                             fit_of(spec_.fit), spec_.pad, scaled_);
    std::byte* to = bytes_.data() + slot * bytes_per_picture_;
    if (spec_.type == infer::ElementType::f32)
        write_floats(reinterpret_cast<float*>(to));
    else
        write_bytes(reinterpret_cast<std::uint8_t*>(to));
    return box;
}

cv::Mat PictureTensor::pixels() {
    return {spec_.height_px, spec_.width_px, CV_8UC(static_cast<int>(channels_)), scaled_.row(0)};
}

void PictureTensor::write_floats(float* to) {
    const std::size_t area =
        static_cast<std::size_t>(spec_.width_px) * static_cast<std::size_t>(spec_.height_px);
    const bool interleaved = spec_.layout == infer::InputSpec::Layout::nhwc && channels_ > 1;
    cv::split(pixels(), planes_.data());
    for (std::size_t c = 0; c < channels_; ++c) {
        if (interleaved) {
            scale_into(planes_[c], spec_.mean[c], spec_.scale[c], float_planes_[c]);
            continue;
        }
        cv::Mat plane{spec_.height_px, spec_.width_px, CV_32F, to + c * area};
        scale_into(planes_[c], spec_.mean[c], spec_.scale[c], plane);
    }
    if (interleaved) {
        cv::Mat all{spec_.height_px, spec_.width_px, CV_32FC3, to};
        cv::merge(float_planes_.data(), channels_, all);
    }
}

void PictureTensor::write_bytes(std::uint8_t* to) {
    if (spec_.layout == infer::InputSpec::Layout::nhwc || channels_ == 1) {
        std::memcpy(to, scaled_.row(0), bytes_per_picture_);
        return;
    }
    const std::size_t area = bytes_per_picture_ / channels_;
    for (std::size_t c = 0; c < channels_; ++c)
        planes_[c] = cv::Mat{spec_.height_px, spec_.width_px, CV_8U, to + c * area};
    cv::split(pixels(), planes_.data());
}

} // namespace vedette::vision
