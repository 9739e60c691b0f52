// What the store takes in and how quickly it answers, over as many sightings as
// VEDETTE_BENCH_SIGHTINGS says (100 000 if it says nothing). The store is made once, in
// VEDETTE_BENCH_FOLDER or the system's folder for temporary files, and removed afterwards. Each
// query is asked many times with other values; the counters p50_ms and p99_ms are what matters, one
// search being one page of 50.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "vedette/storage/sqlite_store.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own
using SteadyClock = std::chrono::steady_clock;
using ports::EventQuery;
using ports::PlateMatch;

constexpr std::size_t kBatch = 1'000;
constexpr int kCameras = 20;
constexpr std::int64_t kStart_us = 1'795'000'000'000'000;
constexpr std::int64_t kBetween_us = 300'000; // ten million are five weeks

std::size_t wanted_sightings() {
    const char* said = std::getenv("VEDETTE_BENCH_SIGHTINGS");
    return said == nullptr ? 100'000 : std::strtoull(said, nullptr, 10);
}

std::filesystem::path bench_folder() {
    const char* said = std::getenv("VEDETTE_BENCH_FOLDER");
    const std::filesystem::path below =
        said == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path{said};
    return below / ("vedette-store-bench-" + std::to_string(::getpid()));
}

/// Traffic on twenty cameras: every other sighting is a plate that comes again and again (few of
/// them very often), the others pass once; one in ten has no plate.
class Traffic {
public:
    std::string regular_plate() {
        const double skewed = std::pow(uniform_(random_), 3.0);
        return plate(static_cast<std::uint64_t>(skewed * 200'000.0));
    }
    std::string any_plate(std::size_t seen) {
        return random_() % 2 == 0 ? regular_plate() : plate(1'000'000 + random_() % (seen + 1));
    }
    std::uint64_t number(std::uint64_t below) { return random_() % below; }

    domain::Event event(std::size_t number) {
        const auto camera = static_cast<int>(random_() % kCameras);
        domain::Event event;
        event.camera = domain::CameraId{"camera-" + std::to_string(camera)};
        event.track = domain::TrackId{static_cast<std::int64_t>(number)};
        event.id = domain::make_event_id("home", event.camera, "20261121T101500Z", event.track,
                                         "sighting", 0);
        event.first_seen = WallTime{
            std::chrono::microseconds{kStart_us + static_cast<std::int64_t>(number) * kBetween_us +
                                      static_cast<std::int64_t>(random_() % 1'000'000)}};
        event.last_seen = event.best_seen = event.first_seen + std::chrono::seconds{2};
        event.label = random_() % 50 == 0 ? "bus" : random_() % 4 == 0 ? "person" : "car";
        event.verdict = domain::Verdict::no_plate_found;
        event.score = 0.8F;
        event.box = {0.1F, 0.2F, 0.3F, 0.4F};
        event.detections = 20;
        event.snapshot = event.id.value() + ".jpg";
        event.source = "rtsp://camera.example/stream";
        event.models = {{"object", "yolox-nano@1"}, {"plate", "plate-corners@1"}, {"ocr", "ocr@1"}};
        if (random_() % 10 != 0)
            add_plate(event, random_() % 2 == 0 ? regular_plate() : plate(1'000'000 + number));
        return event;
    }

private:
    /// Seven signs: two letters, two digits, three letters, from a number that is mixed first.
    static std::string plate(std::uint64_t number) {
        std::uint64_t mixed = number * 0x9E3779B97F4A7C15ULL;
        mixed ^= mixed >> 29U;
        std::string text;
        for (int i = 0; i < 7; ++i) {
            const bool digit = i == 2 || i == 3;
            const std::uint64_t signs = digit ? 10 : 26;
            text += static_cast<char>((digit ? '0' : 'A') + static_cast<char>(mixed % signs));
            mixed /= signs;
        }
        return text;
    }
    void add_plate(domain::Event& event, const std::string& text) {
        event.verdict = domain::Verdict::published;
        event.plate = domain::PlateText{text, text, text, 0.9F, {}, {{"gb", 0.9F}}, 6};
        event.plate->confidence = static_cast<float>(random_() % 100) / 100.0F;
        event.plate->character_confidence.assign(text.size(), 0.97F);
        event.plate_corners = domain::NormQuad{};
        event.plate_snapshot = event.id.value() + "-plate.jpg";
    }
    std::mt19937_64 random_{42};
    std::uniform_real_distribution<double> uniform_{0.0, 1.0};
};

/// The store that all queries share, filled on the way: the filling is the first figure.
class Filled {
public:
    Filled() : folder_{bench_folder()}, count_{wanted_sightings()} {
        auto opened = storage::SqliteStore::open(folder_ / "store.db");
        if (!opened)
            return;
        store_ = *std::move(opened);
        Traffic traffic;
        for (std::size_t done = 0; done < count_; done += kBatch) {
            std::vector<domain::Event> events;
            for (std::size_t i = done; i < std::min(count_, done + kBatch); ++i)
                events.push_back(traffic.event(i));
            const auto begin = SteadyClock::now();
            if (!store_->apply("bench", ports::LogPosition{done}, events))
                return;
            const double took = seconds_since(begin);
            spent_s_ += took;
            if (done >= count_ - count_ / 10)
                last_tenth_s_ += took;
        }
        whole_ = true;
    }
    ~Filled() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Filled(const Filled&) = delete;
    Filled& operator=(const Filled&) = delete;

    static double seconds_since(SteadyClock::time_point begin) {
        return std::chrono::duration<double>(SteadyClock::now() - begin).count();
    }
    [[nodiscard]] const storage::SqliteStore* store() const {
        return whole_ ? store_.get() : nullptr;
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] double rate() const { return static_cast<double>(count_) / spent_s_; }
    [[nodiscard]] double last_rate() const {
        return static_cast<double>(count_ / 10) / last_tenth_s_;
    }

private:
    std::filesystem::path folder_;
    std::size_t count_;
    std::unique_ptr<storage::SqliteStore> store_;
    double spent_s_ = 0;
    double last_tenth_s_ = 0;
    bool whole_ = false;
};

const Filled& filled() {
    static const Filled store; // made by the first benchmark, removed at the end
    return store;
}

void ingest(benchmark::State& state) {
    for ([[maybe_unused]] const auto once : state)
        if (filled().store() == nullptr)
            state.SkipWithError("the store could not be filled");
    state.counters["sightings"] = static_cast<double>(filled().count());
    state.counters["per_s"] = filled().rate();
    state.counters["per_s_last_tenth"] = filled().last_rate();
    if (filled().store() != nullptr)
        state.counters["bytes_each"] =
            static_cast<double>(filled().store()->extent().value().bytes) /
            static_cast<double>(filled().count());
}

void ask(benchmark::State& state, const std::function<EventQuery(Traffic&)>& make) {
    const storage::SqliteStore* const store = filled().store();
    if (store == nullptr) {
        state.SkipWithError("the store could not be filled");
        return;
    }
    Traffic traffic;
    std::vector<double> took_ms;
    double found = 0;
    for ([[maybe_unused]] const auto once : state) {
        const EventQuery query = make(traffic);
        const auto begin = SteadyClock::now();
        const auto page = store->search(query);
        took_ms.push_back(Filled::seconds_since(begin) * 1e3);
        if (!page) {
            state.SkipWithError(page.error().message().c_str());
            return;
        }
        found += static_cast<double>(page->events.size());
    }
    std::sort(took_ms.begin(), took_ms.end());
    state.counters["p50_ms"] = took_ms[took_ms.size() / 2];
    state.counters["p99_ms"] = took_ms[took_ms.size() * 99 / 100];
    state.counters["found"] = found / static_cast<double>(took_ms.size());
}

EventQuery plate_query(std::string plate, PlateMatch match, int edits = 1) {
    EventQuery query;
    query.plate = std::move(plate);
    query.match = match;
    query.max_edits = edits;
    return query;
}

/// Some place in the whole time, as somebody who leafs back.
EventQuery until_some_time(Traffic& traffic) {
    EventQuery query;
    query.to = WallTime{std::chrono::microseconds{
        kStart_us +
        static_cast<std::int64_t>(traffic.number(filled().count()) + 100) * kBetween_us}};
    return query;
}

EventQuery of_camera(Traffic& traffic) {
    EventQuery query = until_some_time(traffic);
    query.cameras = {domain::CameraId{"camera-" + std::to_string(traffic.number(kCameras))}};
    return query;
}

/// Registered by hand, so that the store is filled before the first query and no query runs long.
void register_all() {
    const auto add = [](const char* name, auto make, std::int64_t times) {
        benchmark::RegisterBenchmark(name, [make](benchmark::State& state) { ask(state, make); })
            ->Iterations(times)
            ->Unit(benchmark::kMillisecond);
    };
    benchmark::RegisterBenchmark("ingest", ingest)->Iterations(1)->Unit(benchmark::kSecond);
    add(
        "recent", [](Traffic&) { return EventQuery{}; }, 2'000);
    add("until_some_time", until_some_time, 2'000);
    add("camera", of_camera, 2'000);
    add(
        "camera_and_label",
        [](Traffic& t) {
            EventQuery query = of_camera(t);
            query.labels = {"bus"};
            return query;
        },
        2'000);
    add(
        "plate_exact",
        [](Traffic& t) { return plate_query(t.any_plate(filled().count()), PlateMatch::exact); },
        2'000);
    add(
        "plate_prefix_4",
        [](Traffic& t) { return plate_query(t.regular_plate().substr(0, 4), PlateMatch::prefix); },
        1'000);
    add(
        "plate_prefix_1",
        [](Traffic& t) { return plate_query(t.regular_plate().substr(0, 1), PlateMatch::prefix); },
        200);
    add(
        "plate_contains_3",
        [](Traffic& t) {
            return plate_query("*" + t.regular_plate().substr(2, 3) + "*", PlateMatch::wildcard);
        },
        200);
    add(
        "plate_wildcard_one_open",
        [](Traffic& t) {
            std::string plate = t.regular_plate();
            plate[0] = '?';
            return plate_query(plate, PlateMatch::wildcard);
        },
        200);
    add(
        "plate_fuzzy_1",
        [](Traffic& t) { return plate_query(t.regular_plate(), PlateMatch::fuzzy, 1); }, 200);
    add(
        "plate_fuzzy_2",
        [](Traffic& t) { return plate_query(t.regular_plate(), PlateMatch::fuzzy, 2); }, 200);
}

const bool kRegistered = (register_all(), true);

} // namespace
