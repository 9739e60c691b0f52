// What the event log takes and gives, beside what its disk does alone: a file that is extended by
// as many bytes and flushed. Budgets: 50 000 events/s in batches; 1 000 single durable appends/s,
// or the disk's own rate of flushes.

#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "vedette/events/durable_log.h"

namespace {

using namespace vedette;         // NOLINT(google-build-using-namespace): a program of its own
using namespace vedette::events; // NOLINT(google-build-using-namespace): a program of its own

constexpr std::size_t kPayload_bytes = 600; // a sighting as JSON

/// In VEDETTE_BENCH_DIR or the working folder: a temporary file system has no disk to measure.
class Folder {
public:
    Folder() {
        const char* wanted = std::getenv("VEDETTE_BENCH_DIR");
        std::string pattern = std::string{wanted != nullptr ? wanted : "."} + "/log-bench-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr)
            std::abort();
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

struct Bench {
    Folder folder;
    NullLog quiet;
    NullMetrics meters;
    SystemClock clock;
    std::unique_ptr<DurableLog> log;

    Bench() {
        auto opened = DurableLog::open(folder.path(), {}, quiet, meters, clock);
        if (!opened)
            std::abort();
        log = *std::move(opened);
    }
    void append(const std::vector<ports::Envelope>& events) const {
        if (!log->append(events))
            std::abort();
    }
};

std::vector<ports::Envelope> sightings(std::size_t count) {
    std::vector<ports::Envelope> events(count);
    for (std::size_t i = 0; i < count; ++i)
        events[i] = {domain::EventId{"home.gate.1763740800." + std::to_string(i) + ".sighting.0"},
                     "sighting", domain::CameraId{"gate"}, WallTime{},
                     std::string(kPayload_bytes, 'x')};
    return events;
}

void per_second(benchmark::State& state, std::size_t events_each) {
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * events_each));
}

void disk_flush(benchmark::State& state) {
    const Folder folder;
    const int fd = ::open((folder.path() / "file").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    const std::vector<char> bytes(static_cast<std::size_t>(state.range(0)) * (kPayload_bytes + 85));
    for (auto _ : state)
        if (::write(fd, bytes.data(), bytes.size()) < 0 || ::fdatasync(fd) != 0)
            std::abort();
    ::close(fd);
    per_second(state, static_cast<std::size_t>(state.range(0)));
}

void append_batch(benchmark::State& state) {
    const Bench bench;
    const auto events = sightings(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        bench.append(events);
    per_second(state, events.size());
}

void append_one_from_many_threads(benchmark::State& state) {
    const Bench bench;
    const auto events = sightings(1);
    constexpr std::size_t kEach = 50;
    const auto threads = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        std::vector<std::jthread> writers;
        for (std::size_t i = 0; i < threads; ++i)
            writers.emplace_back([&] {
                for (std::size_t n = 0; n < kEach; ++n)
                    bench.append(events);
            });
    }
    per_second(state, threads * kEach);
}

void read_pages(benchmark::State& state) {
    const Bench bench;
    constexpr std::size_t kEvents = 200'000; // 130 MiB: three files
    const auto events = sightings(10'000);
    for (std::size_t i = 0; i < kEvents; i += events.size())
        bench.append(events);
    for (auto _ : state) {
        for (ports::LogPosition at; at < bench.log->extent().last;) {
            const auto page = bench.log->read(at, 256);
            if (!page || page->empty())
                std::abort();
            at = page->back().position;
        }
    }
    per_second(state, kEvents);
}

void read_any_one(benchmark::State& state) {
    const Bench bench;
    constexpr std::uint64_t kEvents = 200'000;
    const auto events = sightings(10'000);
    for (std::size_t i = 0; i < kEvents; i += events.size())
        bench.append(events);
    std::uint64_t at = 0;
    for (auto _ : state) {
        at = (at * 6364136223846793005 + 1442695040888963407) % kEvents;
        if (!bench.log->read(ports::LogPosition{at}, 1))
            std::abort();
    }
    per_second(state, 1);
}

BENCHMARK(disk_flush)->Arg(1)->Arg(1000)->UseRealTime();
BENCHMARK(append_batch)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(append_one_from_many_threads)->Arg(16)->UseRealTime();
BENCHMARK(read_pages)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(read_any_one)->UseRealTime()->Unit(benchmark::kMicrosecond);

} // namespace
