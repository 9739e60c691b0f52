#include <benchmark/benchmark.h>
#include <cstdint>
#include <vector>

#include "vedette/imaging/transform.h"

/// What it costs to bring a frame into a detector's size, and to cut and straighten parts of it.
namespace vedette::imaging {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;

/// A 1080p I420 frame with some structure.
class Frame1080 {
public:
    Frame1080() : bytes_(std::size_t{kWidth} * kHeight * 3 / 2) {
        for (std::size_t i = 0; i < bytes_.size(); ++i)
            bytes_[i] = static_cast<std::uint8_t>(16 + (i * 7 + i / kWidth) % 200);
        view_ = {.format = PixelFormat::i420, .width_px = kWidth, .height_px = kHeight};
        const std::size_t luma = std::size_t{kWidth} * kHeight;
        view_.planes = {{{bytes_.data(), kWidth},
                         {bytes_.data() + luma, kWidth / 2},
                         {bytes_.data() + luma * 5 / 4, kWidth / 2}}};
    }
    [[nodiscard]] const ImageView& view() const { return view_; }

private:
    std::vector<std::uint8_t> bytes_;
    ImageView view_;
};

void letterbox_to_416(benchmark::State& state) {
    const Frame1080 frame;
    Image out;
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(resize_into(frame.view(), {}, PixelFormat::bgr24, 416, 416,
                                             Fit::letterbox_corner, 114, out));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(letterbox_to_416)->Unit(benchmark::kMicrosecond);

void gray_320_for_motion(benchmark::State& state) {
    const Frame1080 frame;
    Image out;
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(
            resize_into(frame.view(), {}, PixelFormat::gray8, 320, 180, Fit::stretch, 0, out));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(gray_320_for_motion)->Unit(benchmark::kMicrosecond);

void whole_frame_to_bgr(benchmark::State& state) {
    const Frame1080 frame;
    Image out;
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(resize_into(frame.view(), {}, PixelFormat::bgr24, kWidth, kHeight,
                                             Fit::stretch, 0, out));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(whole_frame_to_bgr)->Unit(benchmark::kMicrosecond);

void rectify_plate(benchmark::State& state) {
    const Frame1080 frame;
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(
            rectify_bgr(frame.view(), {{{800, 600}, {920, 606}, {918, 640}, {799, 632}}}, 128, 64));
}
BENCHMARK(rectify_plate)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace vedette::imaging
