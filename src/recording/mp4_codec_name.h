#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vedette::recording {

/// What browsers and playlists call a codec: "avc1.64001f", "hvc1.1.6.L93.B0", "mp4a.40.2".
///
/// \param type   of a track's sample entry
/// \param boxes  in that entry
/// \return the bare type where that says all, or no more is known.
///
/// Source: RFC 6381, 3.3; ISO/IEC 14496-15:2017, E.3 (H.265); AV1 in ISOBMFF 1.2, 5;
/// ISO/IEC 14496-1:2010, 7.2.6 (descriptors of MPEG-4).
[[nodiscard]] std::string mp4_codec_name(std::uint32_t type, std::span<const std::byte> boxes);

} // namespace vedette::recording
