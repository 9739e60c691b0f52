#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "app/data/carried_cameras.h"
#include "app/data/data_folder.h"
#include "app/following_options.h"
#include "app/server/follower.h"
#include "app/server/following_source.h"
#include "app/server/mobile_tracker.h"
#include "vedette/api/following_parts.h"
#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/events/subscriber.h"
#include "vedette/ports/event_log.h"
#include "vedette/storage/following_db.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::app {

/// Following as a server does it: who is looked for, the cases that were found, and where cars with
/// cameras are.
///
/// become() is called by one thread at a time; everything else on any. Destroying it saves what the
/// follower knows.
class ServerFollowing {
public:
    /// Borrowed; outlive it.
    struct Parts {
        ports::EventLog& events;
        storage::SqliteStore& store;
        const events::Subscriber& feeder; ///< of the store
        Metrics& metrics;
        Log& messages;
        const Clock& clock;
        std::function<std::optional<WallTime>()> settled{}; ///< as FollowerWork::Parts
    };

    ServerFollowing(DataFolder folder, const Parts& parts);
    ServerFollowing(const ServerFollowing&) = delete;
    ServerFollowing& operator=(const ServerFollowing&) = delete;
    ~ServerFollowing() = default;

    /// Starts, goes by other settings, or ends. \return errors of the files of cases and places,
    /// and of the lists; what went on before goes on then.
    Status become(const FollowingSettings& wanted);
    /// Cameras that are no places, for convoys and patterns.
    [[nodiscard]] CarriedCameras carried() const;
    /// Up to here it needs the log no more; nothing: it does not read it.
    [[nodiscard]] std::optional<ports::LogPosition> handled() const;
    /// For the API, borrowed.
    [[nodiscard]] api::FollowingParts answers();

private:
    Status open_cases(bool needed);
    void replace_follower(std::shared_ptr<Follower> next);
    [[nodiscard]] FollowerWork::Parts follower_parts();

    const DataFolder folder_;
    const Parts parts_;
    FollowingSource source_;
    Guarded<CarriedCameras> carried_;
    std::unique_ptr<storage::FollowingDb> cases_; ///< null: there are none
    Guarded<std::shared_ptr<Follower>> follower_{nullptr};
    MobileTracker mobiles_; ///< last: nobody writes where a car is once the follower ends
};

} // namespace vedette::app
