#pragma once

#include <chrono>
#include <memory>

#include "app/following_options.h"
#include "app/server/follower_work.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::app {

/// Following in the running server: a subscriber of the log with a thread of its own, which does a
/// FollowerWork.
///
/// Thread-safe. Destroying it finishes the batch under way and saves where it stands.
class Follower {
public:
    /// \return errors of the store of cases and of the lists.
    static Result<std::unique_ptr<Follower>> start(const FollowingSettings& settings,
                                                   FollowerWork::Parts parts);
    ~Follower();
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    /// Within a moment these settings count.
    void change(FollowingSettings settings);
    /// Up to here the log is not needed any more.
    [[nodiscard]] ports::LogPosition saved() const;
    /// See events::Subscriber::wait_for().
    [[nodiscard]] bool wait_for(ports::LogPosition position,
                                std::chrono::milliseconds patience) const;

private:
    struct Impl;
    explicit Follower(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::app
