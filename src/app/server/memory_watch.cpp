#include "app/server/memory_watch.h"

#include <malloc.h>
#include <utility>

namespace vedette::app {
namespace {

/// Giving back takes milliseconds and rarely helps twice in a row.
constexpr std::chrono::seconds kBetweenReleases{10};
/// Takes a millisecond for 100 MB.
constexpr std::chrono::minutes kBetweenTrims{1};
constexpr std::uint64_t kMegabyte = 1'000'000;

} // namespace

void give_free_memory_back() { ::malloc_trim(0); }

void keep_little_free_memory() {
    // A picture of 1080 lines has 3 MB, a key frame some 100 kB. Left to itself glibc comes to take
    // pictures from the same heaps as packets, of which it has eight for each processor.
    // With one heap what is kept long lies on the fewest pages; threads keep small blocks of their
    // own, so that they seldom wait for one another.
    constexpr int kBytes = 64 << 10;
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_THRESHOLD, kBytes);
    ::mallopt(M_TRIM_THRESHOLD, kBytes);
}

MemoryWatch::MemoryWatch(config::ByteSize limit, Parts parts, Metrics& metrics, Log& log)
    : limit_{limit.bytes}, parts_{std::move(parts)}, log_{log},
      short_gauge_{metrics.gauge("app_memory_short", "1 while limits.memory is "
                                                     "not kept to")},
      releases_{metrics.counter("app_memory_releases_total",
                                "Times caches were given up to keep to limits.memory")} {
    metrics.gauge("app_memory_limit_bytes", "limits.memory")->set(static_cast<double>(limit_));
    short_gauge_->set(0);
}

void MemoryWatch::look(SteadyTime now) {
    if (now - trimmed_ >= kBetweenTrims) {
        trimmed_ = now;
        parts_.trim();
    }
    std::uint64_t in_use = parts_.in_use();
    const bool rested = released_ == SteadyTime{} || now - released_ >= kBetweenReleases;
    if (in_use > limit_ && rested)
        in_use = release(now);
    if (!short_ && in_use > limit_)
        change(true, in_use);
    else if (short_ && in_use < limit_ / 10 * 9)
        change(false, in_use);
}

/// \return what is in use afterwards.
std::uint64_t MemoryWatch::release(SteadyTime now) {
    released_ = now;
    releases_->add();
    parts_.release();
    return parts_.in_use();
}

void MemoryWatch::change(bool to_short, std::uint64_t in_use) {
    short_ = to_short;
    short_gauge_->set(to_short ? 1 : 0);
    parts_.spare(to_short);
    log_.warn(to_short ? "more memory is in use than limits.memory allows: doing without pictures"
                       : "memory is enough again",
              {{"in_use_mb", in_use / kMegabyte}, {"limit_mb", limit_ / kMegabyte}});
    parts_.tell({to_short, in_use, limit_});
}

} // namespace vedette::app
