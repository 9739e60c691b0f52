#include "demo/frame_renderer.h"

#include <algorithm>
#include <array>

#include "demo/actors.h"
#include "demo/film.h"
#include "demo/truth_counter.h"

namespace vedette::media::demo {
namespace {

constexpr float kShutterS = 1.0F / 120;
constexpr ShadowMap::Area kMovingShadowArea{-10, 10, 4, 90, 0.035F};

/// Where and when within pixel and exposure the samples of a frame are taken.
struct Sample {
    Vec2 offset;
    float moment; ///< -0.5 .. 0.5 of the exposure
};
constexpr std::array<Sample, 4> kSamples{{{{-0.375F, -0.125F}, -0.375F},
                                          {{0.125F, -0.375F}, -0.125F},
                                          {{-0.125F, 0.375F}, 0.125F},
                                          {{0.375F, 0.125F}, 0.375F}}};
constexpr std::size_t kCountedSample = 1; ///< the one that the ground truth is taken from

/// How much of the sky a vehicle or person hides from a point of the ground.
float covered(const Actor& actor, Vec3 at) {
    const Vec3 local = actor.pose.to_local(at);
    const float dx = std::max(0.0F, std::abs(local.x) - actor.half_length + 0.1F);
    const float dy = std::max(0.0F, std::abs(local.y) - actor.half_width + 0.05F);
    const float reach = actor.vehicle != nullptr ? 0.32F : 0.14F;
    const float distance = std::sqrt(dx * dx + dy * dy) / reach;
    return distance > 4 ? 0 : 0.86F * std::exp(-distance);
}

/// Light of a vehicle's lamps on the road.
Color3 lamps_on_ground(const Actor& actor, Vec3 at) {
    const Vec3 local = actor.pose.to_local(at);
    const float ahead = local.x - actor.half_length;
    Color3 sum;
    if (ahead > 0.2F && ahead < 22) {
        const float spread = 0.7F + 0.2F * ahead;
        const float aside = local.y / spread;
        const float strength =
            smoothstep(0.2F, 3.0F, ahead) / (1 + ahead * ahead / 30) * smoothstep(22, 12, ahead);
        sum += Color3{1.5F, 1.38F, 1.15F} * (strength * std::exp(-aside * aside));
    }
    const float behind = -local.x - actor.half_length;
    if (behind > 0 && behind < 4) {
        const float aside = local.y / (1.0F + 0.4F * behind);
        sum += Color3{0.16F, 0.01F, 0.008F} * (std::exp(-aside * aside) * (1 - behind / 4));
    }
    return sum;
}

/// Corners of the ground whose light an actor may change: near it, in its shadow, before its lamps.
std::vector<Vec3> reach_on_ground(const Actor& actor, bool lamps) {
    std::vector<Vec3> reach;
    const float ahead = lamps && actor.vehicle != nullptr ? 22 : 0;
    for (const float x : {actor.low.x - 1.2F, actor.high.x + 1.2F + ahead})
        for (const float y : {actor.low.y - 1.2F - ahead / 4, actor.high.y + 1.2F + ahead / 4})
            reach.push_back(actor.pose({x, y, 0}));
    const Vec3 slide = Lighting::kToSun * (-actor.high.z / Lighting::kToSun.z);
    for (std::size_t i = 0; i < 4; ++i)
        reach.push_back(Vec3{reach[i].x + slide.x, reach[i].y + slide.y, 0});
    return reach;
}

/// The picture in squares, each with the actors that may change the light in it.
class TileGrid {
public:
    TileGrid(int width, int height)
        : width_{width}, height_{height}, columns_{count(width)}, tiles_(columns_ * count(height)) {
    }

    /// \param clip inside the picture
    void add(const Actor& actor, const Clip& clip) {
        for (int y = clip.top / kSide * kSide; y < clip.bottom; y += kSide)
            for (int x = clip.left / kSide * kSide; x < clip.right; x += kSide)
                tiles_[index(x, y)].push_back(&actor);
    }
    /// Calls `use(const Clip&, const std::vector<const Actor*>&)` for each square with an actor.
    template <class Use>
    void each(const Use& use) const {
        for (int y = 0; y < height_; y += kSide)
            for (int x = 0; x < width_; x += kSide)
                if (const auto& around = tiles_[index(x, y)]; !around.empty())
                    use(Clip{x, y, std::min(width_, x + kSide), std::min(height_, y + kSide)},
                        around);
    }

private:
    static constexpr int kSide = 16;
    static std::size_t count(int pixels) {
        return static_cast<std::size_t>((pixels + kSide - 1) / kSide);
    }
    [[nodiscard]] std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y / kSide) * columns_ + static_cast<std::size_t>(x / kSide);
    }

