#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

/// Where something that moves was: what a GPS receiver says, and what follows from it for a moment
/// in between.
namespace vedette::analysis {

/// One position that a receiver has found.
struct TrackFix {
    WallTime at;
    GeoPoint position;
    std::optional<double> speed_mps{};  ///< metres per second, 0 or more
    std::optional<double> course_deg{}; ///< 0..360 clockwise from north
    double accuracy_m = 10;             ///< one standard deviation; 0..10 000
    friend bool operator==(const TrackFix&, const TrackFix&) = default;
};

/// \return invalid_argument naming the member and its range.
[[nodiscard]] Status check(const TrackFix& fix);

/// A position that was not measured but follows from those that were.
struct TrackPosition {
    GeoPoint at;
    double uncertainty_m = 0; ///< about one standard deviation
    friend bool operator==(const TrackPosition&, const TrackPosition&) = default;
};

/// The last positions of one thing that moves, in order of time.
///
/// Between two fixes the way is taken as straight, which is the less true the longer ago the nearer
/// one is; beyond kMostUncertain_m nothing is said. A gap of more than a minute says nothing,
/// unless both ends are at one place. Behind the last fix what was standing stands for a minute and
/// a half, and what was driving goes on for five seconds.
///
/// Thread-compatible. A plain value.
class TrackLog {
public:
    static constexpr double kMostUncertain_m = 250;

    /// \param max_fixes  2 or more; the oldest goes first
    explicit TrackLog(std::size_t max_fixes = 4'096) : max_fixes_{max_fixes} {}

    /// \return false for one that changes nothing: check() fails, there is one of this time, or it
    ///   is older than all that are kept and there is no room.
    bool add(const TrackFix& fix);
    /// \return nothing where the fixes do not say it.
    [[nodiscard]] std::optional<TrackPosition> at(WallTime time) const;

    /// Nothing before `time` will be asked for: what only that needed goes.
    void forget_before(WallTime time);

    [[nodiscard]] std::size_t size() const noexcept { return fixes_.size(); }
    [[nodiscard]] std::optional<TrackFix> latest() const;

    /// All of it, for restore(). Says where somebody was: personal data.
    [[nodiscard]] std::string save() const;
    /// \return data_loss; then nothing was changed
    Status restore(std::string_view state);

private:
    std::size_t max_fixes_;
    std::deque<TrackFix> fixes_; ///< in order of time, no two of one time
};

} // namespace vedette::analysis
