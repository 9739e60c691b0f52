#include "demo/film.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "demo/random.h"

namespace vedette::media::demo {
namespace {

constexpr int kCurveSteps = 4096;
constexpr float kCurveTop = 4.0F;

/// Straight in the shadows, rolls off towards white as cameras do, then sRGB.
std::uint8_t developed(float linear) {
    constexpr float kKnee = 0.6F;
    const float rolled =
        linear < kKnee ? linear
                       : kKnee + (1 - kKnee) * (1 - std::exp(-(linear - kKnee) / (1 - kKnee)));
    const float srgb =
        rolled < 0.0031308F ? 12.92F * rolled : 1.055F * std::pow(rolled, 1 / 2.4F) - 0.055F;
    return static_cast<std::uint8_t>(std::clamp(srgb * 255.0F + 0.5F, 0.0F, 255.0F));
}

} // namespace

Film::Film(int width_px, int height_px, std::uint64_t seed)
    : width_{width_px}, height_{height_px}, seed_{seed} {
    for (int i = 0; i <= kCurveSteps; ++i)
        curve_.push_back(developed(kCurveTop * static_cast<float>(i) / kCurveSteps));
    const auto squared = [](int i, int n) {
        const float d = (static_cast<float>(i) + 0.5F) / static_cast<float>(n) * 2 - 1;
        return d * d / 2;
    };
    for (int x = 0; x < width_px; ++x)
        vignette_x_.push_back(squared(x, width_px));
    for (int y = 0; y < height_px; ++y)
        vignette_y_.push_back(squared(y, height_px));
    Random random{seed ^ 0x6a41U};
    for (int i = 0; i < kGrainSide * kGrainSide; ++i) {
        float sum = 0; // of twelve uniform numbers: near enough to a normal one
        for (int k = 0; k < 12; ++k)
            sum += random.unit();
        grain_.push_back(sum - 6);
    }
}

imaging::Image Film::develop(const std::vector<Color3>& light, float exposure, float noise,
                             int frame) const {
    imaging::Image picture{imaging::PixelFormat::bgr24, width_, height_};
    Random random{seed_ * 7919 + static_cast<std::uint64_t>(frame)};
    // Three patches of the same grain, shifted anew for each frame and channel.
    std::array<int, 6> shift{};
    for (int& s : shift)
        s = random.below(kGrainSide);
    const auto tone = [&](float value, float noise_steps) {
        const float index = std::clamp(value, 0.0F, kCurveTop) * (kCurveSteps / kCurveTop);
        const float level =
            static_cast<float>(curve_[static_cast<std::size_t>(index)]) + noise_steps;
        return static_cast<std::uint8_t>(std::clamp(level + 0.5F, 0.0F, 255.0F));
    };
    for (int y = 0; y < height_; ++y) {
        std::uint8_t* out = picture.row(y);
        const Color3* in = light.data() + static_cast<std::ptrdiff_t>(y) * width_;
        const auto grain_row = [&](std::size_t channel) {
            return grain_.data() +
                   static_cast<std::ptrdiff_t>((y + shift[2 * channel]) & (kGrainSide - 1)) *
                       kGrainSide;
        };
        const std::array<const float*, 3> grain{grain_row(0), grain_row(1), grain_row(2)};
        for (int x = 0; x < width_; ++x, out += 3) {
            const auto noise_of = [&](std::size_t channel) {
                return noise * grain[channel][static_cast<std::size_t>(
                                   (x + shift[2 * channel + 1]) & (kGrainSide - 1))];
            };
            const float lens = exposure * (1 - 0.22F * (vignette_x_[static_cast<std::size_t>(x)] +
                                                        vignette_y_[static_cast<std::size_t>(y)]));
            const float common = 0.8F * noise_of(0);
            out[0] = tone(in[x].z * lens, common + 0.6F * noise_of(1));
            out[1] = tone(in[x].y * lens, common);
            out[2] = tone(in[x].x * lens, common + 0.6F * noise_of(2));
        }
    }
    return picture;
}

} // namespace vedette::media::demo
