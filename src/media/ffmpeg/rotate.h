#pragma once

#include <cstddef>
#include <cstdint>

#include "ffmpeg/orientation.h"

namespace vedette::media::ffmpeg {

/// Samples of `bytes_each` 1 (a plane), 2 (U and V in turn) or 3 (packed colour).
struct RotationSource {
    const std::uint8_t* data = nullptr;
    std::ptrdiff_t stride_bytes = 0;
    int width = 0;
    int height = 0;
    int bytes_each = 1;
};

/// Writes the upright plane to `out`; its sides are swapped when the orientation swaps them.
void rotate_plane(const RotationSource& from, Orientation how, std::uint8_t* out,
                  std::ptrdiff_t out_stride_bytes);

} // namespace vedette::media::ffmpeg
