// One sighting against watch lists of many plates.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <random>
#include <string>
#include <vector>

#include "vedette/analysis/watchlist.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

std::string plate(std::mt19937_64& random) {
    std::string text;
    for (int i = 0; i < 7; ++i)
        text += static_cast<char>(i == 2 || i == 3 ? '0' + static_cast<char>(random() % 10)
                                                   : 'A' + static_cast<char>(random() % 26));
    return text;
}

/// Arguments: how many plates, and the rule.
void watch_match(benchmark::State& state) {
    std::mt19937_64 random{1};
    analysis::WatchList list;
    list.name = "bench";
    list.rule = static_cast<analysis::WatchRule>(state.range(1));
    for (std::int64_t i = 0; i < state.range(0); ++i)
        list.plates.push_back(plate(random));
    for (int i = 0; i < 100; ++i)
        list.plates.push_back(plate(random).substr(0, 3) + "?" + "*");
    const auto index = analysis::WatchIndex::make({list}).value();
    std::vector<domain::PlateText> seen(1'000);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        seen[i].resolved = i % 50 == 0 ? list.plates[i] : plate(random);
        seen[i].normalized = seen[i].resolved;
        seen[i].confidence = 0.95F;
    }
    std::size_t at = 0;
    double matches = 0;
    for ([[maybe_unused]] const auto once : state)
        matches += static_cast<double>(index.match(seen[at++ % seen.size()], {}, {}).size());
    state.counters["matches_each"] = matches / static_cast<double>(state.iterations());
    state.SetLabel(std::string{analysis::to_string(list.rule)});
}
BENCHMARK(watch_match)
    ->ArgsProduct({{1'000, 10'000, 50'000}, {1, 2, 3, 4}})
    ->Unit(benchmark::kMicrosecond);

void watch_index_made(benchmark::State& state) {
    std::mt19937_64 random{1};
    analysis::WatchList list;
    list.rule = analysis::WatchRule::broad;
    for (int i = 0; i < 10'000; ++i)
        list.plates.push_back(plate(random));
    for ([[maybe_unused]] const auto once : state)
        benchmark::DoNotOptimize(analysis::WatchIndex::make({list}).value().plates());
}
BENCHMARK(watch_index_made)->Unit(benchmark::kMillisecond);

} // namespace
