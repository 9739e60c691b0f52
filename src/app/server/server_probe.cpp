#include "app/server/server_probe.h"

#include <system_error>
#include <utility>

#include "app/version.h"

namespace vedette::app {

ServerProbe::ServerProbe(Metrics& metrics, const ports::EventStore& store,
                         std::filesystem::path data, const Clock& clock)
    : store_{store}, data_{std::move(data)}, stored_{metrics.gauge("app_store_events",
                                                                   "Sightings in the store")},
      store_bytes_{metrics.gauge("app_store_file_bytes", "Size of the store's file")},
      free_bytes_{metrics.gauge("app_disk_free_bytes", "Room where the data lie")}, process_{
                                                                                        metrics,
                                                                                        kVersion,
                                                                                        clock} {}

void ServerProbe::sample() {
    if (const auto extent = store_.extent(); extent) {
        stored_->set(static_cast<double>(extent->events));
        store_bytes_->set(static_cast<double>(extent->bytes));
    }
    std::error_code error;
    if (const auto space = std::filesystem::space(data_, error); !error)
        free_bytes_->set(static_cast<double>(space.available));
    const std::scoped_lock lock{mutex_};
    process_.sample();
}

} // namespace vedette::app
