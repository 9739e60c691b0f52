#include "demo/random.h"
#include "demo/street.h"

namespace vedette::media::demo {
namespace {

using namespace plan;

/// How far `v` is from the nearest multiple of `step`.
float from_grid(float v, float step) { return std::abs(v - step * std::round(v / step)); }

bool on_marking(Vec3 p) {
    const bool in_junction = p.y > kJunctionNearY - 1 && p.y < kJunctionFarY + 1;
    const bool near_zebra = p.y > kZebraNearY - 1.2F && p.y < kZebraFarY + 1.2F;
    if (p.y > kZebraNearY && p.y < kZebraFarY && p.x > kLeftKerbX + 0.15F &&
        p.x < kRightKerbX - 0.2F)
        return std::fmod(p.x + 100.25F, 1.0F) < 0.5F;
    if (in_junction || near_zebra)
        return false;
    const bool centre = std::abs(p.x) < 0.06F && std::fmod(p.y, 6.0F) < 3.0F;
    const bool bay = std::abs(p.x - kParkingX) < 0.05F && std::fmod(p.y, 1.0F) < 0.5F;
    const bool bay_end = p.x > kParkingX && from_grid(p.y - 2.0F, 6.0F) < 0.05F;
    const bool stop_line =
        std::abs(p.y - (kJunctionNearY - 2)) < 0.2F && p.x > 0.2F && p.x < kParkingX - 0.2F;
    return centre || bay || bay_end || stop_line;
}

/// A wall's own style, from its tag.
struct Facade {
    Color3 color;
    float storey = 3.1F;
    float bay = 2.6F;
    bool bricks = false;
    std::uint32_t id = 0;

