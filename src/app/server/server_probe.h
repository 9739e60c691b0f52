#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "vedette/base/clock.h"
#include "vedette/base/metrics.h"
#include "vedette/observability/process_probe.h"
#include "vedette/ports/event_store.h"

namespace vedette::app {

/// What is looked up when somebody reads the metrics: the process, the store, room on the disk.
///
/// Thread-safe.
class ServerProbe {
public:
    /// \param store,clock  borrowed
    ServerProbe(Metrics& metrics, const ports::EventStore& store, std::filesystem::path data,
                const Clock& clock);
    void sample();

private:
    const ports::EventStore& store_;
    const std::filesystem::path data_;
    const std::shared_ptr<Gauge> stored_, store_bytes_, free_bytes_;
    std::mutex mutex_; ///< of the one below
    observability::ProcessProbe process_;
};

} // namespace vedette::app
