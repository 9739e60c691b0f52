#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "following/local_time.h"
#include "following/traffic.h"
#include "following/vehicles.h"
#include "vedette/analysis/following_evidence.h"
#include "vedette/analysis/pass.h"

namespace vedette::analysis {

/// A camera as the analysis knows it: from the list of places, or met in a pass.
struct KnownCamera {
    std::string name;
    std::uint32_t place = 0;
    double clock_error_s = 0;
    std::optional<GeoPoint> at{}; ///< the middle of a cell; nothing for one that stands somewhere
};

/// What gathering looks at. All borrowed.
struct GatherFrom {
    const VehicleTable& vehicles;
    const TrafficModel& traffic;
    const std::vector<KnownCamera>& cameras;
    LocalTime local;
    std::int64_t session_gap = 0; ///< microseconds
    std::int64_t now = 0;
    std::int64_t observed = 0; ///< microseconds of which everything is remembered
    std::size_t max_reads = 0; ///< of one vehicle: one with nearly as many has a shorter past
    FollowingScoreOptions score;
    bool carried = false; ///< the subject carries the cameras: see carried.h
    /// 0..1: of those that such a subject meets at one place, how many at the next as well
    double again = 0;
    std::span<const VehicleIndex> plates{}; ///< of the subject, if it is a person
};

/// Collects the evidence of one pair out of what is remembered of both. Keeps buffers between
/// calls; the result depends on the arguments only.
class EvidenceGatherer {
public:
    [[nodiscard]] FollowingEvidence gather(const GatherFrom& from, VehicleIndex subject,
                                           VehicleIndex vehicle);

private:
    struct Match {
        std::size_t subject = 0; ///< index among the subject's reads
        std::size_t vehicle = 0; ///< index among the vehicle's reads
        std::uint32_t session = 0;
    };
    void match(const GatherFrom& from, const std::vector<Read>& subject,
               const std::vector<Read>& vehicle);
    void find_sessions(std::int64_t gap, const std::vector<Read>& subject);

    std::vector<std::uint32_t> session_of_;  ///< one per read of the subject
    std::vector<std::size_t> session_begin_; ///< first read of each session, and the end
    std::vector<Match> matches_;
    std::vector<std::uint32_t> tag_; ///< one per read of the vehicle: 0, or the session it is
                                     ///< evidence in, counted from 1
};

/// Marks journeys that are alike: cameras in common at the same time of day.
void find_like_journeys(std::vector<SessionEvidence>& sessions);

} // namespace vedette::analysis
