#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "ffmpeg/handles.h"

namespace vedette::media::ffmpeg {

/// Whether other pictures are built on the one in a packet, by the header of its first slice
/// (H.264: ITU-T H.264 7.4.1, nal_ref_idc; H.265: ITU-T H.265 table 7-1, the types of sub-layer
/// non-reference pictures).
/// \param set_up  the stream's extradata: it tells start codes from lengths
/// \return nothing for other codecs, and where there is no slice
[[nodiscard]] std::optional<bool> is_reference(AVCodecID codec,
                                               std::span<const std::uint8_t> set_up,
                                               std::span<const std::uint8_t> packet) noexcept;

} // namespace vedette::media::ffmpeg
