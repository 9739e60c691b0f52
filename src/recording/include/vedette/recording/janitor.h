#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// What was going on in a segment, from the least to the most.
enum class Worth : std::size_t { nothing = 0, motion, detection, alert };
[[nodiscard]] std::string_view to_string(Worth worth);

/// Which segments of an event are kept as such.
enum class KeepMode {
    all = 1,        ///< all that is around it
    motion,         ///< of them those around which something moves
    active_objects, ///< only those in which it is seen itself
};

/// How long segments are kept, by what was going on in them; the longest of what applies counts.
/// 0: only until it is certain that nothing was (Janitor::kGrace).
struct KeepFor {
    std::chrono::seconds continuous{0};
    std::chrono::seconds motion{0};
    std::chrono::seconds detections{std::chrono::hours{24 * 10}};
    std::chrono::seconds alerts{std::chrono::hours{24 * 10}};
    KeepMode detections_mode = KeepMode::all;
    KeepMode alerts_mode = KeepMode::all;
    friend bool operator==(const KeepFor&, const KeepFor&) = default;
};

/// What a tier holds of one class.
struct ClassLimits {
    std::optional<std::chrono::seconds> max_age{}; ///< older ones go
    std::uint64_t max_bytes = 0; ///< 0: as much as there is room for; see ports::is_of_event()
    bool moves_on = false;       ///< the next tier takes them, which is what max_age waits for
    friend bool operator==(const ClassLimits&, const ClassLimits&) = default;
};

/// What may stay on one tier, and how much room it may take.
struct RetentionRules {
    std::map<std::string, KeepFor> by_camera{};
    KeepFor otherwise{};              ///< cameras that are not named, and not there any more
    std::uint64_t max_bytes = 0;      ///< of all; 0: as much as there is
    double min_free = 0.05;           ///< share of the disk that stays free, 0..1
    std::uint64_t min_free_bytes = 0; ///< at least that
    ClassLimits continuous{};         ///< where nothing was, or something merely moved
    ClassLimits events{};             ///< detections and alerts
    friend bool operator==(const RetentionRules&, const RetentionRules&) = default;
};

enum class DeletionReason { age = 1, size, free_space };
[[nodiscard]] std::string_view to_string(DeletionReason reason);

/// A segment that is to go.
struct Deletion {
    std::uint64_t id = 0;
    std::string file;
    std::uint64_t bytes = 0;
    DeletionReason reason = DeletionReason::age;
    domain::CameraId camera{};
    WallTime start;
    WallTime end;
    Worth worth = Worth::nothing;
    WallTime due; ///< when it goes, if everything comes as it did lately
    friend bool operator==(const Deletion&, const Deletion&) = default;
};

/// How far a plan looks ahead, and what comes in until then.
struct PlanAhead {
    std::chrono::seconds time{0};
    double bytes_per_day = 0;
    double event_bytes_per_day = 0; ///< of them
};

/// The one who deletes recordings of one tier. By age each segment is looked at once for each
/// class, when it comes of that age; by size and for free space the oldest go first, and of all
/// those in which nothing was going on before those with a detection, and these before those with
/// an alert. What is kept (RecordedSegment::kept) never goes. Every deletion is logged with its
/// reason.
///
/// Thread-compatible.
class Janitor {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        RecordingFiles& files;
        ports::RecordingIndex& index;
        Metrics& metrics;
        Log& log;
        /// Hears of what was deleted, once it is gone; may be empty.
        std::function<void(const std::vector<ports::RecordedSegment>&)> deleted{};
    };
    /// Which one it looks after.
    struct Place {
        std::string tier{}; ///< its id
        int number = 1;     ///< its place in the configuration, for people and metrics
    };
    /// Who is seen is known when he has gone: what looks empty waits so long.
    static constexpr std::chrono::seconds kGrace{120};

    Janitor(RetentionRules rules, const Parts& parts, Place place);
    Janitor(RetentionRules rules, const Parts& parts) : Janitor{std::move(rules), parts, Place{}} {}
    ~Janitor();
    Janitor(const Janitor&) = delete;
    Janitor& operator=(const Janitor&) = delete;

    /// From the next time on these count.
    void change(RetentionRules rules);
    /// What tidy() would delete until then, and nothing is. \return errors of the index and the
    /// disk.
    [[nodiscard]] Result<std::vector<Deletion>> plan(WallTime now,
                                                     const PlanAhead& ahead = {}) const;
    /// Deletes what has to go. \return how many segments went; errors of the index and the disk,
    /// after which the next call goes on.
    Result<std::uint64_t> tidy(WallTime now);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What tidy() of a janitor would delete that has just been made.
/// \param space  of the disk \return errors of the index.
[[nodiscard]] Result<std::vector<Deletion>> plan_deletions(const ports::RecordingIndex& index,
                                                           const std::string& tier,
                                                           const RetentionRules& rules,
                                                           const RecordingFiles::Space& space,
                                                           WallTime now, const PlanAhead& ahead);

} // namespace vedette::recording
