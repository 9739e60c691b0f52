#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "vedette/analysis/watchlist.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/ports/event_log.h"

namespace vedette::app {

inline constexpr const char* kWatchMatch = "watchlist.match";

/// The event of a sighting that stands on watch lists; form: schema/watchlist_match.v1.json. Its id
/// comes from the sighting's, so it is the same however often it is made.
[[nodiscard]] ports::Envelope watch_event(const domain::Event& sighting,
                                          const analysis::WatchVerdict& verdict);

/// Puts an event `watchlist.match` on the log for every sighting whose believed plate is on a
/// watch list: a subscriber of the log with a thread and a position of its own. The position is
/// kept behind the events; after a crash in between, matches that are on the log already are found
/// there and not written again.
///
/// It begins where the log ended when it was first started: what was seen before is not news.
///
/// Thread-safe. Destroying it finishes the batch under way.
class Watcher {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        ports::EventLog& events;
        Metrics& metrics;
        Log& messages;
        const Clock& clock;
    };

    /// \param position  the file in which it keeps where it stands
    /// \return errors of that file.
    static Result<std::unique_ptr<Watcher>>
    start(analysis::WatchIndex lists, const std::filesystem::path& position, const Parts& parts);
    ~Watcher();
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    /// From the next batch on these lists count.
    void change(analysis::WatchIndex lists);
    /// Those that count now.
    [[nodiscard]] std::shared_ptr<const analysis::WatchIndex> lists() const;
    /// See events::Subscriber::wait_for().
    [[nodiscard]] bool wait_for(ports::LogPosition position,
                                std::chrono::milliseconds patience) const;

private:
    struct Impl;
    explicit Watcher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::app
