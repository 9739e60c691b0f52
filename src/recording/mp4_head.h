#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::recording {

/// What the head of a fragmented MP4 file (ftyp and moov) says.
struct Mp4Head {
    struct Track {
        std::uint32_t id = 0;
        std::uint32_t timescale = 0; ///< units a second, at least 1
        bool pictures = false;
        std::string codec; ///< as in RFC 6381, "avc1.64001f"; the bare type if that says all
    };
    std::vector<Track> tracks;   ///< of pictures and sound; at least one of pictures
    std::uint64_t set_up = 0;    ///< see FragmentTable
    std::uint32_t timescale = 0; ///< of the movie

    /// The first one. \pre read_mp4_head() gave it
    [[nodiscard]] const Track& pictures() const;
    /// "avc1.64001f, mp4a.40.2"
    [[nodiscard]] std::string codecs() const;
};

/// \return data_loss if it is no such head.
[[nodiscard]] Result<Mp4Head> read_mp4_head(std::span<const std::byte> head);

/// FragmentTable::set_up of a head, or of the body of its moov (0 for anything else). A head that
/// is no MP4 is compared byte by byte.
[[nodiscard]] std::uint64_t set_up_of(std::span<const std::byte> head);
[[nodiscard]] std::uint64_t set_up_of_movie(std::span<const std::byte> moov);

/// One entry of a file's index: bytes that begin with a key frame.
struct Mp4IndexEntry {
    std::uint64_t bytes = 0;
    std::uint64_t duration = 0; ///< in the pictures' timescale
};
/// A head with how long the whole is (mehd), and behind it where everything lies (sidx), so that
/// players can seek. The latter is left out if an entry has more bytes than it can say. \pre
/// read_mp4_head() took `head`; at most 65535 entries
[[nodiscard]] std::string with_index(std::span<const std::byte> head, const Mp4Head& about,
                                     std::span<const Mp4IndexEntry> entries);
} // namespace vedette::recording
