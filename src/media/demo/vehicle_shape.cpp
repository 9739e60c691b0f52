#include "demo/vehicle_shape.h"

#include <algorithm>

namespace vedette::media::demo {
namespace {

/// Catmull-Rom through the silhouette's points, `steps` pieces between two of them.
std::vector<Vec2> smooth_profile(std::span<const Vec2> points, int steps) {
    std::vector<Vec2> out;
    const auto at = [&](std::size_t i, int offset) {
        const auto j = static_cast<std::ptrdiff_t>(i) + offset;
        return points[static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(j, 0, std::ssize(points) - 1))];
    };
    const auto spline = [](float a, float b, float c, float d, float t) {
        return b + 0.5F * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    };
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        for (int k = 0; k < steps; ++k) {
            const float t = static_cast<float>(k) / static_cast<float>(steps);
            const auto [a, b, c, d] = std::array{at(i, -1), at(i, 0), at(i, 1), at(i, 2)};
            out.push_back({mix(b.x, c.x, t), spline(a.y, b.y, c.y, d.y, t)});
        }
    out.push_back(points.back());
    return out;
}

float half_width(const BodyShape& shape, float x) {
    const float from_nose = clamp01((shape.length / 2 - x) / shape.nose_round);
    const float from_tail = clamp01((x + shape.length / 2) / shape.tail_round);
    const float nose = mix(shape.nose_width, 1, 1 - std::pow(1 - from_nose, 2.4F));
    const float tail = mix(shape.tail_width, 1, 1 - std::pow(1 - from_tail, 2.4F));
    return shape.width / 2 * nose * tail;
}

/// The side's distance from the middle at height z.
float side_at(const BodyShape& shape, float half, float z) {
    const float sill = 0.94F + 0.06F * smoothstep(shape.sill, shape.sill + 0.3F, z);
    const float shoulder = 1 - 0.035F * smoothstep(shape.belt - 0.25F, shape.belt, z);
    return half * sill * shoulder - std::max(0.0F, z - shape.belt) * shape.tumblehome;
}

/// A cross-section, counter-clockwise seen from the front, the left side first.
std::vector<Vec3> section(const BodyShape& shape, float x, float top) {
    const float half = half_width(shape, x);
    const float radius = std::min(shape.roof_radius, (top - shape.sill) * 0.3F);
    const float shoulder = top - radius;
    const float b = shape.belt;
    const std::array<float, 11> levels{shape.sill,
                                       shape.sill + 0.07F,
                                       shape.sill + 0.18F,
                                       mix(shape.sill, b, 0.5F),
                                       mix(shape.sill, b, 0.7F),
                                       b - 0.12F,
                                       b - 0.03F,
                                       b + 0.02F,
                                       mix(b, shoulder, 0.35F),
                                       mix(b, shoulder, 0.7F),
                                       shoulder};
    std::vector<Vec3> left;
    float z = shape.sill;
    for (const float level : levels) {
        z = std::max(z, std::min(level, shoulder));
        left.push_back({x, side_at(shape, half, z), z});
    }
    const float edge = side_at(shape, half, shoulder) - radius;
    for (const float turn : {0.35F, 0.75F, 1.15F, kPi / 2})
        left.push_back({x, edge + radius * std::cos(turn), shoulder + radius * std::sin(turn)});
    for (const float inwards : {0.66F, 0.33F})
        left.push_back({x, edge * inwards, top + 0.03F * (1 - inwards * inwards)});
    std::vector<Vec3> ring = left;
    ring.push_back({x, 0, top + 0.03F});
    for (auto it = left.rbegin(); it != left.rend(); ++it)
        ring.push_back({x, -it->y, it->z});
    return ring;
}

void add_shell(Mesh& mesh, const BodyShape& shape) {
    std::vector<std::vector<Vec3>> rings;
    for (const Vec2 p : smooth_profile(shape.top, 3))
        rings.push_back(section(shape, p.x, p.y));
    add_loft(mesh, rings, Part::body, {shape.front_bulge, shape.rear_bulge});
}

void add_wheels(Mesh& mesh, const BodyShape& shape) {
    constexpr float kTyreWidth = 0.21F;
    for (const float x : shape.axles)
        for (const float side : {-1.0F, 1.0F})
            if (x != 0) {
                const float y = half_width(shape, x) * 0.975F - kTyreWidth / 2 + 0.02F;
                add_wheel(mesh, {x, side * y, shape.wheel_radius}, shape.wheel_radius, kTyreWidth);
            }
}

void add_mirrors(Mesh& mesh, VehicleKind kind, const BodyShape& shape) {
    const bool tall = kind == VehicleKind::bus || kind == VehicleKind::lorry;
    const float x = tall ? shape.length / 2 - 0.1F : shape.windscreen_low - 0.28F;
    const Vec3 size = tall ? Vec3{0.07F, 0.12F, 0.26F} : Vec3{0.07F, 0.11F, 0.075F};
    const float z = tall ? 1.95F : shape.belt + 0.07F;
    const float y = tall ? shape.width / 2 + 0.16F : half_width(shape, x) + 0.06F;
    for (const float side : {-1.0F, 1.0F})
        add_ellipsoid(mesh, {x, side * y, z}, size, tall ? Part::trim : Part::body, 10);
}

/// The load's box of a lorry, with the frame below it.
void add_cargo(Mesh& mesh) {
    add_box(mesh, {-3.6F, -1.22F, 0.98F}, {1.62F, 1.22F, 3.2F}, Part::cargo);
    add_box(mesh, {-3.5F, -0.45F, 0.62F}, {2.4F, 0.45F, 0.98F}, Part::trim);
    add_box(mesh, {-3.62F, -1.15F, 0.48F}, {-3.5F, 1.15F, 0.62F}, Part::trim);
    for (const float side : {-1.0F, 1.0F})
        add_box(mesh, {-1.2F, side * 1.05F - 0.05F, 0.5F}, {1.6F, side * 1.05F + 0.05F, 0.9F},
                Part::trim);
}

void add_plates(Mesh& mesh, VehicleKind kind, PlateSize size) {
    for (const PlateSide side : {PlateSide::front, PlateSide::rear}) {
        if (kind == VehicleKind::motorcycle && side == PlateSide::front)
            continue;
        const auto c = plate_corners(kind, side, size);
        add_flat(mesh, c[3], c[2], c[1], c[0],
                 side == PlateSide::front ? Part::plate_front : Part::plate_rear);
    }
}

void add_motorcycle(Mesh& mesh) {
    add_wheel(mesh, {0.70F, 0, 0.31F}, 0.31F, 0.13F);
    add_wheel(mesh, {-0.68F, 0, 0.31F}, 0.31F, 0.16F);
    for (const float side : {-1.0F, 1.0F}) {
        add_limb(mesh, {0.70F, side * 0.1F, 0.31F}, 0.03F, {0.46F, side * 0.1F, 0.95F}, 0.035F,
                 Part::metal);
        add_limb(mesh, {0.44F, side * 0.06F, 1.0F}, 0.02F, {0.34F, side * 0.36F, 1.04F}, 0.02F,
                 Part::trim);
        add_limb(mesh, {-0.1F, side * 0.16F, 0.34F}, 0.05F, {-0.75F, side * 0.19F, 0.45F}, 0.06F,
                 Part::metal);
        add_ellipsoid(mesh, {0.46F, side * 0.34F, 1.2F}, {0.03F, 0.07F, 0.05F}, Part::trim, 8);
    }
    add_limb(mesh, {0.05F, 0, 0.42F}, 0.19F, {-0.1F, 0, 0.48F}, 0.2F, Part::trim, 10); // engine
    add_ellipsoid(mesh, {0.16F, 0, 0.83F}, {0.34F, 0.17F, 0.17F}, Part::body, 14);     // tank
    add_ellipsoid(mesh, {0.52F, 0, 0.92F}, {0.2F, 0.2F, 0.27F}, Part::body, 14);       // fairing
    add_ellipsoid(mesh, {0.70F, 0, 0.92F}, {0.05F, 0.11F, 0.09F}, Part::lamp, 10);
    add_ellipsoid(mesh, {-0.40F, 0, 0.80F}, {0.42F, 0.15F, 0.1F}, Part::trim, 12); // seat
    add_ellipsoid(mesh, {-0.74F, 0, 0.80F}, {0.2F, 0.13F, 0.11F}, Part::body, 12);
    add_ellipsoid(mesh, {0.72F, 0, 0.60F}, {0.2F, 0.08F, 0.06F}, Part::body, 8); // mudguard
}

void add_rider(Mesh& mesh) {
    add_limb(mesh, {-0.28F, 0, 0.95F}, 0.17F, {0.0F, 0, 1.36F}, 0.2F, Part::shirt, 12);
    add_ellipsoid(mesh, {0.12F, 0, 1.64F}, {0.155F, 0.135F, 0.16F}, Part::helmet, 14);
    for (const float side : {-1.0F, 1.0F}) {
        add_limb(mesh, {0.0F, side * 0.21F, 1.4F}, 0.075F, {0.1F, side * 0.34F, 1.14F}, 0.06F,
                 Part::shirt);
        add_limb(mesh, {0.1F, side * 0.34F, 1.14F}, 0.06F, {0.36F, side * 0.35F, 1.05F}, 0.05F,
                 Part::shirt);
        add_limb(mesh, {-0.28F, side * 0.13F, 0.9F}, 0.11F, {0.15F, side * 0.24F, 0.78F}, 0.085F,
                 Part::trousers);
        add_limb(mesh, {0.15F, side * 0.24F, 0.78F}, 0.08F, {-0.15F, side * 0.22F, 0.36F}, 0.055F,
                 Part::trousers);
        add_limb(mesh, {-0.2F, side * 0.22F, 0.3F}, 0.05F, {0.0F, side * 0.22F, 0.28F}, 0.045F,
                 Part::shoes);
    }
}

float plate_x(VehicleKind kind, PlateSide side) noexcept {
    constexpr float kStandOff = 0.025F;
    if (kind == VehicleKind::motorcycle)
        return -0.97F;
    const BodyShape& shape = body_shape(kind);
    if (side == PlateSide::front)
        return shape.top.front().x + shape.front_bulge + kStandOff;
    if (kind == VehicleKind::lorry)
        return -3.66F;
    return shape.top.back().x - shape.rear_bulge - kStandOff;
}

} // namespace

