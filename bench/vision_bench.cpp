// What detection costs beside the engine: pixels to tensor, numbers to detections, and motion.
//
//     cmake --build build/release --target vision_bench && build/release/bin/vision_bench
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "detect/candidates.h"
#include "detect/picture_tensor.h"
#include "detect/yolox/decoder.h"
#include "vedette/vision/motion.h"

namespace {

using namespace vedette;

/// A 4:2:0 picture of smooth shapes and a little noise, as a camera gives it.
class I420Picture {
public:
    I420Picture(int width_px, int height_px) {
        const auto width = static_cast<std::size_t>(width_px);
        const auto height = static_cast<std::size_t>(height_px);
        luma_.resize(width * height);
        chroma_.assign(width * height / 4, 128);
        std::mt19937 random{1};
        for (std::size_t i = 0; i < luma_.size(); ++i)
            luma_[i] =
                static_cast<std::uint8_t>((i % width) / 8 + (i / width) / 8 % 64 + random() % 8);
        view_.format = imaging::PixelFormat::i420;
        view_.width_px = width_px;
        view_.height_px = height_px;
        view_.planes = {{{luma_.data(), width_px},
                         {chroma_.data(), width_px / 2},
                         {chroma_.data(), width_px / 2}}};
    }
    [[nodiscard]] const imaging::ImageView& view() const { return view_; }

private:
    std::vector<std::uint8_t> luma_;
    std::vector<std::uint8_t> chroma_;
    imaging::ImageView view_;
};

infer::Manifest yolox_manifest() {
    infer::Manifest manifest;
    manifest.decoder = "yolox";
    manifest.input.width_px = 416;
    manifest.input.height_px = 416;
    manifest.input.fit = infer::InputSpec::Fit::letterbox_corner;
    manifest.labels.clear();
    for (int i = 0; i < 80; ++i)
        manifest.labels.push_back("class-" + std::to_string(i));
    return manifest;
}

template <class T>
T value_of(Result<T> result) {
    if (!result)
        std::abort();
    return *std::move(result);
}

void picture_to_tensor(benchmark::State& state) {
    const I420Picture picture{static_cast<int>(state.range(0)), static_cast<int>(state.range(1))};
    auto tensor = value_of(vision::PictureTensor::create(yolox_manifest().input));
    tensor.reset(1);
    for (auto _ : state)
        benchmark::DoNotOptimize(tensor.write(picture.view(), 0));
}
BENCHMARK(picture_to_tensor)
    ->Args({1920, 1080})
    ->Args({1280, 720})
    ->Args({640, 360})
    ->Unit(benchmark::kMicrosecond);

/// A crowded scene: one row in `every` speaks of a box, with neighbours that say the same.
std::vector<float> yolox_numbers(int every) {
    std::mt19937 random{2};
    std::uniform_real_distribution<float> share{0, 1};
    std::vector<float> numbers(3549 * 85);
    for (std::size_t row = 0; row < 3549; ++row) {
        float* values = &numbers[row * 85];
        const bool speaks = row % static_cast<std::size_t>(every) < 3;
        for (std::size_t i = 0; i < 85; ++i)
            values[i] = share(random) * (i >= 4 && !speaks ? 0.01F : 1.0F);
    }
    return numbers;
}

void yolox_numbers_to_detections(benchmark::State& state) {
    const infer::Manifest manifest = yolox_manifest();
    const std::vector<infer::TensorSpec> outputs{
        {"output", infer::ElementType::f32, {1, 3549, 85}}};
    const auto decoder = value_of(vision::YoloxDecoder::create(manifest, outputs));
    auto filter = value_of(vision::CandidateFilter::create(manifest.labels, {0.3F, 0.45F, {}}));
    const std::vector<float> numbers = yolox_numbers(static_cast<int>(state.range(0)));
    const std::span<const float> output{numbers};
    std::vector<vision::Candidate> candidates;
    std::size_t found = 0;
    for (auto _ : state) {
        candidates.clear();
        decoder->decode({&output, 1}, 0.3F, candidates);
        found = filter.apply(candidates, {1920, 1080, {0.2167F, 0.2167F, 0, 0}}).size();
    }
    state.counters["detections"] = static_cast<double>(found);
}
BENCHMARK(yolox_numbers_to_detections)->Arg(1000)->Arg(100)->Arg(3)->Unit(benchmark::kMicrosecond);

void motion_update(benchmark::State& state) {
    const I420Picture picture{static_cast<int>(state.range(0)), static_cast<int>(state.range(1))};
    const auto detector = vision::make_motion_detector({});
    for (auto _ : state)
        benchmark::DoNotOptimize(detector->update(picture.view()));
}
BENCHMARK(motion_update)->Args({1920, 1080})->Args({640, 360})->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