    int width_;
    int height_;
    std::size_t columns_;
    std::vector<std::vector<const Actor*>> tiles_;
};

} // namespace

struct FrameRenderer::State {
    explicit State(const Scene& of)
        : scene{of}, width{of.camera().width_px()}, height{of.camera().height_px()},
          film{width, height, of.options().seed}, shadows{kMovingShadowArea}, light(pixel_count()),
          under(pixel_count()), near(pixel_count()), sum(pixel_count()), counter{width, height} {}

    const Scene& scene;
    int width;
    int height;
    Film film;
    ShadowMap shadows;
    std::vector<Color3> empty_street; ///< as lit at `empty_street_dusk`
    float empty_street_dusk = -1;
    std::vector<float> street_near; ///< 1 / depth of the empty street
    std::vector<Color3> light;      ///< the picture as it grows
    std::vector<Color3> under;      ///< one sample of it
    std::vector<float> near;        ///< 1 / depth of that sample
    std::vector<Color3> sum;        ///< of the samples
    TruthCounter counter;
    Lighting lighting;
    float dusk = 0;
    std::vector<Projected> projected;
    std::vector<Vec3> world;

    [[nodiscard]] std::size_t pixel_count() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
    [[nodiscard]] std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    }
    /// Neighbouring pixels of one row.
    struct Span {
        std::size_t from, to;
    };
    /// What may change between the samples, each pixel once.
    [[nodiscard]] std::vector<Span> touched_spans(const std::vector<Actor>& actors) const;
    void draw_backdrop();
    void throw_shadows(const std::vector<Actor>& actors);
    void light_ground(const std::vector<Actor>& actors);
    void light_ground_pixel(int x, int y, const std::vector<const Actor*>& around);
    void draw_actors(const std::vector<Actor>& actors, float t);
    void draw_actor(const Actor& actor, const Sample& sample, float t, bool count);
    Color3 shaded(const Actor& actor, const Pose& pose, const Triangle& triangle,
                  const Hit& hit) const;
    void add_glare(const std::vector<Actor>& actors);
    void add_glow(Vec3 world, Vec3 facing, Color3 color, float size_m);
};

void FrameRenderer::State::draw_backdrop() {
    if (empty_street_dusk != dusk) {
        empty_street_dusk = dusk;
        empty_street.resize(pixel_count());
        street_near.resize(pixel_count());
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const Backdrop::Pixel& pixel = scene.backdrop().at(x, y);
                empty_street[index(x, y)] =
                    (pixel.day + pixel.sun) * (1 - dusk) + pixel.dusk * dusk;
                street_near[index(x, y)] = pixel.inverse_depth;
            }
    }
    light = empty_street;
}

void FrameRenderer::State::throw_shadows(const std::vector<Actor>& actors) {
    shadows.clear();
    for (const Actor& actor : actors) {
        world.clear();
        for (const Vertex& v : actor.mesh->vertices)
            world.push_back(actor.pose(v.at));
        for (const Triangle& t : actor.mesh->triangles)
            shadows.add(world[t.a], world[t.b], world[t.c]);
    }
}

void FrameRenderer::State::light_ground_pixel(int x, int y,
                                              const std::vector<const Actor*>& around) {
    const Backdrop::Pixel& pixel = scene.backdrop().at(x, y);
    if (!pixel.ground)
        return;
    const Vec3 at = StreetCamera::kEye +
                    scene.camera().ray(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F) *
                        (1 / pixel.inverse_depth);
    float open = 1;
    Color3 lamps;
    for (const Actor* actor : around) {
        open *= 1 - covered(*actor, at);
        if (dusk > 0 && actor->lamps_on)
            lamps += lamps_on_ground(*actor, at);
    }
    const float sun = dusk < 1 ? shadows.sun_seen(at, 0.05F, 1) : 0;
    light[index(x, y)] =
        (pixel.day * open + pixel.sun * (sun * (0.3F + 0.7F * open))) * (1 - dusk) +
        (pixel.dusk * open + pixel.albedo * lamps) * dusk;
}

