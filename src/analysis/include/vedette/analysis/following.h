#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/following_evidence.h"
#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// What is remembered, when an alert is due, how much memory may be taken.
struct FollowingOptions {
    FollowingScoreOptions score;
    /// 1 h..400 d: passes older than this are forgotten, as evidence and as habit.
    std::chrono::hours horizon{24 * 30};
    /// 1 min..24 h: a subject unread for longer has ended its trip.
    std::chrono::seconds session_gap{30 * 60};
    /// Time of day and week are those of this many minutes ahead of UTC, -1439..1439. Habits of
    /// commuters move with it by an hour twice a year; the score stands that.
    std::chrono::minutes utc_offset{0};
    double same_place_m = 150; ///< 0..10 000: cameras nearer than this are one place

    // An alert needs all of these; the order of candidates needs none of them.
    double alert_llr = 6.0;         ///< 0..1000, natural logarithm
    double alerts_per_month = 0.5;  ///< false ones expected per subject and month; above 0
    std::uint32_t min_sessions = 2; ///< trips of the subject
    std::uint32_t min_distinct_places = 3;
    std::uint32_t min_detections = 1; ///< reads together, over the counted stretches
    /// Prior: how many followers a subject has in a month on average. 1e-6..10.
    double followers_per_month = 0.1;

    /// Reads below this confidence are taken for a known plate one easily confused character away,
    /// if that is likelier than a new plate. 0 switches it off.
    double merge_below = 0.85;

    // Bounds: what does not fit is forgotten, the oldest first, and counted.
    std::size_t max_subjects = 10'000;
    std::size_t max_candidates = 16'384;         ///< of one subject, 16 bytes each
    std::size_t max_all_candidates = 16'000'000; ///< of all subjects together
    std::size_t max_vehicles = 1'000'000;        ///< with a pass in the horizon
    std::size_t max_passes = 20'000'000;         ///< of all vehicles, 16 bytes each
    std::size_t max_vehicle_passes = 1'024; ///< of one vehicle: a taxi or a bus has a shorter past
    std::size_t max_alerts = 10'000;        ///< waiting for take_alerts()
    std::size_t decoys = 200; ///< 0..10 000: other vehicles that stand for the subject by chance
};

/// \return invalid_argument, naming the number, its value and the allowed range.
[[nodiscard]] Status check(const FollowingOptions& options);

/// What is said of one vehicle that was seen with a subject.
struct Finding {
    std::string subject;
    std::string vehicle;
    FollowingScore score;
    /// 0..1: that it follows, given the score, what chance gives to vehicles like the subject, and
    /// the prior.
    double probability = 0;
    /// How many innocent vehicles a month, for one subject, score as high by chance. From decoys
    /// once calibrate() has seen enough, else the bound that a likelihood ratio has by itself.
    double false_alarms_per_month = 0;
    /// Among the discoveries of the e-BH procedure at a false discovery rate of 5 % over all
    /// vehicles (Wang and Ramdas 2022).
    bool discovery = false;
    bool alert = false; ///< fulfils all that an alert needs
    WallTime first;     ///< first and last counted co-sighting, by the vehicle's read
    WallTime last;
    FollowingEvidence evidence;
    friend bool operator==(const Finding&, const Finding&) = default;
};

/// What happened to a pass.
enum class PassTaken {
    taken = 1,
    repeated, ///< the same event was there before: nothing changes
    late,     ///< earlier than what was already folded in: left out, and counted
    refused,  ///< no plate, a position off the earth, or more cameras than 65 535
};

/// What was done, for metrics.
struct FollowingCounts {
    std::uint64_t passes = 0;
    std::uint64_t repeated = 0;
    std::uint64_t late = 0;
    std::uint64_t refused = 0;
    std::uint64_t merged = 0;          ///< doubtful reads taken for a known plate
    std::uint64_t forgotten_early = 0; ///< passes dropped for want of room, not of age
    std::uint64_t candidates_dropped = 0;
    std::uint64_t alerts_dropped = 0;
    std::uint64_t scored = 0; ///< pairs
    friend bool operator==(const FollowingCounts&, const FollowingCounts&) = default;
};

