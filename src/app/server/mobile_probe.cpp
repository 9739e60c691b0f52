#include "app/server/mobile_probe.h"

#include <cmath>

namespace vedette::app {
namespace {

std::shared_ptr<Counter> fixes(Metrics& metrics, const char* kind) {
    return metrics.counter("app_mobile_fixes_total",
                           "Positions of cars with cameras that were told, or were to be",
                           {{"kind", kind}});
}

} // namespace

MobileProbe::MobileProbe(Metrics& metrics)
    : kept{fixes(metrics, "kept")}, thinned{fixes(metrics, "thinned")}, bad{fixes(metrics, "bad")},
      without{fixes(metrics, "without")}, lost{fixes(metrics, "lost")},
      connected_{
          metrics.gauge("app_mobile_connected", "Cars with cameras whose receiver can be read")},
      offset_{metrics.gauge("app_mobile_clock_offset_seconds",
                            "How far this machine's clock is ahead of GPS, by the car where it is "
                            "worst")} {}

void MobileProbe::tell(const void* car, const std::optional<OfOne>& now) {
    const std::scoped_lock lock{mutex_};
    if (now)
        all_[car] = *now;
    else
        all_.erase(car);
    int reachable = 0;
    double worst = 0;
    for (const auto& [key, one] : all_) {
        reachable += one.connected ? 1 : 0;
        worst = std::abs(one.offset_s) > std::abs(worst) ? one.offset_s : worst;
    }
    connected_->set(reachable);
    offset_->set(worst);
}

} // namespace vedette::app
