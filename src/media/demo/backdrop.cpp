#include "demo/backdrop.h"

#include <thread>

#include "demo/random.h"
#include "demo/raster.h"
#include "demo/street.h"

namespace vedette::media::demo {
namespace {

/// As fine as the picture can show.
ShadowMap::Area shadow_area(int width_px) {
    return {-14, 14, 4, 150, width_px >= 640 ? 0.025F : 0.08F};
}

/// Where within the pixels a sample is taken, and how much it counts.
struct Sample {
    Vec2 offset;
    float weight = 1;
    bool middle = false; ///< decides about depth and what is ground
};

/// Draws some rows of the street, sample by sample.
class StripDrawer {
public:
    StripDrawer(const StreetCamera& camera, const Mesh& mesh, const StreetPainter& painter,
                const ShadowMap& shadows, Clip clip)
        : camera_{camera}, mesh_{mesh}, painter_{painter}, shadows_{shadows}, clip_{clip},
          seen_(static_cast<std::size_t>(clip.bottom - clip.top) *
                static_cast<std::size_t>(camera.width_px())),
          projected_(mesh.vertices.size()) {}

    /// Adds one sample per pixel to `out` (row 0 of the whole picture first).
    void add_sample(const Sample& sample, std::vector<Backdrop::Pixel>& out) {
        find_visible(sample.offset);
        for (int y = clip_.top; y < clip_.bottom; ++y)
            for (int x = 0; x < clip_.right; ++x)
                shade_pixel(x, y, sample, out[index(x, y)]);
    }

private:
    struct Seen {
        float inverse_depth = 0;
        std::int32_t triangle = -1;
        float a = 0, b = 0, c = 0;
    };
    [[nodiscard]] std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(camera_.width_px()) +
               static_cast<std::size_t>(x);
    }
    Seen& seen(int x, int y) { return seen_[index(x, y - clip_.top)]; }

    [[nodiscard]] Fragment fragment(const Seen& s) const {
        const Triangle& t = mesh_.triangles[static_cast<std::size_t>(s.triangle)];
        const Vertex& a = mesh_.vertices[t.a];
        const Vertex& b = mesh_.vertices[t.b];
        const Vertex& c = mesh_.vertices[t.c];
        Fragment f;
        f.local = a.at * s.a + b.at * s.b + c.at * s.c;
        f.local_normal = normalized(a.normal * s.a + b.normal * s.b + c.normal * s.c);
        f.part = t.part;
        f.tag = t.tag;
        f.pixel_m = 1 / (s.inverse_depth * camera_.focal_px());
        return f;
    }
    void find_visible(Vec2 offset) {
        std::fill(seen_.begin(), seen_.end(), Seen{});
        for (std::size_t i = 0; i < projected_.size(); ++i) {
            projected_[i] = camera_.project(mesh_.vertices[i].at);
            projected_[i].x_px -= offset.x;
            projected_[i].y_px -= offset.y;
        }
        for (std::size_t i = 0; i < mesh_.triangles.size(); ++i) {
            const Triangle& t = mesh_.triangles[i];
            rasterise(projected_[t.a], projected_[t.b], projected_[t.c], clip_,
                      [&](const Hit& hit) {
                          Seen& s = seen(hit.x, hit.y);
                          const Seen candidate{hit.inverse_depth, static_cast<std::int32_t>(i),
                                               hit.a, hit.b, hit.c};
                          if (hit.inverse_depth > s.inverse_depth && !leaf_gap(fragment(candidate)))
                              s = candidate;
                      });
        }
    }
    void shade_pixel(int x, int y, const Sample& sample, Backdrop::Pixel& out) {
        const auto& [offset, weight, middle] = sample;
        const Seen& s = seen(x, y);
        if (s.triangle < 0) {
            const Vec3 ray = normalized(camera_.ray(static_cast<float>(x) + 0.5F + offset.x,
                                                    static_cast<float>(y) + 0.5F + offset.y));
            const auto sky = [&](const Lighting& light) {
                return mix(light.sky_horizon, light.sky_zenith, std::sqrt(clamp01(ray.z * 2.2F)));
            };
            out.day += sky(day_) * weight;
            out.dusk += sky(dusk_) * weight;
            return;
        }
        const Fragment f = fragment(s);
        const Surface by_day = painter_.at(f, day_);
        const float sun_seen = shadows_.sun_seen(f.local + f.local_normal * 0.03F,
                                                 f.part == Part::leaves ? 0.5F : 0.06F, 2);
        Spot spot{.at = f.local,
                  .normal = f.local_normal,
                  .to_eye = normalized(StreetCamera::kEye - f.local),
                  .sun_seen = 0,
                  .open = openness(f)};
        const Color3 shadowed = shade(by_day, spot, day_);
        const Color3 at_dusk = shade(painter_.at(f, dusk_), spot, dusk_);
        spot.sun_seen = sun_seen;
        const Color3 lit = sun_seen > 0 ? shade(by_day, spot, day_) : shadowed;
        const float haze = 1 - std::exp(-1 / (s.inverse_depth * 420));
        out.albedo += by_day.albedo * weight;
        out.day += mix(shadowed, day_.sky_horizon * 0.8F, haze) * weight;
        out.sun += (lit - shadowed) * ((1 - haze) * weight);
        out.dusk += mix(at_dusk, dusk_.sky_horizon * 0.5F, haze) * weight;
        if (middle) {
            out.inverse_depth = s.inverse_depth;
            out.ground = f.part == Part::ground && f.local_normal.z > 0.5F;
        }
    }
    /// Corners between walls and ground get less light of the sky.
    [[nodiscard]] static float openness(const Fragment& f) {
        if (f.part == Part::leaves)
            return 0.45F + 0.4F * smoothstep(2.5F, 5.0F, f.local.z);
        const float from_wall =
            std::min(f.local.x - plan::kLeftWallX, plan::kRightWallX - f.local.x);
        if (f.part == Part::ground)
            return 0.5F + 0.5F * smoothstep(-0.2F, 3.5F, from_wall);
        return 0.55F + 0.45F * smoothstep(0.0F, 3.0F, f.local.z);
    }

