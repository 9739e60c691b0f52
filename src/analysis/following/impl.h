#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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

inline constexpr std::string_view kNoPlate = "@"; ///< no plate begins so; what is no plate does
/// The name of a place in the table of cameras that is free; no camera has it.
inline constexpr std::string_view kFreeCamera = "@";

inline constexpr std::uint32_t kMostSessions = 1U << 31U; ///< a few a day never come to that

enum class SubjectKind : std::uint8_t {
    plate = 0,
    mobile, ///< carries cameras: its reads are the places where it came, see carried.h
    person, ///< has several plates: its reads are those of all of them
};

struct Subject {
    VehicleIndex vehicle = kNoVehicle; ///< kNoVehicle: this place in the table is free
    SubjectKind kind = SubjectKind::plate;
    std::vector<VehicleIndex> plates{};     ///< of a person, in order
    std::optional<GeoPoint> anchor{};       ///< where a mobile one was when it last came to a place
    std::vector<VehicleIndex> met_here{};   ///< by a mobile one, at the place where it is; in order
    std::vector<VehicleIndex> met_before{}; ///< and at the place before, on the same journey
    double met = 0;                  ///< vehicles that it met and went on from, of all journeys
    double again = 0;                ///< of those, met at the next place as well
    std::int64_t last = 0;           ///< its last pass
    std::uint32_t session = 0;       ///< counts up; 0 is none yet
    std::deque<std::int64_t> begins; ///< of the sessions up to `session`, those in the horizon
    CandidateTable candidates;
};

class FollowingAnalysis::Impl {
public:
    Impl(const FollowingOptions& options, std::span<const Place> places);

    Status add_subject(const std::string& plate, SubjectKind kind);
    Status add_mobile_subject(std::string_view name, std::span<const domain::CameraId> cameras);
    Status add_person(std::string_view name, std::span<const std::string> plates);
    bool remove_subject(std::string_view plate);
    void forget(std::string_view plate);
    [[nodiscard]] std::vector<std::string> subjects() const;
    [[nodiscard]] std::vector<FollowingSubject> described() const;
    [[nodiscard]] std::optional<FollowingSubject> described(std::string_view name) const;
    [[nodiscard]] bool is_of_subject(std::string_view plate) const;
    [[nodiscard]] FollowingSubject describe(std::int32_t index) const;
    [[nodiscard]] std::string carrier_of(const domain::CameraId& camera) const;

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
    [[nodiscard]] bool persons_hold_together() const;

    // folding.cpp
    void fold_waiting();
    void fold(const Pass& pass);
    void fold_read(VehicleIndex vehicle, CameraIndex camera, const Pass& pass, bool merged);
    [[nodiscard]] RecentPasses& recent_at(CameraIndex camera, std::int64_t at);
    [[nodiscard]] CameraIndex fold_mobile(std::int32_t subject, const Pass& pass);
    void come_to_place(std::int32_t subject, const Read& visit);
    void fold_person(std::int32_t person, const Read& read, RecentPasses& recent);
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
    void meet_here(Subject& subject, VehicleIndex vehicle, std::int64_t at) const;
    void free_cells();
    void forget_squares(VehicleIndex carrier);
    void fill_candidates(std::int32_t subject);
    void list_recent_subjects();
    void gather_plates(std::int32_t person);
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::size_t most_candidates() const;

    // judging.cpp
    [[nodiscard]] GatherFrom gather_from() const;
    [[nodiscard]] GatherFrom gather_from(const Subject& subject) const;
    [[nodiscard]] Finding judge(EvidenceGatherer& gatherer, const Subject& subject,
                                VehicleIndex vehicle) const;
    [[nodiscard]] std::string name_of(VehicleIndex subject) const;
    [[nodiscard]] double observed_months() const;
    [[nodiscard]] static double probability(double llr, double followers_per_month,
                                            const NullScores& chance);
    void learn_mobile_chance();
    [[nodiscard]] std::vector<VehicleIndex> choose_decoys() const;
    [[nodiscard]] std::vector<double> score_candidates(std::vector<bool>& suspects,
                                                       std::size_t& looked_at);
    void learn_chance(const std::vector<VehicleIndex>& decoys, const std::vector<bool>& suspects);
    void learn_prior(const std::vector<double>& scores, double months);
    [[nodiscard]] std::int32_t subject_of(std::string_view plate) const;
    [[nodiscard]] bool enough_for_alert(const FollowingScore& score) const;
    void mark_discoveries(std::vector<Finding>& findings, const NullScores& chance) const;

    FollowingOptions options_;
    LocalTime local_;
    std::int64_t lag_ = 0; ///< microseconds
    std::int64_t gap_ = 0;
    std::int64_t horizon_ = 0;

    std::vector<KnownCamera> cameras_;
    std::vector<std::optional<GeoPoint>> place_points_; ///< one per camera, of those with a place
    std::map<std::string, CameraIndex, std::less<>> camera_index_;
    std::set<CameraIndex> free_cameras_; ///< were squares to which nothing refers any more
    std::map<std::string, std::int32_t, std::less<>> mobile_cameras_;
    VehicleTable vehicles_;
    TrafficModel traffic_;
    std::vector<RecentPasses> recent_; ///< one per camera
    std::vector<Subject> subjects_;
    std::size_t subject_count_ = 0;
    std::size_t candidate_count_ = 0;
    NullScores null_alerts_; ///< of those that fulfil the pre-filters
    NullScores null_all_;
    NullScores mobile_alerts_; ///< of mobile subjects, from all that they met
    NullScores mobile_all_;
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
