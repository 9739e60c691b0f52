#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vedette/analysis/following.h"
#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

/// How well following works on data whose truth is known.
namespace vedette::analysis {

/// What a data set says about one planted follower.
struct FollowerTruth {
    std::string plate;
    std::uint32_t trips = 0; ///< of the subject that it joined
    std::string tactic;      ///< close, handover, intermittent, ahead; others as they are
    friend bool operator==(const FollowerTruth&, const FollowerTruth&) = default;
};
struct SubjectTruth {
    std::string plate;
    std::vector<FollowerTruth> followers;
    std::vector<domain::CameraId> cameras; ///< that it carries; empty for a subject that is read
    friend bool operator==(const SubjectTruth&, const SubjectTruth&) = default;
};
struct FollowingTruth {
    std::string description;
    std::vector<SubjectTruth> subjects;
};

/// truth.json of a data set. \return not_found or invalid_argument, with the file and what is
///   wrong in it.
[[nodiscard]] Result<FollowingTruth> read_following_truth(const std::filesystem::path& file);

/// The rules that the score is compared with.
enum class FollowingMethod {
    score = 1,         ///< ours
    count_in_window,   ///< most co-sightings in any 30 minutes
    distinct_places,   ///< places where both were seen
    chasing_your_tail, ///< Chasing-Your-Tail-NG: rate per hour, more for more than one place
};
inline constexpr std::size_t kFollowingMethods = 4;
[[nodiscard]] std::string_view to_string(FollowingMethod method) noexcept;

/// Where one follower stands among all vehicles seen with its subject.
struct FollowerRank {
    std::string subject;
    FollowerTruth follower;
    double llr = 0; ///< meaningless unless seen
    double probability = 0;
    bool seen = false;            ///< with the subject at all
    std::uint32_t trips_seen = 0; ///< of the subject, on which some camera read both
    /// Innocent vehicles with a higher score; half of those with the same one.
    std::array<double, kFollowingMethods> innocents_above{};
    bool alerted = false;
    std::uint32_t co_sightings_to_alert = 0;
    double minutes_to_alert = 0; ///< of the subject's driving together, from the first co-sighting
    double days_to_alert = 0;
};

/// Of the followers that joined so many trips.
struct TripsResult {
    std::uint32_t trips = 0;
    std::uint32_t followers = 0;
    std::uint32_t alerted = 0;
    /// Innocents above the last follower of a subject: mean over subjects, and the worst one.
    std::array<double, kFollowingMethods> above_last_mean{};
    std::array<double, kFollowingMethods> above_last_worst{};
    /// False alarms per subject and day at the threshold that 90 % of these followers reach.
    std::array<double, kFollowingMethods> false_per_day{};
};

struct ReliabilityBin {
    double probability = 0; ///< mean of what was said
    double share = 0;       ///< of true followers
    std::uint64_t pairs = 0;
};

/// Points of a precision-recall curve of ours.
struct PrecisionRecall {
    double llr = 0;
    double precision = 0;
    double recall = 0;
};

struct FollowingEvalResult {
    std::string name;
    std::string description;
    std::uint64_t passes = 0;
    std::uint64_t vehicles = 0;
    std::uint64_t late = 0;
    double days = 0;
    std::uint32_t subjects = 0;
    std::uint64_t pairs = 0;        ///< vehicles seen with a subject, true followers included
    std::vector<TripsResult> trips; ///< most trips first
    /// The same for those followers only that cameras read with their subject on two trips or more:
    /// what there is to find.
    std::vector<TripsResult> findable;
    std::vector<FollowerRank> ranks;
    std::uint32_t false_alerts = 0; ///< innocent vehicles alerted to, once each
    std::vector<ReliabilityBin> reliability;
    double brier = 0;
    double calibration_error = 0; ///< expected, over bins weighted by pairs
    /// The same over pairs that a person is shown: those with a probability above 0.01.
    double shown_calibration_error = 0;
    std::uint64_t shown = 0;
    std::vector<PrecisionRecall> curve;
    double seconds = 0; ///< taken, to fold and to judge
};

struct FollowingEvalOptions {
    FollowingOptions following;
    std::function<double()> seconds; ///< a clock for the speed; without one 0 is reported
};

/// One data set: a folder with sightings.jsonl or .csv, truth.json and cameras.csv (optional).
/// \return not_found without these files; otherwise as their readers.
[[nodiscard]] Result<FollowingEvalResult> evaluate_following(const std::filesystem::path& folder,
                                                             const FollowingEvalOptions& options);

/// The data sets in a folder: itself, or those of its folders that are one, in order of names.
/// \return not_found if there are none.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
find_following_data(const std::filesystem::path& folder);

} // namespace vedette::analysis
