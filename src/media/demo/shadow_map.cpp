#include "demo/shadow_map.h"

#include <algorithm>

#include "demo/light.h"
#include "demo/raster.h"

namespace vedette::media::demo {
namespace {
constexpr float kNothing = -1000;
} // namespace

ShadowMap::ShadowMap(Area area)
    : area_{area}, width_{static_cast<int>((area.right - area.left) / area.cell_m)},
      height_{static_cast<int>((area.far - area.near) / area.cell_m)},
      highest_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_), kNothing) {}

void ShadowMap::clear() { std::fill(highest_.begin(), highest_.end(), kNothing); }

Vec3 ShadowMap::slide(Vec3 p) const noexcept {
    constexpr Vec3 kSun = Lighting::kToSun;
    const float x = p.x - p.z * (kSun.x / kSun.z);
    const float y = p.y - p.z * (kSun.y / kSun.z);
    return {(x - area_.left) / area_.cell_m, (y - area_.near) / area_.cell_m, p.z};
}

void ShadowMap::add(Vec3 a, Vec3 b, Vec3 c) {
    const Vec3 sa = slide(a);
    Vec3 sb = slide(b);
    Vec3 sc = slide(c);
    const auto flat = [](Vec3 s) { return Projected{s.x, s.y, 1}; };
    if (signed_area(flat(sa), flat(sb), flat(sc)) > 0)
        std::swap(sb, sc);
    rasterise(flat(sa), flat(sb), flat(sc), {0, 0, width_, height_}, [&](const Hit& hit) {
        float& cell = highest_[static_cast<std::size_t>(hit.y) * static_cast<std::size_t>(width_) +
                               static_cast<std::size_t>(hit.x)];
        cell = std::max(cell, hit.a * sa.z + hit.b * sb.z + hit.c * sc.z);
    });
}

float ShadowMap::sun_seen(Vec3 world, float bias_m, int blur_cells) const noexcept {
    const Vec3 s = slide(world);
    if (s.x < 0 || s.y < 0 || s.x >= static_cast<float>(width_) ||
        s.y >= static_cast<float>(height_))
        return 1;
    const int cx = static_cast<int>(s.x);
    const int cy = static_cast<int>(s.y);
    int open = 0;
    int all = 0;
    for (int y = std::max(0, cy - blur_cells); y <= std::min(height_ - 1, cy + blur_cells); ++y)
        for (int x = std::max(0, cx - blur_cells); x <= std::min(width_ - 1, cx + blur_cells);
             ++x) {
            ++all;
            open += highest_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                             static_cast<std::size_t>(x)] <= s.z + bias_m
                        ? 1
                        : 0;
        }
    return static_cast<float>(open) / static_cast<float>(all);
}

} // namespace vedette::media::demo
