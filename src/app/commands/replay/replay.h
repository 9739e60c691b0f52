#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/data_folder.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::app {

/// Which events of the log to take again. What is not set limits nothing.
struct ReplayRange {
    std::optional<WallTime> from;   ///< happened at this time or later
    std::optional<WallTime> to;     ///< happened before this time
    std::vector<std::string> kinds; ///< "sighting"; "camera" also means "camera.offline", …
    std::vector<std::string> cameras;

    [[nodiscard]] bool holds(const ports::Envelope& event) const;
};

/// "2026-11-21T10:15:00Z", "2026-11-21" (its beginning in UTC), or how long ago: "90m", "7d".
/// \return invalid_argument.
[[nodiscard]] Result<WallTime> parse_moment(std::string_view text, WallTime now);

struct ReplayReport {
    std::uint64_t events = 0;          ///< given again
    std::uint64_t without_picture = 0; ///< sightings whose picture is gone, stored without it
    std::vector<std::string> damage;   ///< places of the log that were passed over, in words
};

/// Gives every event in the range to `take`, in the order of the log, until that returns an error.
/// A server may run on the folder. \return errors of the log and of `take`; cancelled.
[[nodiscard]] Result<ReplayReport>
replay(const DataFolder& folder, const ReplayRange& range, const std::stop_token& stop,
       const std::function<Status(const ports::Envelope&)>& take);

/// Brings the sightings in the range into the store again: what is there is replaced by the same,
/// what is missing comes back, and the store's position in the log stays. A name of a picture that
/// is gone is left out.
/// \return unavailable if a server runs on the folder; errors of the store and as replay().
[[nodiscard]] Result<ReplayReport>
replay_to_store(const DataFolder& folder, const ReplayRange& range, const std::stop_token& stop);

} // namespace vedette::app
