#include "tamper/steady_picture.h"

#include <algorithm>

namespace vedette::vision {
namespace {

/// What is older has nothing to say about now: of a camera that gives a picture in ten seconds each
/// stands for itself.
constexpr std::chrono::milliseconds kLasts{5'500};
constexpr int kPixels = kFineWidth * kFineHeight;
constexpr int kPart = 64; ///< a compiler makes few instructions of so many

using Byte = std::uint8_t;

constexpr Byte middle(Byte a, Byte b, Byte c) {
    return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

constexpr Byte middle(Byte a, Byte b, Byte c, Byte d, Byte e) {
    const Byte low = std::max(std::min(a, b), std::min(c, d));
    const Byte high = std::min(std::max(a, b), std::max(c, d));
    return middle(e, low, high);
}

template <class... Pictures>
void take_middle(Byte* out, const Pictures*... from) {
    for (int start = 0; start < kPixels; start += kPart) {
        std::array<Byte, kPart> part;
        for (std::size_t i = 0; i < kPart; ++i)
            part[i] = middle(from[static_cast<std::size_t>(start) + i]...);
        std::copy(part.begin(), part.end(), out + start);
    }
}

} // namespace

void SteadyPicture::take(const imaging::ImageView& picture, SteadyTime at) {
    newest_ = (newest_ + 1) % kPictures;
    taken_ = std::min(taken_ + 1, kPictures);
    reduction_.reduce(picture, pictures_.at(newest_).picture);
    pictures_.at(newest_).at = at;
    median_.create(kFineHeight, kFineWidth);
    std::size_t fresh = 1;
    while (fresh < taken_ && at - before(fresh).at <= kLasts)
        ++fresh;
    if (fresh == kPictures) {
        take_middle(median_.data, before(0).picture.data, before(1).picture.data,
                    before(2).picture.data, before(3).picture.data, before(4).picture.data);
        since_ = before(2).at;
    } else if (fresh >= 3) {
        take_middle(median_.data, before(0).picture.data, before(1).picture.data,
                    before(2).picture.data);
        since_ = before(1).at;
    } else {
        before(0).picture.copyTo(median_);
        since_ = at;
    }
}

} // namespace vedette::vision