/// How much is held, for metrics and tests of the bounds.
struct FollowingSize {
    std::size_t vehicles = 0;
    std::size_t passes = 0;
    std::size_t subjects = 0;
    std::size_t candidates = 0;
    std::size_t turns = 0;   ///< pairs of cameras with learned traffic between them
    std::size_t waiting = 0; ///< passes that wait for others of their microsecond
    std::size_t bytes = 0;   ///< of memory, about
};

/// A subject as it was added.
struct FollowingSubject {
    std::string name;                      ///< the plate, where it is one
    std::vector<std::string> plates;       ///< of a person
    std::vector<domain::CameraId> cameras; ///< that it carries
    enum class Kind { plate = 1, mobile, person } kind = Kind::plate;
    friend bool operator==(const FollowingSubject&, const FollowingSubject&) = default;
};

/// Where cameras move, squares of the map about 500 m wide stand for them: "@ROW,COLUMN".
/// \return the middle of the square; nothing for a name that stands for none
[[nodiscard]] std::optional<GeoPoint> cell_middle(std::string_view name);

/// Finds who follows whom among passes.
///
/// A pure fold: the same passes in the same order give the same findings bit for bit; no clock, no
/// disk, no thread. Passes come in the order of comes_before(), which PassReorder makes of nearly
/// ordered ones; those of one microsecond may come in any order among themselves. Traffic at large
/// and the habits of every vehicle are learned from the same passes.
///
///     VEDETTE_TRY(auto following, FollowingAnalysis::make({}, places));
///     VEDETTE_CHECK_OK(following.add_subject("AB123"));
///     for (const Pass& pass : passes) {
///         following.on_pass(pass);
///         for (Finding& alert : following.take_alerts()) tell(alert);
///     }
///
/// Thread-compatible. May be moved, not copied.
class FollowingAnalysis {
public:
    /// Cameras that are not among `places` are places of their own, with exact clocks.
    /// \return invalid_argument as check().
    static Result<FollowingAnalysis> make(const FollowingOptions& options,
                                          std::span<const Place> places);
    FollowingAnalysis(FollowingAnalysis&& other) noexcept;
    FollowingAnalysis& operator=(FollowingAnalysis&& other) noexcept;
    ~FollowingAnalysis();

    /// From now on, and for the past that is still remembered. Twice is once.
    /// \return invalid_argument for an empty or over-long plate, resource_exhausted beyond
    ///   max_subjects.
    Status add_subject(std::string_view plate);
    /// A subject that carries its own cameras: whoever they read is there with it, at the place
    /// where the pass says that the camera was. `name` stands for the plate. Once more: these
    /// cameras instead of those.
    /// \return as above, and already_exists if one of the cameras has another subject, or the name
    ///   is one of another kind.
    Status add_mobile_subject(std::string_view name, std::span<const domain::CameraId> cameras);
    /// A subject that has several plates: a trip with either is one of its trips, and evidence from
    /// all of them is one sum. `name` stands for the plate; the plates are no vehicles that could
    /// follow it. Each may be a subject by itself as well. Once more: these plates instead of
    /// those.
    /// \return as above, and already_exists if one of them is another person's.
    Status add_person(std::string_view name, std::span<const std::string> plates);
    /// As if it had never been added: what the cameras read that it carries goes, too.
    /// \return false if it was none.
    bool remove_subject(std::string_view plate);
    /// As if its plate had never been read: its passes, its candidates, its being a subject and one
    /// go. What remains is in sums over all traffic that no plate can be read from.
    void forget(std::string_view plate);
    [[nodiscard]] std::vector<std::string> subjects() const;       ///< in order of plates
    [[nodiscard]] std::vector<FollowingSubject> described() const; ///< the same, all of each
    /// One of them; nothing if it is none.
    [[nodiscard]] std::optional<FollowingSubject> described(std::string_view name) const;
    /// Whether a read of this plate is one of a subject: of itself, or of a person.
    [[nodiscard]] bool is_of_subject(std::string_view plate) const;
    /// The mobile subject that carries this camera; empty: none does.
    [[nodiscard]] std::string carrier_of(const domain::CameraId& camera) const;