std::array<Vec3, 4> plate_corners(VehicleKind kind, PlateSide side, PlateSize plate) noexcept {
    const BodyShape& shape = body_shape(kind);
    float z = side == PlateSide::front ? shape.plate_front_z : shape.plate_rear_z;
    if (kind == VehicleKind::motorcycle)
        z = 0.62F;
    const float x = plate_x(kind, side);
    // Seen from the front, the vehicle's left (+y) is on the viewer's right.
    const float right = side == PlateSide::front ? plate.width / 2 : -plate.width / 2;
    const float up = plate.height / 2;
    return {{{x, -right, z + up}, {x, right, z + up}, {x, right, z - up}, {x, -right, z - up}}};
}

Mesh make_vehicle(VehicleKind kind, PlateSize plate) {
    Mesh mesh;
    if (kind == VehicleKind::motorcycle) {
        add_motorcycle(mesh);
        add_rider(mesh);
    } else {
        const BodyShape& shape = body_shape(kind);
        add_shell(mesh, shape);
        add_wheels(mesh, shape);
        add_mirrors(mesh, kind, shape);
        if (kind == VehicleKind::lorry)
            add_cargo(mesh);
    }
    add_plates(mesh, kind, plate);
    return mesh;
}

} // namespace vedette::media::demo
