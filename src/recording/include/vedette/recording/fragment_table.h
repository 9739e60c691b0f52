#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/media/segment_muxer.h"

namespace vedette::recording {

/// Where the parts of a segment lie: its head, then one fragment after the other.
struct FragmentTable {
    std::uint64_t head_bytes = 0;
    std::vector<media::SegmentFragment> fragments;
    /// The same number: the head says the same of codecs, so that fragments of both files follow
    /// each other in one stream. Below 2^52; 0: not known.
    std::uint64_t set_up = 0;
    friend bool operator==(const FragmentTable&, const FragmentTable&) = default;
};

/// The form kept in RecordedSegment::fragments: a byte of version, then variable-length numbers
/// (LEB128), as fragments follow each other without a gap. Version 1 had no set_up.
[[nodiscard]] std::string to_bytes(const FragmentTable& table);
/// \return data_loss for anything that to_bytes() did not give.
[[nodiscard]] Result<FragmentTable> fragments_from(std::string_view bytes);

} // namespace vedette::recording
