#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <vector>

#include "following/test_town.h"
#include "vedette/analysis/following_stream.h"

// How fast passes are folded in, with how many subjects, in how much memory. The SQL self-join that
// everybody writes instead is beside it in docs/reference/following-figures.md.

namespace vedette::analysis {
namespace {

/// A town of 100 cameras in which vehicles drive five-camera trips; about as dense in time as a
/// city of its size (30 passes a second).
std::vector<Pass> busy_town(int vehicles, std::size_t count) {
    testing::Dice dice{17};
    std::vector<Pass> passes;
    passes.reserve(count);
    std::int64_t trip = 0;
    while (passes.size() < count) {
        const std::string plate = "V" + std::to_string(10'000 + dice.below(vehicles));
        const int from = dice.below(100);
        const std::int64_t start = trip++ / 6; // six trips begin each second
        for (int i = 0; i < 5; ++i) {
            Pass pass;
            pass.id = domain::EventId{std::to_string(passes.size())};
            pass.camera = domain::CameraId{"cam-" + std::to_string((from + i) % 100)};
            pass.at = testing::at_second(start + i * 60 + dice.below(20)) +
                      std::chrono::microseconds{dice.below(1'000'000)};
            pass.plate = plate;
            pass.confidence = 0.95F;
            passes.push_back(std::move(pass));
        }
    }
    std::sort(passes.begin(), passes.end(), comes_before);
    return passes;
}

double peak_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void fold_online(benchmark::State& state) {
    const auto subjects = static_cast<int>(state.range(0));
    const auto vehicles = static_cast<int>(state.range(1));
    const auto passes = busy_town(vehicles, 2'000'000);
    const double before = peak_mib();
    FollowingCounts counts;
    FollowingSize size;
    for (auto _ : state) {
        auto following = FollowingAnalysis::make({}, {});
        for (int i = 0; i < subjects; ++i)
            (void)following->add_subject("V" + std::to_string(10'000 + i * (vehicles / subjects)));
        for (const Pass& pass : passes) {
            following->on_pass(pass);
            benchmark::DoNotOptimize(following->take_alerts());
        }
        counts = following->counts();
        size = following->size();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(passes.size()));
    state.counters["candidates"] = static_cast<double>(size.candidates);
    state.counters["scored"] = static_cast<double>(counts.scored);
    state.counters["MiB"] = peak_mib() - before;
}
BENCHMARK(fold_online)
    ->Args({1, 200'000})
    ->Args({100, 200'000})
    ->Args({10'000, 200'000})
    ->Args({10'000, 20'000}) // half of the town is watched, and everybody meets again
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

/// A month of a small town with 24 cameras, brought into order and folded as a server that begins
/// with a full log does it: chance is learned anew each day.
void replay_a_month(benchmark::State& state) {
    constexpr int kDays = 30;
    testing::Dice dice{5};
    std::vector<Pass> passes;
    for (int day = 0; day < kDays; ++day)
        for (int trip = 0; trip < 20'000; ++trip) {
            const std::string plate = "V" + std::to_string(10'000 + dice.below(30'000));
            const int from = dice.below(24);
            const std::int64_t start = day * 86'400 + 5 * 3'600 + dice.below(64'000);
            for (int i = 0; i < 4; ++i) {
                Pass pass;
                pass.id = domain::EventId{std::to_string(passes.size())};
                pass.camera = domain::CameraId{"cam-" + std::to_string((from + i) % 24)};
                pass.at = testing::at_second(start + i * 60) +
                          std::chrono::microseconds{dice.below(1'000'000)};
                pass.plate = plate;
                pass.confidence = 0.95F;
                passes.push_back(std::move(pass));
            }
        }
    std::sort(passes.begin(), passes.end(), comes_before);
    for (auto _ : state) {
        auto stream = FollowingStream::make({}, {});
        for (int i = 0; i < 5; ++i)
            (void)stream->add_subject("V" + std::to_string(10'000 + i * 5'000));
        for (const Pass& pass : passes) {
            stream->on_pass(pass);
            benchmark::DoNotOptimize(stream->take());
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(passes.size()));
}
BENCHMARK(replay_a_month)->Unit(benchmark::kMillisecond)->Iterations(1);

void judge_one_subject(benchmark::State& state) {
    const auto passes = busy_town(20'000, 1'000'000);
    const auto following = testing::fold(passes, "V10017");
    for (auto _ : state)
        benchmark::DoNotOptimize(following.findings("V10017", 20));
}
BENCHMARK(judge_one_subject)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace vedette::analysis
