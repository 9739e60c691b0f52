#include "ffmpeg/rotate.h"

#include <algorithm>
#include <cstring>

namespace vedette::media::ffmpeg {
namespace {

constexpr int kBlock = 32; // both the rows read and those written stay in the first-level cache

/// Where source sample (x, y) goes: out + start + x * per_x + y * per_y.
struct Walk {
    std::ptrdiff_t start = 0;
    std::ptrdiff_t per_x = 0;
    std::ptrdiff_t per_y = 0;
};

Walk walk_of(const RotationSource& from, Orientation how, std::ptrdiff_t stride) {
    const std::ptrdiff_t step = from.bytes_each;
    const std::ptrdiff_t last_x = from.width - 1;
    const std::ptrdiff_t last_y = from.height - 1;
    Walk walk;
    switch (how.quarter_turns) {
    case 1: walk = {last_y * step, stride, -step}; break;
    case 2: walk = {last_y * stride + last_x * step, -step, -stride}; break;
    case 3: walk = {last_x * stride, -stride, step}; break;
    default: walk = {0, step, stride}; break;
    }
    if (how.mirrored) { // first: x becomes last_x - x
        walk.start += last_x * walk.per_x;
        walk.per_x = -walk.per_x;
    }
    return walk;
}

template <int Bytes>
void copy_block(const RotationSource& from, const Walk& walk, int left, int top,
                std::uint8_t* out) {
    const int right = std::min(left + kBlock, from.width);
    const int bottom = std::min(top + kBlock, from.height);
    for (int y = top; y < bottom; ++y) {
        const std::uint8_t* source =
            from.data + y * from.stride_bytes + static_cast<std::ptrdiff_t>(left) * Bytes;
        std::uint8_t* target = out + walk.start + left * walk.per_x + y * walk.per_y;
        for (int x = left; x < right; ++x) {
            std::memcpy(target, source, Bytes);
            source += Bytes;
            target += walk.per_x;
        }
    }
}

template <int Bytes>
void copy_all(const RotationSource& from, const Walk& walk, std::uint8_t* out) {
    for (int top = 0; top < from.height; top += kBlock)
        for (int left = 0; left < from.width; left += kBlock)
            copy_block<Bytes>(from, walk, left, top, out);
}

} // namespace

void rotate_plane(const RotationSource& from, Orientation how, std::uint8_t* out,
                  std::ptrdiff_t out_stride_bytes) {
    const Walk walk = walk_of(from, how, out_stride_bytes);
    switch (from.bytes_each) {
    case 1: copy_all<1>(from, walk, out); break;
    case 2: copy_all<2>(from, walk, out); break;
    default: copy_all<3>(from, walk, out); break;
    }
}

} // namespace vedette::media::ffmpeg
