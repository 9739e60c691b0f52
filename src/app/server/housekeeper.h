#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "app/server/retention.h"
#include "app/server/size_limits.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Looks after what is kept, on a thread of its own: counts the pictures once, then keeps to the
/// ages every minute and to the sizes every second. What fails is told once and tried again.
///
/// Thread-safe. Destroying it asks for the end and waits for a step that is being done.
class Housekeeper {
public:
    /// Everything is borrowed and must outlive this; nobody else may use `retention` and `sizes`.
    struct Parts {
        /// Counts the pictures; returns early after a stop request.
        std::function<Status(const std::stop_token&)> take_stock;
        Retention* retention = nullptr;
        SizeLimits* sizes = nullptr;
        Log* messages = nullptr;
        const Clock* clock = nullptr;
    };
    Housekeeper(const RetentionOptions& options, Parts parts);
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;
    ~Housekeeper();

    /// Other limits, kept to at once.
    void change(const RetentionOptions& options);

private:
    /// Something that is done again and again and may fail for a while.
    struct Duty {
        const char* name;
        bool failing = false;
    };
    void live(const std::stop_token& stop);
    void look_after(const std::stop_token& stop);
    void tell(Duty& duty, const Status& done) const;

    const Parts parts_;
    Duty counting_{"the pictures could not be counted"}; ///< by the thread, as are the next ones
    Duty ages_{"old data could not be removed"};
    Duty sizes_{"what is too much could not be removed"};
    bool counted_ = false;
    SteadyTime counted_at_{};
    SteadyTime enforced_at_{};
    std::mutex mutex_;
    std::condition_variable_any changed_;
    SizeRule rule_;           ///< under mutex_
    bool has_changed_ = true; ///< under mutex_
    std::jthread thread_;     // last: ended first
};

} // namespace vedette::app
