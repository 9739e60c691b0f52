#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "vedette/analysis/track.h"
#include "vedette/base/result.h"

/// Tracks as files: what receivers, phones and route recorders write.
namespace vedette::analysis {

/// What was met in a file.
struct TrackReadReport {
    std::uint64_t bad = 0;     ///< lines of a receiver that were damaged: they are left out
    std::uint64_t without = 0; ///< that say that the receiver knew no position, or no time
};

/// More are refused.
inline constexpr std::size_t kMaxTrackFixes = 20'000'000;

/// A track in the order of its times, each once. The first sign says what it is:
/// - '$': NMEA 0183, RMC and GGA;
/// - '{': JSON of gpsd, as `gpspipe -w` writes it;
/// - '<': GPX, the points of tracks (trkpt) that have a time;
/// - else CSV with a header: time, lat and lon; speed (m/s), course (degrees), accuracy (m) if
///   known.
/// A byte order mark before it is passed over. In CSV and GPX speeds, courses and accuracies that
/// can't be, such as the -1 that phones write for "unknown", are taken as not known.
///
/// \return not_found, permission_denied; invalid_argument naming file and line, or the file if
///   there is no fix in it; resource_exhausted beyond kMaxTrackFixes
[[nodiscard]] Result<std::vector<TrackFix>> read_track(const std::filesystem::path& file,
                                                       TrackReadReport* report = nullptr);
/// The same; `name` stands for the file in errors.
[[nodiscard]] Result<std::vector<TrackFix>> read_track(std::istream& in, const std::string& name,
                                                       TrackReadReport* report = nullptr);

} // namespace vedette::analysis