    explicit Facade(std::uint16_t tag)
        : storey{2.9F + 0.4F * cell_noise(tag, 1)}, bay{2.2F + 0.9F * cell_noise(tag, 2)},
          bricks{cell_noise(tag, 3) < 0.35F}, id{tag} {
        constexpr unsigned kPlaster[] = {0xd9cdb4, 0xc9b79a, 0xd8d4cc, 0xc6a98b,
                                         0xb9bfc0, 0xe0d2c2, 0xa9b2a3};
        constexpr unsigned kBrick[] = {0x8e5a45, 0x9a6a50, 0x7d5546};
        Random random{tag + 77U};
        color = bricks ? rgb(random.pick(kBrick)) : rgb(random.pick(kPlaster));
    }
};

} // namespace

std::uint64_t StreetPainter::mix_seed(std::uint64_t seed) noexcept { return mix_bits(seed + 1); }

Surface StreetPainter::at(const Fragment& f, const Lighting& light) const {
    switch (f.part) {
    case Part::ground: return ground(f);
    case Part::wall: return wall(f, light);
    case Part::leaves: {
        const float n = value_noise(f.local.x * 9 + f.local.y * 5, f.local.z * 9, f.tag + salt_);
        return {mix(rgb(0x2f4a1c), rgb(0x7c9440), n), 0.02F, 10, 0.06F, {}};
    }
    case Part::metal: return {rgb(0x565b5e), 0.05F, 30, 0.2F, {}};
    case Part::lamp: {
        const bool below = f.local_normal.z < 0;
        return {rgb(0x8d9092), 0.05F, 30, 0.2F,
                below ? Color3{5.0F, 4.0F, 2.7F} * light.lamps : Color3{}};
    }
    default: {
        const Color3 color = f.tag == 7   ? rgb(0xb7ad9c)
                             : f.tag == 6 ? rgb(0x7a5a3a)
                             : f.tag == 5 ? rgb(0x3b4d40)
                                          : rgb(0x5d4a38);
        return {color * (0.75F +
                         0.4F * value_noise(f.local.x * 8 + f.local.y * 8, f.local.z * 3, salt_)),
                0.01F,
                8,
                0.03F,
                {}};
    }
    }
}

Surface StreetPainter::ground(const Fragment& f) const {
    const Vec3 p = f.local;
    if (f.local_normal.z < 0.5F) // the kerb's face
        return {rgb(0x8c8a85) * (0.8F + 0.3F * value_noise(p.y * 3, 1, salt_)), 0, 8, 0, {}};
    const bool street = (p.x > kLeftKerbX && p.x < kRightKerbX) ||
                        (p.y > kJunctionNearY && p.y < kJunctionFarY) || p.y > kEndY - 8;
    return street && p.z < 0.06F ? asphalt(p, f.pixel_m) : paving(p, f.pixel_m);
}

Surface StreetPainter::asphalt(Vec3 p, float pixel_m) const {
    float tone = 0.105F + 0.045F * cloud_noise(p.x * 0.35F, p.y * 0.12F, salt_);
    const float grain = clamp01(0.02F / std::max(pixel_m, 0.001F));
    tone *= 1 + grain * 0.55F *
                    (cell_noise(static_cast<int>(std::floor(p.x * 70)),
                                static_cast<int>(std::floor(p.y * 70)), salt_) -
                     0.5F);
    tone *= 0.9F + 0.2F * value_noise(p.x * 7, p.y * 7, salt_ + 4);
    // Wheels polish two tracks per lane, oil darkens the middle.
    const float in_lane = std::abs(std::abs(p.x) - kLaneX);
    tone *= 1 + 0.10F * smoothstep(0.28F, 0.0F, std::abs(in_lane - 0.72F)) -
            0.10F * smoothstep(0.35F, 0.0F, in_lane);
    // Repaired patches and cracks.
    const float patch = cell_noise(static_cast<int>(std::floor(p.x / 1.7F)),
                                   static_cast<int>(std::floor(p.y / 4.3F)), salt_ + 9);
    if (patch > 0.86F)
        tone *= 0.78F;
    const float crack = std::abs(value_noise(p.x * 0.9F, p.y * 0.5F, salt_ + 21) - 0.5F);
    if (crack < 0.003F && pixel_m < 0.012F &&
        value_noise(p.x * 0.3F, p.y * 0.3F, salt_ + 40) > 0.55F)
        tone *= 0.8F;
    Color3 color{tone * 1.0F, tone * 0.99F, tone * 0.97F};
    const float manhole = std::hypot(p.x + 0.9F, p.y - 28.2F);
    if (manhole < 0.34F)
        color = Color3{0.07F, 0.068F, 0.065F} * (from_grid(p.x, 0.06F) < 0.01F ? 1.6F : 1.0F);
    if (on_marking(p)) {
        const float wear = smoothstep(0.35F, 0.75F, cloud_noise(p.x * 6, p.y * 6, salt_ + 31));
        color = mix({0.62F, 0.62F, 0.60F}, color, 0.12F + 0.45F * wear);
    }
    if (p.x < kLeftKerbX + 0.35F || p.x > kRightKerbX - 0.35F) // the gutter
        color = color * 1.25F;
    return {color, 0.015F, 12, 0.05F, {}};
}

Surface StreetPainter::paving(Vec3 p, float pixel_m) const {
    const bool kerb_stone = (p.x > kLeftKerbX - 0.15F && p.x < kLeftKerbX) ||
                            (p.x < kRightKerbX + 0.15F && p.x > kRightKerbX);
    if (kerb_stone)
        return {rgb(0xa9a7a1) * (from_grid(p.y, 1.0F) < 0.01F ? 0.6F : 1.0F), 0.01F, 8, 0.02F, {}};
    const float slab = cell_noise(static_cast<int>(std::floor(p.x / 0.5F)),
                                  static_cast<int>(std::floor(p.y / 0.5F)), salt_ + 3);
    Color3 color = rgb(0x9a948a) * (0.82F + 0.22F * slab) *
                   (0.85F + 0.3F * cloud_noise(p.x * 0.8F, p.y * 0.8F, salt_));
    const float joint = std::min(from_grid(p.x, 0.5F), from_grid(p.y, 0.5F));
    if (joint < std::max(0.006F, 0.35F * pixel_m) && pixel_m < 0.05F)
        color = color * 0.72F;
    return {color, 0.01F, 8, 0.02F, {}};
}

Surface StreetPainter::window(Vec2 in_cell, std::uint32_t id, const Lighting& light) const {
    // in_cell: 0..1 across the opening, frame and glazing bars included
    const float edge = std::min({in_cell.x, 1 - in_cell.x, in_cell.y, 1 - in_cell.y});
    const bool bar = std::abs(in_cell.x - 0.5F) < 0.035F || std::abs(in_cell.y - 0.64F) < 0.03F;
    if (edge < 0.06F || bar)
        return {rgb(0xd8d6d0), 0.02F, 20, 0.05F, {}};
    const float choice = cell_noise(static_cast<int>(id), 5, salt_);
    const bool curtain = choice < 0.45F && (in_cell.x < 0.25F || in_cell.x > 0.75F);
    Surface s{curtain ? rgb(0x9c9588) : Color3{0.02F, 0.022F, 0.026F}, 0.14F, 120, 0.4F, {}};
    if (choice > 0.52F) // somebody is at home
        s.glow = Color3{0.95F, 0.66F, 0.34F} *
                 (light.lamps * (0.25F + 0.3F * choice) * (0.7F + 0.5F * in_cell.y));
    return s;
}

Surface StreetPainter::wall(const Fragment& f, const Lighting& light) const {
    const Facade facade{f.tag};
    const bool along_y = std::abs(f.local_normal.x) > 0.5F;
    const float along = along_y ? f.local.y : f.local.x;
    const float z = f.local.z;
    Surface plain{facade.color *
                      (0.86F + 0.22F * cloud_noise(along * 0.5F, z * 0.5F, salt_ + facade.id)),
                  0,
                  8,
                  0.01F,
                  {}};
    if (facade.bricks && f.pixel_m < 0.03F) {
        const int row = static_cast<int>(std::floor(z / 0.08F));
        const float shift = (row % 2) != 0 ? 0.12F : 0.0F;
        const bool mortar =
            from_grid(z, 0.08F) < 0.007F || from_grid(along + shift, 0.24F) < 0.007F;
        plain.albedo =
            mortar
                ? plain.albedo * 1.35F
                : plain.albedo *
                      (0.85F +
                       0.3F * cell_noise(row, static_cast<int>(std::floor((along + shift) / 0.24F)),
                                         8));
    }
    if (z < 0.6F)
        plain.albedo = plain.albedo * 0.6F;
    if (f.local_normal.z > 0.5F)
        return {rgb(0x6a5a52), 0, 8, 0, {}};
    const bool ground_floor = z < 3.3F;
    const float bay = std::floor(along / facade.bay);
    const float u = along / facade.bay - bay;
    const float floor_index = ground_floor ? 0 : std::floor((z - 3.3F) / facade.storey) + 1;
    const float v = ground_floor ? z : z - 3.3F - (floor_index - 1) * facade.storey;
    const auto id = facade.id * 131U + static_cast<std::uint32_t>(static_cast<int>(bay) * 17 +
                                                                  static_cast<int>(floor_index));
    const bool door =
        ground_floor && cell_noise(static_cast<int>(bay), static_cast<int>(facade.id), 4) < 0.3F;
    const float bottom = door ? 0.12F : ground_floor ? 0.95F : 0.85F;
    const float top = ground_floor ? 2.65F : 2.45F;
    if (std::abs(z - 3.2F) < 0.06F)
        plain.albedo = plain.albedo * 1.15F;
    if (u < 0.24F || u > 0.76F || v < bottom - 0.08F || v > top)
        return plain;
    if (v < bottom) // the sill
        return {rgb(0xb8b4aa), 0, 8, 0, {}};
    const Vec2 cell{(u - 0.24F) / 0.52F, (v - bottom) / (top - bottom)};
    if (door && cell.x > 0.08F && cell.x < 0.92F && cell.y < 0.8F) {
        constexpr unsigned kDoors[] = {0x4a3324, 0x23402f, 0x2b3550, 0x5a2a22};
        Random random{id};
        const bool panel = std::abs(from_grid(cell.x - 0.5F, 0.42F) - 0.1F) < 0.015F;
        return {rgb(random.pick(kDoors)) * (panel ? 0.6F : 1.0F), 0.03F, 30, 0.08F, {}};
    }
    return window(cell, id, light);
}

} // namespace vedette::media::demo
