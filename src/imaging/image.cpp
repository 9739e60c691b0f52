#include "vedette/imaging/image.h"

#include "vedette/base/assert.h"

namespace vedette::imaging {
namespace {

constexpr std::size_t kBehind = 64; // bytes, the widest vector of a processor

} // namespace

void Image::reshape(PixelFormat format, int width_px, int height_px) {
    VEDETTE_ASSERT(plane_count(format) == 1 && width_px > 0 && height_px > 0);
    format_ = format;
    width_px_ = width_px;
    height_px_ = height_px;
    pixels_.resize(static_cast<std::size_t>(stride_bytes()) * static_cast<std::size_t>(height_px) +
                   kBehind);
}

ImageView Image::view() const noexcept {
    ImageView view{.format = format_, .width_px = width_px_, .height_px = height_px_};
    view.planes[0] = {pixels_.data(), stride_bytes()};
    return view;
}

} // namespace vedette::imaging
