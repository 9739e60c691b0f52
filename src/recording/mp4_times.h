#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::recording {

/// Where a fragment says when it is, in bytes of its moof.
struct FragmentTimes {
    struct Track {
        std::uint32_t id = 0;
        std::size_t at = 0;     ///< of the number
        std::size_t bytes = 0;  ///< of the number: 4 or 8
        std::uint64_t time = 0; ///< decoding time of the first sample, in the track's units
    };
    std::size_t sequence_at = 0; ///< of the fragment's number, which has 4 bytes
    std::vector<Track> tracks{}; ///< 1..16
};

/// \param moof  the box, with its header
/// \return data_loss if it is none, or has no time.
///
/// Source: ISO/IEC 14496-12:2015, 8.8.4-12.
[[nodiscard]] Result<FragmentTimes> times_in(std::span<const std::byte> moof);

} // namespace vedette::recording
