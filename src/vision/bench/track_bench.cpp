// What following costs per picture, and how much of it is the least any tracker by overlap pays:
// the overlaps of all objects with all detections. Both run in turn in one run, in processor time
// of the thread. The budget: 0.3 ms per picture at 50 objects.

#include <benchmark/benchmark.h>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <vector>

#include "vedette/domain/geometry.h"
#include "vedette/vision/tracker.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

constexpr std::size_t kPictures = 200;
constexpr auto kStep = std::chrono::milliseconds{200};
constexpr float kAspectRatio = 16.0F / 9.0F;

/// Objects that circle at their own pace, crossing each other; each is missed every ninth picture
/// and weak every fifth.
std::vector<domain::Detection> picture(std::size_t number, std::size_t objects) {
    std::vector<domain::Detection> detections;
    for (std::size_t i = 0; i < objects; ++i) {
        if ((number + i) % 9 == 0)
            continue;
        const auto phase = static_cast<float>(i) * 2.4F;
        const float turn =
            phase + static_cast<float>(number) * (0.02F + 0.001F * static_cast<float>(i));
        const float radius = 0.1F + 0.3F * static_cast<float>(i) / static_cast<float>(objects);
        domain::Detection detection;
        detection.box = {0.45F + radius * std::cos(turn), 0.45F + radius * std::sin(turn), 0.08F,
                         0.1F};
        detection.score = (number + i) % 5 == 0 ? 0.4F : 0.9F;
        detection.label = i % 3 == 0 ? "person" : "car";
        detections.push_back(std::move(detection));
    }
    return detections;
}

/// Of this thread alone: other programs on the machine cost nothing here.
double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds(Work&& work) {
    const double start = cpu_seconds();
    work();
    return cpu_seconds() - start;
}

void overlaps_of_all_pairs(const std::vector<domain::Detection>& a,
                           const std::vector<domain::Detection>& b) {
    float sum = 0;
    for (const domain::Detection& one : a)
        for (const domain::Detection& other : b)
            sum += domain::iou(one.box, other.box);
    benchmark::DoNotOptimize(sum);
}

void follow(benchmark::State& state) {
    const auto objects = static_cast<std::size_t>(state.range(0));
    std::vector<std::vector<domain::Detection>> pictures;
    for (std::size_t i = 0; i < kPictures; ++i)
        pictures.push_back(picture(i, objects));
    const auto tracker = vision::make_byte_tracker({}, kAspectRatio);
    StreamTime now{};
    double tracking = 0;
    double bare = 0;
    for ([[maybe_unused]] auto _ : state) {
        for (std::size_t i = 1; i < kPictures; ++i) {
            now += kStep;
            tracking +=
                seconds([&] { benchmark::DoNotOptimize(tracker->update(now, pictures[i])); });
            bare += seconds([&] { overlaps_of_all_pairs(pictures[i - 1], pictures[i]); });
        }
        (void)tracker->finish();
    }
    const auto count = static_cast<double>(state.iterations()) * (kPictures - 1);
    state.counters["ms_per_picture"] = 1000 * tracking / count;
    state.counters["overlaps_ms"] = 1000 * bare / count;
    state.counters["ratio"] = tracking / bare;
}

} // namespace

BENCHMARK(follow)->Arg(10)->Arg(50)->Arg(200)->Unit(benchmark::kMillisecond);