void FrameRenderer::State::light_ground(const std::vector<Actor>& actors) {
    TileGrid tiles{width, height};
    for (const Actor& actor : actors)
        tiles.add(actor, screen_bounds(scene.camera(), reach_on_ground(actor, dusk > 0), 2));
    tiles.each([this](const Clip& tile, const std::vector<const Actor*>& around) {
        for (int y = tile.top; y < tile.bottom; ++y)
            for (int x = tile.left; x < tile.right; ++x)
                light_ground_pixel(x, y, around);
    });
}

Color3 FrameRenderer::State::shaded(const Actor& actor, const Pose& pose, const Triangle& triangle,
                                    const Hit& hit) const {
    const Vertex& a = actor.mesh->vertices[triangle.a];
    const Vertex& b = actor.mesh->vertices[triangle.b];
    const Vertex& c = actor.mesh->vertices[triangle.c];
    Fragment f;
    f.local = a.at * hit.a + b.at * hit.b + c.at * hit.c;
    f.local_normal = normalized(a.normal * hit.a + b.normal * hit.b + c.normal * hit.c);
    f.uv = {a.uv.x * hit.a + b.uv.x * hit.b + c.uv.x * hit.c,
            a.uv.y * hit.a + b.uv.y * hit.b + c.uv.y * hit.c};
    f.part = triangle.part;
    f.tag = triangle.tag;
    f.pixel_m = 1 / (hit.inverse_depth * scene.camera().focal_px());
    const Vec3 at = pose(f.local);
    const Vec3 normal = pose.turn(f.local_normal);
    const bool sunny = dusk < 1 && dot(normal, Lighting::kToSun) > 0;
    const float sun = sunny ? shadows.sun_seen(at + normal * 0.06F, 0.10F, 1) *
                                  scene.backdrop().shadows().sun_seen(at, 0.1F, 0)
                            : 0;
    // Near the road, and on faces that look down, little sky is seen.
    const float open = (0.4F + 0.6F * smoothstep(0.0F, 0.75F, f.local.z)) *
                       (normal.z < 0 ? 1 + 0.5F * normal.z : 1);
    const Spot spot{.at = at,
                    .normal = normal,
                    .to_eye = normalized(StreetCamera::kEye - at),
                    .sun_seen = sun,
                    .open = open};
    return shade(actor.painter->at(f, lighting), spot, lighting);
}

void FrameRenderer::State::draw_actor(const Actor& actor, const Sample& sample, float t,
                                      bool count) {
    const Pose pose = actor.pose_at(t + sample.moment * kShutterS);
    projected.clear();
    for (const Vertex& v : actor.mesh->vertices) {
        Projected p = scene.camera().project(pose(v.at));
        p.x_px -= sample.offset.x;
        p.y_px -= sample.offset.y;
        projected.push_back(p);
    }
    if (count)
        counter.begin(actor.id);
    for (const Triangle& t3 : actor.mesh->triangles)
        rasterise(projected[t3.a], projected[t3.b], projected[t3.c], actor.on_screen,
                  [&](const Hit& hit) {
                      const std::size_t i = index(hit.x, hit.y);
                      const bool seen = hit.inverse_depth > near[i];
                      if (count)
                          counter.touch(i, seen, t3.part);
                      if (!seen)
                          return;
                      near[i] = hit.inverse_depth;
                      under[i] = shaded(actor, pose, t3, hit);
                  });
}

std::vector<FrameRenderer::State::Span>
FrameRenderer::State::touched_spans(const std::vector<Actor>& actors) const {
    std::vector<Span> spans;
    std::vector<std::pair<int, int>> row;
    for (int y = 0; y < height; ++y) {
        row.clear();
        for (const Actor& actor : actors)
            if (!actor.on_screen.empty() && y >= actor.on_screen.top && y < actor.on_screen.bottom)
                row.emplace_back(actor.on_screen.left, actor.on_screen.right);
        std::sort(row.begin(), row.end());
        int done = 0;
        for (const auto& [left, right] : row) {
            if (right > std::max(left, done))
                spans.push_back({index(std::max(left, done), y), index(right - 1, y) + 1});
            done = std::max(done, right);
        }
    }
    return spans;
}

