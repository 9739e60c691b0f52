#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/metrics.h"

namespace vedette::observability {

/// What this process uses of the machine. What the system does not tell is 0.
struct ProcessUsage {
    std::uint64_t resident_bytes = 0; ///< memory in use that lies in RAM
    double processor_seconds = 0;     ///< of all cores, since the start
    std::uint64_t open_files = 0;     ///< files, sockets and pipes
    std::uint64_t threads = 0;
    std::uint64_t heap_used_bytes = 0; ///< allocated and not freed
    std::uint64_t heap_free_bytes = 0; ///< freed and kept for later, in RAM or not
};

[[nodiscard]] ProcessUsage process_usage();
/// The first of them alone, which is cheap.
[[nodiscard]] std::uint64_t resident_bytes();

/// The process as Prometheus' own clients show it: `process_*`, and `app_build_info{version}`.
///
/// Thread-compatible.
class ProcessProbe {
public:
    ProcessProbe(Metrics& metrics, const std::string& version, const Clock& clock);
    /// To be called before the metrics are read, or now and then.
    void sample();

private:
    std::shared_ptr<Gauge> resident_, open_files_, threads_, heap_used_, heap_free_;
    std::shared_ptr<Counter> processor_;
    double processor_told_ = 0;
};

} // namespace vedette::observability
