#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

#include "frame_feed.h"

namespace vedette::pipeline {

/// Tells the beginning of a pipeline what its end knows.
///
/// Thread-safe.
class FollowUp {
public:
    /// A picture is on its way.
    void given_out() {
        const std::scoped_lock lock{mutex_};
        ++given_out_;
    }

    /// A picture has come to its end. \param followed  if it was looked at
    void analysed(const std::optional<Followed>& followed) {
        {
            const std::scoped_lock lock{mutex_};
            ++analysed_;
            followed_ = followed.value_or(followed_);
        }
        changed_.notify_one();
    }

    /// \param all  waits until no picture is on its way, or a stop was asked for
    [[nodiscard]] Followed followed(bool all, const std::stop_token& stop) {
        std::unique_lock lock{mutex_};
        if (all)
            changed_.wait(lock, stop, [this] { return analysed_ == given_out_; });
        return followed_;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t given_out_ = 0;
    std::uint64_t analysed_ = 0;
    Followed followed_;
};

} // namespace vedette::pipeline
