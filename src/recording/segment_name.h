#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/clock.h"
#include "vedette/domain/ids.h"

namespace vedette::recording {

/// What the name of a segment's file says: enough to find it again without an index.
struct SegmentName {
    domain::CameraId camera;
    WallTime start;
    std::string extension; ///< "mp4", "mkv"
    friend bool operator==(const SegmentName&, const SegmentName&) = default;
};

/// "gate/2026-11-28/14/142305.250000.mp4", in UTC.
[[nodiscard]] std::string to_file(const SegmentName& name);
/// \return nothing for the name of something else.
[[nodiscard]] std::optional<SegmentName> from_file(std::string_view file);

} // namespace vedette::recording
