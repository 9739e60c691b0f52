// What our Engine costs on top of the library below it. Both run the same model in turn in one run,
// so the machine's mood falls on both alike; the counter `ratio` is the budget's figure (1.03 at
// most).

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <openvino/openvino.hpp>
#include <string>
#include <vector>

#include "engine/io_check.h"
#include "vedette/infer/engine.h"

namespace {

using namespace vedette::infer; // NOLINT(google-build-using-namespace): a program of its own
using SteadyClock = std::chrono::steady_clock;

std::filesystem::path model_file() {
    const std::filesystem::path source{VEDETTE_SOURCE_DIR};
    const char* shared = std::getenv("VEDETTE_SHARED");
    const auto folder =
        shared == nullptr ? source / ".." / "shared" : std::filesystem::path{shared};
    const auto real = folder / "models" / "detect" / "yolox_nano_416.onnx";
    return std::filesystem::exists(real)
               ? real
               : source / "src" / "infer" / "testdata" / "bench_conv.onnx";
}

std::vector<float> picture_for(const Shape& shape) {
    std::vector<float> numbers(element_count(shape));
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<float>((i * 7919) % 256);
    return numbers;
}

template <class Work>
double seconds(Work&& work) {
    const auto begin = SteadyClock::now();
    work();
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The same model and settings as the back-end's, without our layers.
struct BareOpenVino {
    BareOpenVino(const std::string& model, int threads)
        : compiled{core.compile_model(
              core.read_model(model, ov::Tensor{}), "CPU", ov::num_streams(1),
              ov::inference_num_threads(threads), ov::hint::enable_cpu_pinning(false),
              ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY))},
          request{compiled.create_infer_request()} {}
    ov::Core core;
    ov::CompiledModel compiled;
    ov::InferRequest request;
};

void overhead_over_bare_openvino(benchmark::State& state) {
    const auto file = model_file();
    const int threads = static_cast<int>(state.range(0));
    BackendRegistry registry;
    const auto registered = register_builtin_backends(registry);
    EngineOptions options;
    options.threads = threads;
    auto engine = registry.create("openvino", file, options);
    if (!registered || !engine) {
        state.SkipWithError("the OpenVINO back-end is not here");
        return;
    }
    const auto opened = open_model(file, options); // as the back-end runs it
    if (!opened)
        return state.SkipWithError("the model cannot be opened");
    BareOpenVino bare{{reinterpret_cast<const char*>(opened->bytes.data()), opened->bytes.size()},
                      threads};
    const Shape shape = (*engine)->inputs().front().shape;
    auto picture = picture_for(shape);
    const std::vector<TensorView> inputs{
        {ElementType::f32, shape, std::as_bytes(std::span{picture})}};
    bare.request.set_input_tensor(
        {ov::element::f32, ov::Shape{shape.begin(), shape.end()}, picture.data()});

    std::vector<double> ours;
    std::vector<double> theirs;
    for ([[maybe_unused]] auto _ : state) {
        ours.push_back(seconds([&] { benchmark::DoNotOptimize((*engine)->run(inputs)); }));
        theirs.push_back(seconds([&] { bare.request.infer(); }));
    }
    state.SetLabel((*engine)->name() + ", " + file.filename().string());
    state.counters["ours_ms"] = median(ours) * 1e3;
    state.counters["bare_ms"] = median(theirs) * 1e3;
    state.counters["ratio"] = median(ours) / median(theirs);
}
BENCHMARK(overhead_over_bare_openvino)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(100)
    ->Unit(benchmark::kMillisecond);

void one_inference(benchmark::State& state, const std::string& backend) {
    BackendRegistry registry;
    const auto registered = register_builtin_backends(registry);
    EngineOptions options;
    options.threads = static_cast<int>(state.range(0));
    auto engine = registry.create(backend, model_file(), options);
    if (!registered || !engine) {
        state.SkipWithError((backend + " is not here").c_str());
        return;
    }
    const Shape shape = (*engine)->inputs().front().shape;
    const auto picture = picture_for(shape);
    const std::vector<TensorView> inputs{
        {ElementType::f32, shape, std::as_bytes(std::span{picture})}};
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize((*engine)->run(inputs));
    state.SetLabel((*engine)->name());
}
BENCHMARK_CAPTURE(one_inference, openvino, "openvino")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(one_inference, onnxruntime, "onnxruntime")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(one_inference, opencv, "opencv")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

} // namespace
