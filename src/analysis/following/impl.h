#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "following/candidates.h"
#include "following/gather.h"
#include "following/null_scores.h"
#include "following/traffic.h"
#include "following/vehicles.h"
#include "vedette/analysis/following.h"

namespace vedette::analysis {

/// A pass of the last minutes at one camera.
struct Recent {
    std::int64_t at = 0;
    VehicleIndex vehicle = kNoVehicle;
};

/// The passes of the last minutes at one camera, with those of subjects once more by themselves, as
/// most vehicles need to look at no others.
struct RecentPasses {
    std::deque<Recent> all;
    std::deque<Recent> subjects;
    void expire(std::int64_t before);
    void forget(VehicleIndex vehicle);
};

inline constexpr std::uint32_t kMostSessions = 1U << 31U; ///< a few a day never come to that

struct Subject {
    VehicleIndex vehicle = kNoVehicle; ///< kNoVehicle: this place in the table is free
    bool mobile = false;
    std::int64_t last = 0;           ///< its last pass
    std::uint32_t session = 0;       ///< counts up; 0 is none yet
    std::deque<std::int64_t> begins; ///< of the sessions up to `session`, those in the horizon
    CandidateTable candidates;
};

class FollowingAnalysis::Impl {
public:
    Impl(const FollowingOptions& options, std::span<const Place> places);

    Status add_subject(const std::string& plate, bool mobile);
    Status add_mobile_subject(std::string_view name, std::span<const domain::CameraId> cameras);
    bool remove_subject(std::string_view plate);
    void forget(std::string_view plate);
    [[nodiscard]] std::vector<std::string> subjects() const;

    PassTaken on_pass(const Pass& pass);
    void on_watermark(WallTime now);
    [[nodiscard]] std::vector<Finding> take_alerts();

    [[nodiscard]] Result<std::vector<Finding>> findings(std::string_view subject,
                                                        std::size_t limit) const;
    [[nodiscard]] Result<Finding> finding(std::string_view subject, std::string_view vehicle) const;
    void calibrate();

    [[nodiscard]] std::string save() const;
    Status load(std::string_view state);

    [[nodiscard]] const FollowingCounts& counts() const { return counts_; }
    [[nodiscard]] FollowingSize size() const;
    [[nodiscard]] const FollowingOptions& options() const { return options_; }

private:
    // state.cpp
    void load_all(StateReader& in);
    void load_cameras(StateReader& in);
    [[nodiscard]] bool holds_together() const;
    [[nodiscard]] bool is_subject(VehicleIndex vehicle) const;

    // folding.cpp
    void fold_waiting();
    void fold(const Pass& pass);
    void fold_read(VehicleIndex vehicle, CameraIndex camera, const Pass& pass, bool merged);
    void fold_mobile(std::int32_t subject, const Pass& pass);
    void meet(std::int32_t subject, VehicleIndex vehicle);
    void on_subject_read(std::int32_t index, std::int64_t at);
    void score_online(std::int32_t subject, Candidate& candidate);
    [[nodiscard]] VehicleIndex merge(const Pass& pass) const;
    void sweep();
    void make_room();
    void forget_before(std::int64_t cutoff);
    void drop_candidates(std::int32_t subject);
    [[nodiscard]] CameraIndex camera_of(const Pass& pass);
    CameraIndex intern_camera(const std::string& name, const Place* place);
    void fill_candidates(std::int32_t subject);
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::size_t most_candidates() const;

    // judging.cpp
    [[nodiscard]] GatherFrom gather_from() const;
    [[nodiscard]] Finding judge(EvidenceGatherer& gatherer, VehicleIndex subject,
                                VehicleIndex vehicle) const;
    [[nodiscard]] std::string name_of(VehicleIndex subject) const;
    [[nodiscard]] double observed_months() const;
    [[nodiscard]] double probability(double llr, double followers_per_month) const;
    [[nodiscard]] std::vector<VehicleIndex> choose_decoys() const;
    [[nodiscard]] std::vector<double> score_candidates(std::vector<bool>& suspects,
                                                       std::size_t& looked_at);
    void learn_chance(const std::vector<VehicleIndex>& decoys, const std::vector<bool>& suspects);
    void learn_prior(const std::vector<double>& scores, double months);
    [[nodiscard]] std::int32_t subject_of(std::string_view plate) const;
    [[nodiscard]] bool enough_for_alert(const FollowingScore& score) const;
    void mark_discoveries(std::vector<Finding>& findings) const;

    FollowingOptions options_;
    LocalTime local_;
    std::int64_t lag_ = 0; ///< microseconds
    std::int64_t gap_ = 0;
    std::int64_t horizon_ = 0;

    std::vector<KnownCamera> cameras_;
    std::vector<std::optional<GeoPoint>> place_points_; ///< one per camera, of those with a place
    std::map<std::string, CameraIndex, std::less<>> camera_index_;
    std::map<std::string, std::int32_t, std::less<>> mobile_cameras_;
    VehicleTable vehicles_;
    TrafficModel traffic_;
    std::vector<RecentPasses> recent_; ///< one per camera
    std::vector<Subject> subjects_;
    std::size_t subject_count_ = 0;
    std::size_t candidate_count_ = 0;
    NullScores null_alerts_; ///< of those that fulfil the pre-filters
    NullScores null_all_;
    double followers_per_month_ = 0;
    std::vector<Pass> waiting_; ///< of one microsecond, in order of ids
    std::int64_t now_ = 0;
    std::int64_t swept_ = 0;
    bool any_ = false;
    std::vector<Finding> alerts_;
    FollowingCounts counts_;
    EvidenceGatherer gatherer_;
};

} // namespace vedette::analysis
