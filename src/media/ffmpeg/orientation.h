#pragma once

#include <cstdint>
#include <span>

#include "ffmpeg/handles.h"

namespace vedette::media::ffmpeg {

/// What makes a picture upright: first mirrored left to right if said so, then turned clockwise.
struct Orientation {
    int quarter_turns = 0; ///< 0..3, clockwise
    bool mirrored = false;

    [[nodiscard]] bool is_upright() const noexcept { return quarter_turns == 0 && !mirrored; }
    [[nodiscard]] bool swaps_sides() const noexcept { return quarter_turns % 2 != 0; }
    friend bool operator==(const Orientation&, const Orientation&) = default;
};

/// From the nine numbers of a display matrix (ISO/IEC 14496-12, 16.16 fixed point); upright unless
/// it is one of the eight turns and flips of whole quarters.
[[nodiscard]] Orientation from_display_matrix(std::span<const std::int32_t, 9> matrix) noexcept;
/// From the EXIF tag 0x0112 (1..8); upright for anything else.
[[nodiscard]] Orientation from_exif(int tag) noexcept;

[[nodiscard]] Orientation orientation_of(const AVStream& stream) noexcept;
/// The picture's own (JPEG), or else what its stream says.
[[nodiscard]] Orientation orientation_of(const AVFrame& frame, Orientation of_stream) noexcept;

} // namespace vedette::media::ffmpeg