    const StreetCamera& camera_;
    const Mesh& mesh_;
    const StreetPainter& painter_;
    const ShadowMap& shadows_;
    Clip clip_;
    std::vector<Seen> seen_;
    std::vector<Projected> projected_;
    const Lighting day_ = lighting_at(0);
    const Lighting dusk_ = lighting_at(1);
};

} // namespace

Backdrop::Backdrop(const StreetCamera& camera)
    : width_{camera.width_px()}, pixels_(static_cast<std::size_t>(camera.width_px()) *
                                         static_cast<std::size_t>(camera.height_px())),
      shadows_{shadow_area(camera.width_px())} {}

Backdrop Backdrop::draw(const StreetCamera& camera, std::uint64_t seed, int samples_per_side,
                        int threads) {
    Backdrop backdrop{camera};
    const Mesh mesh = make_street(seed);
    int leaf = 0;
    for (const Triangle& t : mesh.triangles)
        // Half of the leaves let the sun through: the shade of a tree is dappled.
        if (t.part != Part::ground && (t.part != Part::leaves || cell_noise(++leaf, 3) < 0.5F))
            backdrop.shadows_.add(mesh.vertices[t.a].at, mesh.vertices[t.b].at,
                                  mesh.vertices[t.c].at);
    const StreetPainter painter{seed};
    const auto strip = [&](int top, int bottom) {
        StripDrawer drawer{
            camera, mesh, painter, backdrop.shadows_, {0, top, camera.width_px(), bottom}};
        const auto n = static_cast<float>(samples_per_side);
        const auto within = [n](int i) { return (static_cast<float>(i) + 0.5F) / n - 0.5F; };
        const int middle = (samples_per_side * samples_per_side) / 2;
        int taken = 0;
        for (int y = 0; y < samples_per_side; ++y)
            for (int x = 0; x < samples_per_side; ++x)
                drawer.add_sample({{within(x), within(y)}, 1 / (n * n), taken++ == middle},
                                  backdrop.pixels_);
    };
    std::vector<std::jthread> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i)
        workers.emplace_back(strip, camera.height_px() * i / threads,
                             camera.height_px() * (i + 1) / threads);
    workers.clear(); // joins
    return backdrop;
}

} // namespace vedette::media::demo
