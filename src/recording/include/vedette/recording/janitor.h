#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// How long segments are kept, by what was going on in them; the longest of what applies counts.
/// 0: only until it is certain that nothing was (Janitor::kGrace).
struct KeepFor {
    std::chrono::seconds continuous{0};
    std::chrono::seconds motion{0};
    std::chrono::seconds detections{std::chrono::hours{24 * 10}};
    std::chrono::seconds alerts{std::chrono::hours{24 * 10}};
    friend bool operator==(const KeepFor&, const KeepFor&) = default;
};

/// What may stay, and how much room it may take.
struct RetentionRules {
    std::map<std::string, KeepFor> by_camera{};
    KeepFor otherwise{};              ///< cameras that are not named, and not there any more
    std::uint64_t max_bytes = 0;      ///< of all; 0: as much as there is
    double min_free = 0.05;           ///< share of the disk that stays free, 0..1
    std::uint64_t min_free_bytes = 0; ///< at least that
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
    friend bool operator==(const Deletion&, const Deletion&) = default;
};

/// The one who deletes recordings. By age each segment is looked at once for each class, when it
/// comes of that age; by size and for free space the oldest go first, and of all those in which
/// nothing was going on before those with a detection, and these before those with an alert. What
/// is kept (RecordedSegment::kept) never goes. Every deletion is logged with its reason.
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
    };
    /// Who is seen is known when he has gone: what looks empty waits so long.
    static constexpr std::chrono::seconds kGrace{120};

    Janitor(RetentionRules rules, const Parts& parts);
    ~Janitor();
    Janitor(const Janitor&) = delete;
    Janitor& operator=(const Janitor&) = delete;

    /// From the next time on these count.
    void change(RetentionRules rules);
    /// What tidy() would delete now, and nothing is. \return errors of the index and the disk.
    [[nodiscard]] Result<std::vector<Deletion>> plan(WallTime now) const;
    /// Deletes what has to go. \return how many segments went; errors of the index and the disk,
    /// after which the next call goes on.
    Result<std::uint64_t> tidy(WallTime now);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// How long what there is room for lasts, by what was recorded lately.
struct RecordingForecast {
    double bytes_per_day = 0; ///< that came in over the last day, or since the oldest segment
    double days = 0; ///< that fit into the limits, if everything were kept; 0: not known yet
};
/// \return errors of the index and the disk.
[[nodiscard]] Result<RecordingForecast> forecast(const RecordingFiles& files,
                                                 const ports::RecordingIndex& index,
                                                 const RetentionRules& rules);

} // namespace vedette::recording
