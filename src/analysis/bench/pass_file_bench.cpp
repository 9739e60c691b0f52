// How fast files of passes are read, and how fast a town is simulated.
#include <benchmark/benchmark.h>

#include <sstream>
#include <string>

#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/traffic.h"

namespace vedette::analysis {
namespace {

constexpr int kLines = 100'000;

Pass pass_number(int number) {
    Pass pass;
    pass.id = domain::EventId{"s" + std::to_string(10'000'000 + number)};
    pass.camera = domain::CameraId{"cam" + std::to_string(100 + number % 90)};
    pass.at = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
              std::chrono::milliseconds{number * 317LL};
    pass.plate = "BAB" + std::to_string(1000 + number % 9000);
    pass.confidence = 0.001F * static_cast<float>(number % 1000);
    return pass;
}

void read_all(benchmark::State& state, const std::string& text) {
    for (auto _ : state) {
        std::istringstream in{text};
        auto reader = PassReader::over(in, "bench");
        while (reader) {
            auto pass = reader->next();
            if (!pass || !*pass)
                break;
            benchmark::DoNotOptimize(*pass);
        }
    }
    state.SetItemsProcessed(state.iterations() * kLines);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void read_json_lines(benchmark::State& state) {
    std::string text;
    for (int i = 0; i < kLines; ++i)
        text += pass_to_json(pass_number(i)) + '\n';
    read_all(state, text);
}
BENCHMARK(read_json_lines)->Unit(benchmark::kMillisecond);

void read_csv(benchmark::State& state) {
    std::string text = pass_csv_header() + '\n';
    for (int i = 0; i < kLines; ++i)
        text += pass_to_csv(pass_number(i)) + '\n';
    read_all(state, text);
}
BENCHMARK(read_csv)->Unit(benchmark::kMillisecond);

void read_csv_without_ids(benchmark::State& state) {
    std::string text = "plate,camera,time,confidence\n";
    for (int i = 0; i < kLines; ++i) {
        const std::string line = pass_to_csv(pass_number(i));
        const std::size_t id = line.find(',') + 1;
        text += line.substr(id, line.size() - id - 3) + '\n'; // the last three cells are empty
    }
    read_all(state, text);
}
BENCHMARK(read_csv_without_ids)->Unit(benchmark::kMillisecond);

class Counted final : public ReadSink {
public:
    Status take(const SimulatedRead& /*read*/) override {
        ++reads;
        return {};
    }
    std::int64_t reads = 0;
};

/// Items are reads.
void simulate_town(benchmark::State& state) {
    TrafficOptions options;
    options.days = 2;
    options.vehicles = 5000;
    Counted counted;
    for (auto _ : state)
        if (!simulate_traffic(options, counted))
            state.SkipWithError("the simulation failed");
    state.SetItemsProcessed(counted.reads);
}
BENCHMARK(simulate_town)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace vedette::analysis
