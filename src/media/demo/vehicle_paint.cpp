#include "demo/vehicle_paint.h"

#include "demo/random.h"

namespace vedette::media::demo {
namespace {

constexpr Surface kRubber{{0.016F, 0.016F, 0.017F}, 0.02F, 8, 0.03F, {}};
constexpr Surface kPlastic{{0.022F, 0.022F, 0.024F}, 0.03F, 14, 0.08F, {}};
constexpr Surface kGap{{0.008F, 0.008F, 0.008F}, 0.0F, 4, 0, {}};

bool inside(const FaceRect& r, float y, float z) {
    return r.z_high > r.z_low && y >= r.y_low && y <= r.y_high && z >= r.z_low && z <= r.z_high;
}

/// Distance to the edge of a pane: positive inside, in metres.
float depth_in(const Pane& pane, Vec2 p) {
    float least = 1e9F;
    for (std::size_t i = 0; i < pane.size(); ++i) {
        const Vec2 a = pane[i];
        const Vec2 b = pane[(i + 1) % pane.size()];
        const Vec2 e{b.x - a.x, b.y - a.y};
        const float cross_product = e.x * (p.y - a.y) - e.y * (p.x - a.x);
        // Panes run clockwise with x to the right: front bottom, rear bottom, rear top, front top.
        least = std::min(least, -cross_product / std::hypot(e.x, e.y));
    }
    return least;
}

Surface glass(const Fragment& f) {
    // Darker below, where the cabin is, and a hint of seats and pillars behind it.
    const float inner =
        0.010F + 0.014F * value_noise(f.local.x * 2.3F, f.local.z * 3.1F + f.local.y, 17);
    return {{inner, inner * 1.05F, inner * 1.1F}, 0.13F, 220, 1.2F, {}};
}

Surface head_lamp(float lit, float v, float centre) {
    const float bulb = 1 - smoothstep(0.0F, 0.09F, centre);
    Surface s{{0.42F, 0.44F, 0.46F}, 0.2F, 120, 0.9F, {}};
    if (v < 0.12F)
        s.albedo = {0.05F, 0.05F, 0.055F};
    s.albedo = mix(s.albedo, {0.75F, 0.77F, 0.8F}, bulb);
    s.glow = Color3{1.0F, 0.96F, 0.86F} * (lit * (0.9F + 2.2F * bulb));
    return s;
}

Surface tail_lamp(float lit, bool braking) {
    const float strength = 0.03F + 0.55F * lit + (braking ? 0.9F : 0.0F);
    return {{0.30F, 0.012F, 0.012F}, 0.1F, 90, 0.5F, Color3{1.0F, 0.05F, 0.03F} * strength};
}

} // namespace

VehiclePainter::VehiclePainter(const VehicleLook& look, const VehicleState& state) noexcept
    : look_{look}, shape_{body_shape(look.kind)}, cos_turn_{std::cos(state.wheel_turn_rad)},
      sin_turn_{std::sin(state.wheel_turn_rad)}, state_{state} {}

Surface VehiclePainter::at(const Fragment& f, const Lighting& light) const {
    switch (f.part) {
    case Part::body:
        return look_.kind == VehicleKind::motorcycle ? Surface{look_.paint, 0.06F, 90, 0.6F, {}}
                                                     : shell(f, light);
    case Part::cargo: return cargo(f, light);
    case Part::wheel: return wheel(f);
    case Part::plate_front:
    case Part::plate_rear: return plate(f, light);
    case Part::metal: return {{0.35F, 0.35F, 0.37F}, 0.25F, 60, 0.6F, {}};
    case Part::lamp:
        return {{0.6F, 0.62F, 0.65F},
                0.15F,
                90,
                0.8F,
                Color3{1, 0.96F, 0.88F} * (0.3F + 2.2F * light.lamps)};
    case Part::helmet: {
        const bool visor = f.local.x > 0.2F && std::abs(f.local.z - 1.65F) < 0.055F;
        return visor ? Surface{{0.01F, 0.01F, 0.012F}, 0.15F, 120, 1, {}}
                     : Surface{look_.paint, 0.07F, 80, 0.6F, {}};
    }
    case Part::shirt: return {look_.second, 0.01F, 10, 0.05F, {}};
    case Part::trousers: return {{0.03F, 0.035F, 0.055F}, 0.01F, 8, 0.02F, {}};
    default: return kPlastic;
    }
}

bool VehiclePainter::on_glass(const Fragment& f) const {
    const Vec3 p = f.local;
    const Vec3 n = f.local_normal;
    const float y = std::abs(p.y);
    const float half_at =
        shape_.width / 2 * 0.965F - std::max(0.0F, p.z - shape_.belt) * shape_.tumblehome;
    if (std::abs(n.y) > 0.62F)
        return std::any_of(shape_.panes.begin(), shape_.panes.end(), [&](const Pane& pane) {
            return depth_in(pane, {p.x, p.z}) > 0;
        });
    const bool screen = p.x < shape_.windscreen_low && p.x > shape_.windscreen_high && n.x > 0.15F;
    const bool rear = p.x < shape_.rear_glass_high && p.x > shape_.rear_glass_low && n.x < -0.15F;
    if ((screen || rear) && y < half_at - 0.13F)
        return true;
    return (n.x > 0.6F && inside(shape_.front_glass, y, p.z)) ||
           (n.x < -0.6F && inside(shape_.rear_glass, y, p.z));
}

/// Lamps, grille and bumper, drawn as seen from straight ahead.
std::optional<Surface> VehiclePainter::front_detail(Vec3 p, const Lighting& light) const {
    const float y = std::abs(p.y);
    if (inside(shape_.head_lamp, y, p.z)) {
        const FaceRect& r = shape_.head_lamp;
        const float from_bulb =
            std::hypot(y - mix(r.y_low, r.y_high, 0.45F), p.z - mix(r.z_low, r.z_high, 0.5F));
        return head_lamp(state_.lamps_on ? light.lamps : 0, (p.z - r.z_low) / (r.z_high - r.z_low),
                         from_bulb);
    }
    if (inside(shape_.grille, y, p.z)) {
        const bool slat = std::fmod(p.z * 34.0F, 1.0F) < 0.35F;
        const float from_badge =
            std::hypot(y, p.z - (shape_.grille.z_low + shape_.grille.z_high) / 2);
        return from_badge < 0.055F ? Surface{{0.6F, 0.6F, 0.62F}, 0.4F, 90, 0.8F, {}}
               : slat              ? kPlastic
                                   : kGap;
    }
    const float bumper = bumper_top();
    if (p.z > bumper && p.z < shape_.plate_front_z - 0.03F && y < shape_.width * 0.36F)
        return kGap; // the air intake
    const bool fog_lamp = std::hypot(y - shape_.width * 0.41F, p.z - bumper - 0.06F) < 0.06F;
    if (fog_lamp || p.z < bumper)
        return kPlastic;
    return std::nullopt;
}

/// Lamps, bumper and the tailgate's gap, drawn as seen from straight behind.
std::optional<Surface> VehiclePainter::rear_detail(Vec3 p, const Lighting& light) const {
    const float y = std::abs(p.y);
    if (inside(shape_.tail_lamp, y, p.z))
        return tail_lamp(state_.lamps_on ? light.lamps : 0, state_.braking);
    if (p.z < bumper_top())
        return kPlastic;
    if (std::abs(p.z - (shape_.plate_rear_z - 0.14F)) < 0.008F && y < shape_.width * 0.44F)
        return kGap;
    return std::nullopt;
}

std::optional<Surface> VehiclePainter::face_detail(const Fragment& f, const Lighting& light) const {
    if (f.local_normal.x > 0.2F && f.local.x > shape_.length / 2 - 0.75F)
        return front_detail(f.local, light);
    if (f.local_normal.x < -0.25F && f.local.x < -shape_.length / 2 + 0.5F)
        return rear_detail(f.local, light);
    return std::nullopt;
}

Surface VehiclePainter::side_detail(const Fragment& f, Surface paint) const {
    const Vec3 p = f.local;
    for (const float axle : shape_.axles)
        if (axle != 0 &&
            std::hypot(p.x - axle, p.z - shape_.wheel_radius) < shape_.wheel_radius + 0.065F)
            return kGap;
    if (p.z < shape_.sill + 0.10F)
        return kPlastic;
    for (const Pane& pane : shape_.panes)
        if (depth_in(pane, {p.x, p.z}) > -0.035F)
            return kPlastic;
    const bool door = p.z > shape_.sill + 0.12F && p.z < shape_.belt + 0.02F;
    for (const float seam : shape_.seams) {
        if (door && std::abs(p.x - seam) < 0.009F)
            return kGap;
        const bool handle = p.x > seam + 0.07F && p.x < seam + 0.24F &&
                            std::abs(p.z - shape_.belt + 0.13F) < 0.018F;
        if (handle)
            paint.albedo = paint.albedo * 0.45F;
    }
    // A crease below the belt and dirt near the road.
    const float crease = std::abs(p.z - mix(shape_.sill, shape_.belt, 0.72F));
    if (crease < 0.02F)
        paint.albedo = paint.albedo * (0.75F + 12 * crease);
    if (look_.kind == VehicleKind::bus && std::abs(p.z - 0.85F) < 0.13F)
        paint.albedo = look_.second;
    return paint;
}

Surface VehiclePainter::shell(const Fragment& f, const Lighting& light) const {
    if (f.local_normal.z < -0.6F)
        return kGap;
    if (on_glass(f))
        return glass(f);
    Surface paint{look_.paint, 0.055F, 160, 0.9F, {}};
    if (const auto detail = face_detail(f, light))
        return *detail;
    if (std::abs(f.local_normal.y) > 0.5F)
        paint = side_detail(f, paint);
    const float dirt = look_.dirt * smoothstep(shape_.sill + 0.5F, shape_.sill, f.local.z);
    paint.albedo = mix(paint.albedo, {0.10F, 0.085F, 0.065F}, dirt);
    return paint;
}

Surface VehiclePainter::wheel(const Fragment& f) const {
    if (f.uv.x > 1.5F)
        return kRubber;
    const float radius = std::hypot(f.uv.x, f.uv.y);
    if (radius > 0.72F || look_.kind == VehicleKind::motorcycle)
        return kRubber;
    const float u = f.uv.x * cos_turn_ - f.uv.y * sin_turn_;
    const float v = f.uv.x * sin_turn_ + f.uv.y * cos_turn_;
    const float spoke = std::cos(5 * std::atan2(v, u));
    const bool rim = radius > 0.63F || radius < 0.16F || spoke > 0.15F;
    return rim ? Surface{{0.40F, 0.41F, 0.43F}, 0.2F, 40, 0.5F, {}}
               : Surface{{0.03F, 0.03F, 0.032F}, 0, 8, 0, {}};
}

Surface VehiclePainter::plate(const Fragment& f, const Lighting& light) const {
    const Texture& texture = f.part == Part::plate_front ? look_.plate_front : look_.plate_rear;
    if (texture.empty())
        return kPlastic;
    constexpr float kMetresAcross = 0.45F;
    const float texels_per_pixel = static_cast<float>(texture.width()) * f.pixel_m / kMetresAcross;
    const int level =
        static_cast<int>(std::floor(std::log2(std::max(1.0F, texels_per_pixel)) + 0.1F));
    const Color3 color = texture.sample(f.uv, level);
    // Plates throw light back: brighter than paint by day, and lit by the lamp above them or the
    // camera at dusk.
    return {color, 0.02F, 30, 0.08F, color * (0.10F + 0.22F * light.lamps)};
}

Surface VehiclePainter::cargo(const Fragment& f, const Lighting& light) const {
    const Vec3 p = f.local;
    Surface s{look_.second, 0.03F, 40, 0.15F, {}};
    const bool rear = f.local_normal.x < -0.5F;
    const bool edge = p.z > 3.12F || p.z < 1.06F || (rear && std::abs(p.y) > 1.14F) ||
                      (std::abs(f.local_normal.y) > 0.5F && (p.x > 1.54F || p.x < -3.52F));
    const bool stripe = std::abs(f.local_normal.y) > 0.5F && p.z > 1.5F && p.z < 1.95F;
    if (rear && std::abs(p.y) < 0.015F)
        return kGap;
    if (rear && std::abs(std::abs(p.y) - 0.35F) < 0.02F)
        s.albedo = {0.4F, 0.4F, 0.4F};
    if (edge)
        s.albedo = {0.42F, 0.43F, 0.45F};
    else if (stripe)
        s.albedo = look_.paint;
    if (rear && p.z < 1.12F && std::abs(p.y) > 0.85F)
        return tail_lamp(state_.lamps_on ? light.lamps : 0, state_.braking);
    return s;
}

} // namespace vedette::media::demo
