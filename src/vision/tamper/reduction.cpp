#include "tamper/reduction.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "vedette/imaging/transform.h"

namespace vedette::vision {
namespace {

/// Bytes that are read at once; of them the first `columns` of a row are averaged.
constexpr int kAtOnce = 8;
constexpr int kRows = 2;
constexpr std::uint64_t kEvenBytes = 0x00FF'00FF'00FF'00FFULL;
/// Times this, the highest of four numbers of 16 bits is the sum of all.
constexpr std::uint64_t kSumOfFour = 0x0001'0001'0001'0001ULL;
constexpr int kHighest = 48;
constexpr int kFraction = 16; ///< bits

bool has_grey(const imaging::ImageView& picture) {
    switch (picture.format) {
    case imaging::PixelFormat::gray8:
    case imaging::PixelFormat::i420:
    case imaging::PixelFormat::nv12: return true;
    case imaging::PixelFormat::bgr24:
    case imaging::PixelFormat::rgb24: return false;
    }
    return false;
}

/// Every n-th row: to reduce the others as well would take most of the time.
imaging::ImageView thinned(imaging::ImageView picture) {
    const int every = std::max(1, picture.height_px / (2 * kFineHeight));
    picture.height_px /= every;
    picture.planes[0].stride_bytes *= every;
    return picture;
}

/// From the sum of what was read to full-range grey, times 2^kFraction.
struct Levels {
    std::int64_t gain = 0;
    std::int64_t offset = 0;

    Levels(const imaging::ImageView& picture, int read) {
        const bool limited = picture.format != imaging::PixelFormat::gray8 &&
                             picture.range == imaging::ColorRange::limited;
        const double scale = limited ? 255.0 / 219.0 : 1;
        gain = std::llround(scale / read * (1 << kFraction));
        offset = std::llround((0.5 - (limited ? 16 * scale : 0)) * (1 << kFraction));
    }
    [[nodiscard]] std::uint8_t of(std::uint64_t sum) const {
        const std::int64_t level = (static_cast<std::int64_t>(sum) * gain + offset) >> kFraction;
        return static_cast<std::uint8_t>(std::clamp<std::int64_t>(level, 0, 255));
    }
};

std::uint64_t pairs_at(const std::uint8_t* bytes) {
    std::uint64_t all = 0;
    std::memcpy(&all, bytes, kAtOnce);
    return (all & kEvenBytes) + ((all >> 8) & kEvenBytes);
}

/// \pre at least as large as the small one, and kAtOnce wide
void average(const imaging::ImageView& picture, cv::Mat_<std::uint8_t>& small) {
    const int pairs = std::clamp(picture.width_px / kFineWidth / 2, 1, kAtOnce / 2);
    const std::uint64_t read = ~std::uint64_t{0} >> (64 - 16 * pairs);
    const Levels levels{picture, kRows * 2 * pairs};
    std::array<int, kFineWidth> starts{};
    for (int x = 0; x < kFineWidth; ++x) {
        const int middle = (2 * x + 1) * picture.width_px / (2 * kFineWidth);
        starts[static_cast<std::size_t>(x)] =
            std::clamp(middle - pairs, 0, picture.width_px - kAtOnce);
    }
    const auto row_at = [&picture](int quarter) {
        const int y = quarter * picture.height_px / (4 * kFineHeight);
        return picture.planes[0].data + y * picture.planes[0].stride_bytes;
    };
    for (int y = 0; y < kFineHeight; ++y) {
        const std::uint8_t* upper = row_at(4 * y + 1);
        const std::uint8_t* lower = row_at(4 * y + 3);
        std::uint8_t* out = small[y];
        for (int x = 0; x < kFineWidth; ++x) {
            const int start = starts[static_cast<std::size_t>(x)];
            const std::uint64_t sums = (pairs_at(upper + start) + pairs_at(lower + start)) & read;
            out[x] = levels.of((sums * kSumOfFour) >> kHighest);
        }
    }
}

} // namespace

void Reduction::reduce(const imaging::ImageView& picture, cv::Mat_<std::uint8_t>& small) {
    small.create(kFineHeight, kFineWidth);
    if (has_grey(picture) && picture.width_px >= 2 * kFineWidth &&
        picture.height_px >= kFineHeight) {
        average(picture, small);
        return;
    }
    imaging::resize_into(thinned(picture), {}, imaging::PixelFormat::gray8, kFineWidth, kFineHeight,
                         imaging::Fit::stretch, 0, other_);
    std::memcpy(small.data, other_.row(0), std::size_t{kFineWidth} * kFineHeight);
}

} // namespace vedette::vision
