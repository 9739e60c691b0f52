// What looking for tampering costs per picture of 1080 lines that is looked at, and how much of
// what reducing it costs where every pixel of it is read, as motion detection and detectors do.
// Both run in turn in one run, in processor time of the thread. The budget: 0.3 ms per picture.

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <random>
#include <vector>

#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"
#include "vedette/vision/tamper.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr std::size_t kPictures = 8;

double seconds(auto&& work) {
    timespec before{};
    timespec after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    work();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    return static_cast<double>(after.tv_sec - before.tv_sec) +
           1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
}

/// A wall of boxes under the noise of a sensor. \param away  pixels to the right
std::vector<std::uint8_t> luma_of(unsigned seed, int away) {
    std::mt19937 random{seed};
    std::vector<std::uint8_t> out;
    out.reserve(std::size_t{kWidth} * kHeight);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x) {
            const auto column = static_cast<unsigned>((x + away) / 90);
            const auto row = static_cast<unsigned>(y / 70);
            const unsigned box = (column * 2654435761U ^ row * 40503U) >> 7;
            out.push_back(static_cast<std::uint8_t>(40 + box % 160 + random() % 7));
        }
    return out;
}

imaging::ImageView view_of(const std::vector<std::uint8_t>& luma) {
    return {.format = imaging::PixelFormat::nv12,
            .width_px = kWidth,
            .height_px = kHeight,
            .planes = {{{luma.data(), kWidth}, {luma.data(), kWidth}}}};
}

/// \param moved  whether the camera is turned once it knows its view, and all of it is then told
void look(benchmark::State& state, bool moved) {
    std::vector<std::vector<std::uint8_t>> known;
    std::vector<std::vector<std::uint8_t>> now;
    for (unsigned i = 0; i < kPictures; ++i) {
        known.push_back(luma_of(i, 0));
        now.push_back(luma_of(100 + i, moved ? 150 : 0));
    }
    const auto detector = vision::make_tamper_detector({.enabled = true});
    SteadyTime at{std::chrono::hours{1}};
    for (std::size_t i = 0; i < 120; ++i)
        (void)detector->look(view_of(known[i % kPictures]), at += std::chrono::seconds{1});
    double looking = 0;
    double reducing = 0;
    imaging::Image small;
    std::size_t number = 0;
    for ([[maybe_unused]] auto _ : state) {
        const imaging::ImageView picture = view_of(now[++number % kPictures]);
        looking += seconds([&] {
            benchmark::DoNotOptimize(detector->look(picture, at += std::chrono::seconds{1}));
        });
        reducing += seconds([&] {
            imaging::resize_into(picture, {}, imaging::PixelFormat::gray8, 320, 180,
                                 imaging::Fit::stretch, 0, small);
        });
    }
    const auto count = static_cast<double>(state.iterations());
    state.counters["ms_per_look"] = 1000 * looking / count;
    state.counters["reduce_ms"] = 1000 * reducing / count;
    state.counters["ratio"] = looking / reducing;
}

void look_at_what_is_known(benchmark::State& state) { look(state, false); }
void look_at_another_view(benchmark::State& state) { look(state, true); }

} // namespace

BENCHMARK(look_at_what_is_known)->Unit(benchmark::kMillisecond);
BENCHMARK(look_at_another_view)->Unit(benchmark::kMillisecond);