    /// Amortised O(1) but for scoring; see src/analysis/bench.
    PassTaken on_pass(const Pass& pass);
    /// Nothing before `now` will follow: folds in what waited for equal times.
    void on_watermark(WallTime now);

    /// What became an alert since the last call: once when a vehicle first fulfils what an alert
    /// needs and once for each later trip on which it still does.
    [[nodiscard]] std::vector<Finding> take_alerts();

    /// All vehicles seen with the subject, the likeliest follower first; ties in order of plates.
    /// \param limit at most so many, 0 for all
    /// \return not_found if it is no subject.
    [[nodiscard]] Result<std::vector<Finding>> findings(std::string_view subject,
                                                        std::size_t limit = 0) const;
    /// One pair, whether seen together or not. \return not_found if it is no subject, or one of the
    ///   two was not read in the horizon.
    [[nodiscard]] Result<Finding> finding(std::string_view subject, std::string_view vehicle) const;

    /// Learns from decoys (vehicles with about as many passes as the subjects, who are followed by
    /// nobody as far as we know) how high innocent vehicles score here. Takes about a second per
    /// million passes; call it daily, and before findings() over stored passes.
    void calibrate();

    /// A versioned form of all that is known, for restore(). Holds plates: treat it as personal
    /// data.
    [[nodiscard]] std::string save() const;
    /// Goes on exactly where save() was called. Options and places are those given here.
    /// \return data_loss for damaged bytes, invalid_argument for another version or bad options.
    static Result<FollowingAnalysis>
    restore(std::string_view state, const FollowingOptions& options, std::span<const Place> places);

    [[nodiscard]] FollowingCounts counts() const;
    [[nodiscard]] FollowingSize size() const;
    [[nodiscard]] const FollowingOptions& options() const;

private:
    class Impl;
    explicit FollowingAnalysis(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

/// Brings nearly ordered passes into the order of comes_before().
///
/// Holds back each pass until one that is `window` later has come, or release() says so; at most
/// `max_held` at a time. Thread-compatible.
class PassReorder {
public:
    PassReorder(std::chrono::milliseconds window, std::size_t max_held);
    /// Gives `out` every pass that has waited long enough. One that comes after its turn is given
    /// at once: the analysis counts it as late.
    void push(Pass pass, const std::function<void(const Pass&)>& out);
    /// Gives everything up to and with `until`.
    void release(WallTime until, const std::function<void(const Pass&)>& out);
    [[nodiscard]] std::size_t held() const noexcept { return held_.size(); }
    /// The earliest one that is held; nothing if none is.
    [[nodiscard]] std::optional<WallTime> earliest() const noexcept;
    /// Of all that were ever pushed.
    [[nodiscard]] WallTime latest() const noexcept { return latest_; }
    /// Up to here everything was given out, by the times of passes alone.
    [[nodiscard]] WallTime watermark() const noexcept { return latest_ - window_; }

    void forget(std::string_view plate);
    /// What one of these cameras read.
    void forget(std::span<const domain::CameraId> cameras);
    /// Time goes on from `at`: those held that are later are dropped.
    void set_back(WallTime at);

    /// What is held and how far time has come, for restore(). Holds plates.
    [[nodiscard]] std::string save() const;
    /// Goes on exactly where save() was called; what a smaller window or bound would not hold any
    /// more is given out by the next push(). \return data_loss; then nothing was changed
    Status restore(std::string_view state);

private:
    std::chrono::microseconds window_;
    std::size_t max_held_;
    std::vector<Pass> held_; ///< a heap, the earliest on top
    WallTime latest_{};
};

} // namespace vedette::analysis