void FrameRenderer::State::draw_actors(const std::vector<Actor>& actors, float t) {
    const std::vector<Span> spans = touched_spans(actors);
    const auto each = [&spans](auto&& use) {
        for (const Span& span : spans)
            for (std::size_t i = span.from; i < span.to; ++i)
                use(i);
    };
    each([&](std::size_t i) { sum[i] = {}; });
    near = street_near;
    for (std::size_t k = 0; k < kSamples.size(); ++k) {
        each([&](std::size_t i) {
            under[i] = light[i];
            near[i] = street_near[i];
        });
        for (const Actor& actor : actors)
            draw_actor(actor, kSamples[k], t, k == kCountedSample);
        each([&](std::size_t i) { sum[i] += under[i]; });
    }
    each([&](std::size_t i) { light[i] = sum[i] * (1.0F / static_cast<float>(kSamples.size())); });
}

void FrameRenderer::State::add_glow(Vec3 at, Vec3 facing, Color3 color, float size_m) {
    const Projected p = scene.camera().project(at);
    if (p.depth_m < 2)
        return;
    const float towards = dot(facing, normalized(StreetCamera::kEye - at));
    const int px = static_cast<int>(p.x_px);
    const int py = static_cast<int>(p.y_px);
    if (towards < 0.1F || px < 0 || py < 0 || px >= width || py >= height ||
        near[index(px, py)] > 1 / (p.depth_m - 0.4F))
        return;
    const float radius = std::clamp(size_m * scene.camera().focal_px() / p.depth_m, 2.0F,
                                    static_cast<float>(width) * 0.09F);
    const int reach = static_cast<int>(radius * 2.5F);
    for (int y = std::max(0, py - reach); y < std::min(height, py + reach); ++y)
        for (int x = std::max(0, px - reach); x < std::min(width, px + reach); ++x) {
            const float d =
                std::hypot(static_cast<float>(x) - p.x_px, static_cast<float>(y) - p.y_px) / radius;
            if (d < 2.5F)
                light[index(x, y)] +=
                    color * (towards * towards * (std::exp(-d * d * 2.2F) - 1e-6F));
        }
}

void FrameRenderer::State::add_glare(const std::vector<Actor>& actors) {
    if (dusk <= 0)
        return;
    for (const Actor& actor : actors) {
        if (!actor.lamps_on)
            continue;
        const BodyShape& shape = body_shape(actor.vehicle->look.kind);
        const bool motorcycle = actor.vehicle->look.kind == VehicleKind::motorcycle;
        const Vec3 ahead = actor.pose.turn({1, 0, 0});
        for (const float side : {-1.0F, 1.0F}) {
            const FaceRect& lamp = shape.head_lamp;
            const Vec3 head = motorcycle ? Vec3{0.78F, 0, 0.92F}
                                         : Vec3{shape.length / 2 + 0.05F,
                                                side * mix(lamp.y_low, lamp.y_high, 0.45F),
                                                mix(lamp.z_low, lamp.z_high, 0.5F)};
            add_glow(actor.pose(head), ahead, Color3{0.55F, 0.52F, 0.45F} * dusk, 0.20F);
            const FaceRect& tail = shape.tail_lamp;
            if (!motorcycle && tail.y_high > 0)
                add_glow(
                    actor.pose({-shape.length / 2 - 0.05F, side * (tail.y_low + tail.y_high) / 2,
                                (tail.z_low + tail.z_high) / 2}),
                    ahead * -1.0F, Color3{0.22F, 0.02F, 0.015F} * dusk, 0.22F);
        }
    }
}

FrameRenderer::FrameRenderer(const Scene& scene) : state_{std::make_unique<State>(scene)} {}
FrameRenderer::~FrameRenderer() = default;

RenderedFrame FrameRenderer::render(int frame) {
    State& s = *state_;
    const float t = s.scene.time_of(frame);
    s.dusk = s.scene.dusk_at(t);
    s.lighting = lighting_at(s.dusk);
    const std::vector<Actor> actors = actors_at(s.scene, t, kShutterS);
    s.draw_backdrop();
    s.counter.clear();
    if (s.dusk < 1)
        s.throw_shadows(actors);
    s.light_ground(actors);
    s.draw_actors(actors, t);
    s.add_glare(actors);
    RenderedFrame out;
    out.picture = s.film.develop(s.light, s.lighting.exposure, s.lighting.noise, frame);
    out.truth = s.counter.truth(s.scene.camera(), actors);
    out.truth.at = StreamTime{
        std::chrono::microseconds{std::llround(frame * 1e6 / s.scene.options().frame_rate)}};
    return out;
}

} // namespace vedette::media::demo
