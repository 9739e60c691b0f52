#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "vedette/base/metrics.h"

namespace vedette::app {

/// What all cars with cameras together tell about themselves; each one by itself is shown by the
/// API. Thread-safe.
struct MobileProbe {
    explicit MobileProbe(Metrics& metrics);

    struct OfOne {
        bool connected = false;
        double offset_s = 0; ///< of this machine's clock ahead of GPS
    };
    /// \param car  whose; one that became another one may still be told of
    /// \param now  nothing: the car is gone
    void tell(const void* car, const std::optional<OfOne>& now);

    const std::shared_ptr<Counter> kept, thinned, bad, without, lost;

private:
    const std::shared_ptr<Gauge> connected_, offset_;
    std::mutex mutex_; ///< protects all_
    std::map<const void*, OfOne> all_;
};

} // namespace vedette::app
