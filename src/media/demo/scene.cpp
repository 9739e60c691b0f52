#include "demo/scene.h"

namespace vedette::media::demo {
namespace {

/// More texels than the nearest plate has pixels, and no more than that needs.
float plate_texels_per_mm(int width_px) {
    return std::clamp(static_cast<float>(width_px) / 1000.0F, 0.25F, 2.0F);
}

constexpr float kDuskBegins = 0.62F; ///< share of a clip that shows both times of day
constexpr float kDuskTakesS = 1.6F;

} // namespace

Scene::Scene(const DemoOptions& options, int threads)
    : options_{options}, camera_{options.width_px, options.height_px},
      traffic_{plan_traffic(options.seed, static_cast<float>(options.seconds),
                            plate_texels_per_mm(options.width_px))},
      backdrop_{Backdrop::draw(camera_, options.seed, options.width_px >= 640 ? 3 : 2, threads)} {}

int Scene::frame_count() const noexcept {
    return std::max(1, static_cast<int>(std::lround(options_.seconds * options_.frame_rate)));
}

float Scene::time_of(int frame) const noexcept {
    return static_cast<float>(static_cast<double>(frame) / options_.frame_rate);
}

float Scene::dusk_at(float t) const noexcept {
    switch (options_.time) {
    case DemoTime::day: return 0;
    case DemoTime::dusk: return 1;
    case DemoTime::both: break;
    }
    const float begin = static_cast<float>(options_.seconds) * kDuskBegins;
    return smoothstep(begin, begin + kDuskTakesS, t);
}

} // namespace vedette::media::demo
