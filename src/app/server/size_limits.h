#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/object_store.h"

namespace vedette::app {

/// How much the server may keep, in bytes.
struct SizeRule {
    std::uint64_t pictures = 0; ///< `snapshots.retain.max_size`
    std::uint64_t store = 0;    ///< `database.max_size`
};

/// Keeps pictures and sightings within their sizes: the oldest go first, in short transactions, and
/// a sighting never names a picture that is gone.
///
/// Cheap while there is room, so that it can be asked every second. Thread-compatible.
class SizeLimits {
public:
    /// Everything is borrowed and must outlive this.
    struct Parts {
        ports::EventStore* store = nullptr;
        ports::ObjectStore* pictures = nullptr;
        /// Of all pictures; nothing while they are being counted.
        std::function<std::optional<std::uint64_t>()> picture_bytes;
        /// Makes the store's file no larger than that, if it can. \return whether there is more to
        /// do.
        std::function<Result<bool>(std::uint64_t bytes)> shrink_store;
        Log* messages = nullptr;
        Metrics* metrics = nullptr;
        const Clock* clock = nullptr;
    };
    explicit SizeLimits(Parts parts);

    /// Removes what is too much, at most for some seconds: the rest next time.
    /// \return errors of the stores.
    [[nodiscard]] Status enforce(const SizeRule& rule, const std::stop_token& stop);

private:
    /// Sightings of one stretch of time, oldest first.
    struct Stretch {
        std::vector<domain::Event> sightings;
        WallTime end;
    };
    [[nodiscard]] Status trim_pictures(std::uint64_t most, const std::stop_token& stop);
    [[nodiscard]] Status trim_store(std::uint64_t most, const std::stop_token& stop);
    [[nodiscard]] Result<std::optional<Stretch>> oldest_behind(WallTime from);
    [[nodiscard]] Result<bool> remove_oldest_pictures(Stretch stretch, std::uint64_t enough);

    const Parts parts_;
    const std::shared_ptr<Gauge> picture_bytes_;
    const std::shared_ptr<Gauge> store_bytes_;
    const std::shared_ptr<Counter> pictures_removed_;
    const std::shared_ptr<Counter> sightings_removed_;
    WallTime bare_until_ = WallTime::min(); ///< sightings before have no pictures any more
    std::chrono::microseconds stretch_;     ///< width that held about a page, the last time
    SteadyTime nothing_until_{};            ///< no picture was found to be removed: no use looking
};

} // namespace vedette::app
