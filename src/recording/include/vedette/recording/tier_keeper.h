#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/media/source.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/forecast.h"
#include "vedette/recording/settle.h"
#include "vedette/recording/tiers.h"

namespace vedette::recording {

/// What holds for one tier.
struct TierRules {
    RetentionRules rules{};
    MoveRules moves{}; ///< of all but the first
    friend bool operator==(const TierRules&, const TierRules&) = default;
};

/// One tier as it is now.
struct TierStatus {
    int number = 1;   ///< its place in the configuration
    std::string id;   ///< empty: the first, or not known yet
    std::string name; ///< its folder, for people
    bool here = false;
    std::string problem; ///< why it is away or nothing goes there; empty: all is well
    std::optional<RecordingFiles::Space> space{};
};

/// Those that are away have no space. \pre as many rules as tiers
[[nodiscard]] std::vector<TierRoom> rooms_of(const std::vector<TierRules>& rules,
                                             const std::vector<TierStatus>& tiers);

/// Of this thread: whoever records has the disk first.
void let_others_use_the_disk_first() noexcept;

/// Looks after the tiers behind the first one: sees whether they are here, settles them when they
/// come, moves there what is due, and deletes there what has to go. Whoever is away is told of
/// once, and everything goes on by itself when it is back.
///
/// pass() and change() have one caller at a time; status() is thread-safe and never waits for a
/// disk.
class TierKeeper {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        TieredFiles& files;
        RecordingFiles& first_stored; ///< the first tier, as its files lie there
        ports::RecordingIndex& index;
        Metrics& metrics;
        Log& log;
        const Clock& clock;
        std::function<Result<media::StreamInfo>(const std::string& file)> describe;
        /// See Mover::Parts.
        std::function<void(std::chrono::nanoseconds, const std::stop_token&)> wait;
        /// See Janitor::Parts.
        std::function<void(const std::vector<ports::RecordedSegment>&)> deleted{};
        /// Hears what was found on a tier that came; may be empty.
        std::function<void(const Settlement&)> settled{};
    };
    /// \param rules  of all tiers, the first one's first
    TierKeeper(std::vector<TierRules> rules, const Parts& parts);
    ~TierKeeper();
    TierKeeper(const TierKeeper&) = delete;
    TierKeeper& operator=(const TierKeeper&) = delete;

    /// From the next pass on these count. \pre as many as before
    void change(std::vector<TierRules> rules);
    /// Does what is due now, at most some hundred files of it. \return whether there is more
    bool pass(WallTime now, const std::stop_token& stop);
    /// Of all but the first.
    [[nodiscard]] std::vector<TierStatus> status() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::recording
