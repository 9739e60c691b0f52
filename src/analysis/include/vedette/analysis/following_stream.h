#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "vedette/analysis/count_rule.h"
#include "vedette/analysis/following.h"
#include "vedette/analysis/track.h"

namespace vedette::analysis {

struct FollowingStreamOptions {
    FollowingOptions following;
    /// 0..10 min, of the times of passes: how long one waits for earlier ones of other cameras.
    std::chrono::milliseconds reorder{10'000};
    std::size_t max_held = 100'000; ///< 1 or more; beyond it the earliest no longer waits
    CountRuleOptions simple;        ///< beside it; its max_lag is that of `following`
};

/// \return invalid_argument, naming the number, its value and the allowed range.
[[nodiscard]] Status check(const FollowingStreamOptions& options);

/// The times of passes have come to this hour (UTC); once for each, hours without passes left out.
struct FollowingHour {
    WallTime at;
    friend bool operator==(const FollowingHour&, const FollowingHour&) = default;
};

/// All that was known is given up: passes went on long before those that were known, so the clock
/// of those had been wrong, and nothing would ever be in time again.
struct FollowingAnew {
    WallTime known; ///< up to where time had come
    WallTime at;    ///< where it is now
    friend bool operator==(const FollowingAnew&, const FollowingAnew&) = default;
};

/// What the passes came to: an alert, what the simple rule counted, an hour, or that it began anew.
using FollowingStep = std::variant<Finding, CountedTogether, FollowingHour, FollowingAnew>;

/// Following over passes as they come from a log, nearly in order and without an end.
///
/// A pure fold over on_pass() and pause(), however they are spread over calls of take(), save() and
/// restore(): the same calls give the same steps bit for bit. Chance is learned anew
/// (FollowingAnalysis::calibrate()) with the first pass of each day (UTC).
///
/// Thread-compatible. May be moved, not copied.
class FollowingStream {
public:
    /// \return invalid_argument as check().
    static Result<FollowingStream> make(const FollowingStreamOptions& options,
                                        std::span<const Place> places);
    /// Goes on exactly where save() was called, if options and places are the same.
    /// \return data_loss for damaged bytes, invalid_argument for another version or bad options.
    static Result<FollowingStream> restore(std::string_view state,
                                           const FollowingStreamOptions& options,
                                           std::span<const Place> places);

    /// As those of FollowingAnalysis; forget() also takes what is held back.
    Status add_subject(std::string_view plate);
    /// Its cameras' passes are placed by on_track(); those that it cannot place are left out.
    Status add_mobile_subject(std::string_view name, std::span<const domain::CameraId> cameras);
    /// Cameras that stand nowhere, whether their carrier is a subject now or was one before: what
    /// they read is placed by a track or left out, and never makes a place of them. Not in save().
    void set_carried(std::set<domain::CameraId> cameras) { carried_ = std::move(cameras); }
    /// The simple rule counts for each plate by itself.
    Status add_person(std::string_view name, std::span<const std::string> plates);
    bool remove_subject(std::string_view plate);
    void forget(std::string_view plate);
    [[nodiscard]] std::vector<std::string> subjects() const { return following_.subjects(); }

    void on_pass(Pass pass);
    /// Where a mobile subject was, in the time of passes. A pass is placed when it is given out, so
    /// fixes may come as late as the passes of the slowest camera. Of others: nothing happens.
    void on_track(std::string_view mobile, std::span<const TrackFix> fixes);
    /// No pass earlier than `until` is waited for any more: gives out all up to and with it.
    void pause(WallTime until);
    /// Whether pause() would give out anything.
    [[nodiscard]] bool waits_until(WallTime until) const;
    /// Passes that are held back.
    [[nodiscard]] std::size_t held() const noexcept { return reorder_.held(); }
    /// Passes that were left out because nobody said where their camera was.
    [[nodiscard]] std::uint64_t placeless() const noexcept { return placeless_; }
    /// The time of the latest pass.
    [[nodiscard]] WallTime latest() const noexcept { return reorder_.latest(); }

    /// What came of it since the last call, in order.
    [[nodiscard]] std::vector<FollowingStep> take();

    /// A versioned form of all that is known and held. Holds plates.
    /// \pre take() has been called since the last pass: steps are not in it
    [[nodiscard]] std::string save() const;

    [[nodiscard]] const FollowingAnalysis& analysis() const noexcept { return following_; }

private:
    FollowingStream(FollowingStreamOptions options, std::vector<Place> places,
                    FollowingAnalysis following);

    void fold(const Pass& pass);
    void fold_placed(const Pass& pass);
    void come_to_hour(const Pass& pass);
    void collect();
    void count_no_more(std::span<const std::string> plates);
    void begin_anew(const Pass& pass);

    FollowingStreamOptions options_;
    std::vector<Place> places_;
    std::set<domain::CameraId> carried_;
    PassReorder reorder_;
    FollowingAnalysis following_;
    CountRule counting_;
    std::int64_t hour_ = 0;         ///< of the last pass in time, in hours since 1970; 0: none came
    WallTime latest_{};             ///< time of that pass
    std::uint32_t out_of_time_ = 0; ///< passes in a row that came long after their time
    std::map<std::string, TrackLog, std::less<>> tracks_; ///< by mobile subject
    std::uint64_t placeless_ = 0;
    std::vector<FollowingStep> steps_;
};

} // namespace vedette::analysis
