#include "vedette/observability/process_probe.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <malloc.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

namespace vedette::observability {
namespace {

std::uint64_t entries_of(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::directory_iterator entries{folder, error};
    return error ? 0 : static_cast<std::uint64_t>(std::distance(begin(entries), end(entries)));
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

std::uint64_t resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t all_pages = 0;
    std::uint64_t resident_pages = 0;
    if (!(statm >> all_pages >> resident_pages))
        return 0;
    return resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

ProcessUsage process_usage() {
    ProcessUsage usage{.resident_bytes = resident_bytes(),
                       .open_files = entries_of("/proc/self/fd"),
                       .threads = entries_of("/proc/self/task")};
    const auto heap = ::mallinfo2();
    usage.heap_used_bytes = heap.uordblks + heap.hblkhd;
    usage.heap_free_bytes = heap.fordblks;
    if (rusage used{}; ::getrusage(RUSAGE_SELF, &used) == 0)
        usage.processor_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
    return usage;
}

ProcessProbe::ProcessProbe(Metrics& metrics, const std::string& version, const Clock& clock)
    : resident_{metrics.gauge("process_resident_memory_bytes", "Memory in use that lies in RAM")},
      open_files_{metrics.gauge("process_open_fds", "Open files, sockets and pipes")},
      threads_{metrics.gauge("process_threads", "Threads")},
      heap_used_{metrics.gauge("process_heap_used_bytes", "Memory allocated and not freed")},
      heap_free_{metrics.gauge("process_heap_free_bytes",
                               "Memory freed and kept for later, in RAM or not")},
      processor_{metrics.counter("process_cpu_seconds_total", "Time of all cores together")} {
    const std::chrono::duration<double> now = clock.wall_now().time_since_epoch();
    metrics.gauge("process_start_time_seconds", "When it began, since 1970")->set(now.count());
    metrics.gauge("app_build_info", "1; the label tells the version", {{"version", version}})
        ->set(1);
    sample();
}

void ProcessProbe::sample() {
    const ProcessUsage usage = process_usage();
    resident_->set(static_cast<double>(usage.resident_bytes));
    open_files_->set(static_cast<double>(usage.open_files));
    threads_->set(static_cast<double>(usage.threads));
    heap_used_->set(static_cast<double>(usage.heap_used_bytes));
    heap_free_->set(static_cast<double>(usage.heap_free_bytes));
    processor_->add(std::max(0.0, usage.processor_seconds - processor_told_));
    processor_told_ = usage.processor_seconds;
}

} // namespace vedette::observability
