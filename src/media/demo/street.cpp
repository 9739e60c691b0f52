#include "demo/street.h"

#include "demo/random.h"

namespace vedette::media::demo {
namespace {

using namespace plan;

constexpr float kKerbHeight = 0.12F;

void add_ground(Mesh& mesh) {
    add_flat(mesh, {-80, 2, 0}, {80, 2, 0}, {80, 400, 0}, {-80, 400, 0}, Part::ground);
    const float ends[][2] = {{2, kJunctionNearY}, {kJunctionFarY, kEndY - 8}};
    for (const auto& [from, to] : ends) {
        add_box(mesh, {-60, from, 0}, {kLeftKerbX, to, kKerbHeight}, Part::ground);
        add_box(mesh, {kRightKerbX, from, 0}, {60, to, kKerbHeight}, Part::ground);
    }
}

void add_house(Mesh& mesh, Vec3 low, Vec3 high, std::uint16_t tag) {
    add_box(mesh, low, high, Part::wall, tag);
    // A cornice below the roof and a plinth.
    add_box(mesh, {low.x - 0.18F, low.y - 0.02F, high.z - 0.3F},
            {high.x + 0.18F, high.y + 0.02F, high.z}, Part::trunk, 7);
}

void add_row(Mesh& mesh, Random& random, float from_y, float to_y, bool left) {
    float y = from_y;
    while (y < to_y - 3) {
        const float width = std::min(random.between(7.0F, 11.5F), to_y - y);
        const float height = random.between(7.5F, 12.5F);
        const float setback = random.between(0.0F, 0.25F);
        const auto tag = static_cast<std::uint16_t>(random.below(4096));
        if (left)
            add_house(mesh, {kLeftWallX - 10, y, 0}, {kLeftWallX - setback, y + width, height},
                      tag);
        else
            add_house(mesh, {kRightWallX + setback, y, 0}, {kRightWallX + 10, y + width, height},
                      tag);
        y += width;
    }
}

void add_houses(Mesh& mesh, Random& random) {
    for (const bool left : {true, false}) {
        add_row(mesh, random, 4, kJunctionNearY - 3, left);
        add_row(mesh, random, kJunctionFarY + 3, 150, left);
    }
    for (float x = -40; x < 40; x += 10) {
        const auto tag = static_cast<std::uint16_t>(random.below(4096));
        add_house(mesh, {x, kEndY, 0}, {x + 10, kEndY + 9, random.between(8.0F, 13.0F)}, tag);
    }
}

void add_tree(Mesh& mesh, Random& random, Vec3 foot) {
    const float height = random.between(2.6F, 3.2F);
    add_limb(mesh, foot, 0.16F, foot + Vec3{random.between(-0.1F, 0.1F), 0, height}, 0.11F,
             Part::trunk, 8);
    const Vec3 crown = foot + Vec3{0, 0, height + 1.2F};
    for (int i = 0; i < 16; ++i) {
        const float turn = random.between(0, 2 * kPi);
        const float out = random.between(0.1F, 1.25F);
        const Vec3 centre =
            crown + Vec3{out * std::cos(turn), out * std::sin(turn), random.between(-0.8F, 1.3F)};
        const float r = random.between(0.55F, 0.95F);
        add_ellipsoid(mesh, centre, {r, r, r * 0.8F}, Part::leaves, 12,
                      static_cast<std::uint16_t>(i));
    }
}

void add_furniture(Mesh& mesh, Random& random) {
    for (const Vec3 lamp : kStreetLamps) {
        const float post_x = lamp.x < 0 ? kLeftKerbX - 0.5F : kRightKerbX + 0.5F;
        add_limb(mesh, {post_x, lamp.y, 0}, 0.09F, {post_x, lamp.y, lamp.z - 0.2F}, 0.05F,
                 Part::metal, 10);
        add_limb(mesh, {post_x, lamp.y, lamp.z - 0.2F}, 0.045F, {lamp.x, lamp.y, lamp.z + 0.1F},
                 0.035F, Part::metal);
        add_ellipsoid(mesh, lamp + Vec3{0, 0, 0.08F}, {0.38F, 0.14F, 0.08F}, Part::lamp, 12);
    }
    for (const float y : {27.0F, 37.0F, 61.0F, 83.0F, 112.0F})
        add_tree(mesh, random, {kLeftKerbX - 1.15F, y, 0.1F});
    for (const float y : {40.0F, 66.0F, 90.0F, 120.0F})
        add_tree(mesh, random, {kRightKerbX + 1.1F, y, 0.1F});
    for (const float x : {kLeftKerbX - 0.35F, kRightKerbX + 0.35F})
        for (const float y : {18.6F, 24.4F, 25.9F})
            add_limb(mesh, {x, y, 0.1F}, 0.06F, {x, y, 0.85F}, 0.06F, Part::metal, 8);
    add_limb(mesh, {kLeftKerbX - 0.8F, 30.5F, 0.15F}, 0.2F, {kLeftKerbX - 0.8F, 30.5F, 0.8F}, 0.22F,
             Part::trunk, 12, 5);
    add_box(mesh, {kRightKerbX + 1.2F, 25.0F, 0.12F}, {kRightKerbX + 1.7F, 26.8F, 0.55F},
            Part::trunk, 6);
}

} // namespace

Mesh make_street(std::uint64_t seed) {
    Random random{seed ^ 0x57ee7U};
    Mesh mesh;
    add_ground(mesh);
    add_houses(mesh, random);
    add_furniture(mesh, random);
    return mesh;
}

bool leaf_gap(const Fragment& f) noexcept {
    if (f.part != Part::leaves)
        return false;
    const Vec3 p = f.local * 17.0F;
    return value_noise(p.x + p.y * 0.7F, p.z - p.y * 0.6F, f.tag) < 0.46F;
}

} // namespace vedette::media::demo
