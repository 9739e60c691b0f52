#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "vedette/analysis/patterns.h"

namespace vedette::analysis {

/// Passes of one plate at each camera, by time and then by id.
using PassesByCamera = std::map<domain::CameraId, std::vector<ports::PassRow>>;

/// Several reads of one pass are one.
[[nodiscard]] PassesByCamera without_repeats(const std::vector<ports::PassRow>& passes,
                                             std::chrono::minutes repeats);

/// One vehicle at one place for a while.
struct Stay {
    WallTime from;
    WallTime to;
    std::vector<domain::EventId> events; ///< one, or in and out
};

/// Each way in with the next way out, if none came in between and it took as long as asked for.
[[nodiscard]] std::vector<Stay> stays_at_site(const Site& site, const PassesByCamera& cameras,
                                              const PatternOptions& options);

/// Stays of the plate that took as long as asked for, at cameras before which it stood.
[[nodiscard]] Result<std::map<domain::CameraId, std::vector<Stay>>>
standing_stays(const ports::PassIndex& index, const std::vector<ports::PassRow>& passes,
               const PatternOptions& options);

/// Who stayed there at the same time again and again.
struct CoParking {
    std::vector<Pattern> found; ///< the most frequent partners first
    bool complete = true;       ///< false: there were more passes than are looked at
};
/// At a site. \param own  stays of `plate` there
[[nodiscard]] Result<CoParking> co_parking_at_site(const ports::PassIndex& index,
                                                   std::string_view plate, const Site& site,
                                                   const std::vector<Stay>& own,
                                                   const ports::TimeSpan& span,
                                                   const PatternOptions& options);
/// Before a camera.
[[nodiscard]] Result<CoParking>
co_parking_at_camera(const ports::PassIndex& index, std::string_view plate,
                     const domain::CameraId& camera, const std::vector<Stay>& own,
                     const ports::TimeSpan& span, const PatternOptions& options);

/// "2 hours 5 minutes"
[[nodiscard]] std::string time_in_words(std::chrono::microseconds time);
/// "1 day", "3 days"
[[nodiscard]] std::string counted(std::int64_t number, const char* one, const char* many);

} // namespace vedette::analysis
