#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/ports/pass_index.h"

namespace vedette::analysis {

/// What one plate did, of the kind that a person would notice. Facts, no suspicion: each finding
/// says what was seen, not what it means.
enum class PatternKind {
    first_seen = 1, ///< never here before
    frequent,       ///< at one camera on many days
    circling,       ///< at one camera several times within a short while
    dwell,          ///< in at one camera and out at another of a site after a while
    stationary,     ///< stood before one camera for a while
    co_parking,     ///< at a place at the same time as another vehicle, again and again
};

/// In one camera and out another: what is between them is a site.
struct Site {
    std::string name;
    domain::CameraId in;
    domain::CameraId out;
};

struct PatternOptions {
    std::chrono::hours quiet_before{24 * 90};   ///< 1 h..10 years without it: then it is new
    int frequent_days = 5;                      ///< 2..3660
    int circling_passes = 3;                    ///< 2..100
    std::chrono::minutes circling_within{60};   ///< 1 min..24 h
    std::chrono::minutes repeats{2};            ///< 0..60 min; passes nearer than this are one
    std::chrono::minutes dwell_at_least{30};    ///< 0..30 days
    std::chrono::hours dwell_at_most{24 * 14};  ///< 1 h..1 year; longer, and a read is missing
    std::chrono::minutes together_at_least{15}; ///< 1 min..24 h; two stays overlap for so long
    int together_times = 2;                     ///< 2..100 stays with another are co-parking
    std::size_t most_partners = 20;             ///< 1..1000 at one place, the most frequent ones
    std::vector<Site> sites;
    /// Cameras that a car carries. Their passes say that the plate is known, and of no place.
    std::set<domain::CameraId> carried{};
    /// 1..100 000; of the plate, and at each place where others may have been with it
    std::size_t most_passes = 20'000;
};

struct Pattern {
    PatternKind kind = PatternKind::first_seen;
    domain::CameraId camera; ///< of a dwell the one at which it came in
    WallTime from;           ///< first pass of it
    WallTime to;             ///< last pass of it
    std::vector<domain::EventId> passes;
    std::string why;       ///< in words
    std::string with = {}; ///< of co_parking the other plate
};

struct PatternReport {
    std::string plate;
    std::vector<Pattern> patterns; ///< by kind, then by time
    std::size_t passes = 0;
    bool complete = true;    ///< false: later passes were cut off, its own or at a place of a stay
    std::size_t carried = 0; ///< of the passes, those at cameras that a car carries
};

/// Stays are those that lasted from dwell_at_least to dwell_at_most: at a site of `sites`, or
/// standing before a camera. Another vehicle parks with the plate if stays of both overlap at the
/// same place, `together_times` times.
/// \param plate  normalized
/// \return invalid_argument naming an option out of range; errors of the index.
[[nodiscard]] Result<PatternReport> find_patterns(const ports::PassIndex& index,
                                                  std::string_view plate,
                                                  const ports::TimeSpan& span,
                                                  const PatternOptions& options = {});

/// What the passes of one plate alone tell, so without first_seen, stationary and co_parking: a
/// pure function. All count, whatever `options.carried` says.
/// \param passes  of one plate, by time and then by id
[[nodiscard]] std::vector<Pattern> patterns_of(const std::vector<ports::PassRow>& passes,
                                               const PatternOptions& options);

[[nodiscard]] std::string_view to_string(PatternKind kind) noexcept;

} // namespace vedette::analysis
