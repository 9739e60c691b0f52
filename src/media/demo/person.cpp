#include "demo/person.h"

#include "demo/random.h"

namespace vedette::media::demo {
namespace {

/// A joint below another in the plane of walking.
Vec3 below(Vec3 joint, float length_m, float forward_rad) {
    return joint + Vec3{std::sin(forward_rad) * length_m, 0, -std::cos(forward_rad) * length_m};
}

void add_leg(Mesh& mesh, float side, float phase, float swing, Vec3 hip_middle) {
    const float thigh = 0.48F * swing * std::sin(phase);
    // The knee bends while the leg comes forward.
    const float knee = swing * (0.12F + 0.75F * std::max(0.0F, std::cos(phase)));
    const Vec3 hip = hip_middle + Vec3{0, side * 0.095F, 0};
    const Vec3 at_knee = below(hip, 0.43F, thigh);
    const Vec3 ankle = below(at_knee, 0.42F, thigh - knee);
    add_limb(mesh, hip, 0.092F, at_knee, 0.062F, Part::trousers, 10);
    add_limb(mesh, at_knee, 0.062F, ankle, 0.045F, Part::trousers, 8);
    const float toe = thigh - knee + 0.1F;
    add_limb(mesh, ankle + Vec3{-0.03F, 0, -0.035F}, 0.042F,
             ankle + Vec3{0.15F * std::cos(toe), 0, 0.15F * std::sin(toe) - 0.045F}, 0.036F,
             Part::shoes);
}

void add_arm(Mesh& mesh, float side, float phase, float swing, Vec3 chest) {
    const float upper = 0.42F * swing * std::sin(phase);
    const Vec3 shoulder = chest + Vec3{0, side * 0.205F, 0};
    const Vec3 elbow = below(shoulder, 0.29F, upper) + Vec3{0, side * 0.045F, 0};
    const Vec3 wrist = below(elbow, 0.25F, upper + 0.25F + 0.2F * swing);
    add_limb(mesh, shoulder, 0.062F, elbow, 0.048F, Part::shirt);
    add_limb(mesh, elbow, 0.047F, wrist, 0.034F, Part::shirt);
    add_ellipsoid(mesh, wrist + Vec3{0.01F, 0, -0.06F}, {0.035F, 0.025F, 0.065F}, Part::skin, 8);
}

void add_torso_and_head(Mesh& mesh, const PersonLook& look, Vec3 hip) {
    const Vec3 chest = hip + Vec3{0.02F, 0, 0.46F};
    for (const float side : {-1.0F, 1.0F}) {
        add_limb(mesh, hip + Vec3{0, side * 0.06F, 0.04F}, 0.105F,
                 chest + Vec3{0, side * 0.095F, -0.03F}, 0.105F, Part::shirt, 10);
    }
    add_ellipsoid(mesh, hip + Vec3{0, 0, 0.22F}, {0.115F, 0.165F, 0.28F}, Part::shirt, 14);
    add_ellipsoid(mesh, chest + Vec3{0, 0, 0.03F}, {0.10F, 0.215F, 0.11F}, Part::shirt, 12);
    add_ellipsoid(mesh, hip, {0.12F, 0.165F, 0.11F}, Part::trousers, 12);
    if (look.skirt)
        add_limb(mesh, hip + Vec3{0, 0, -0.02F}, 0.15F, hip + Vec3{0, 0, -0.38F}, 0.2F,
                 Part::trousers, 12);
    const Vec3 head = chest + Vec3{0.02F, 0, 0.31F};
    add_limb(mesh, chest + Vec3{0, 0, 0.1F}, 0.055F, head + Vec3{0, 0, -0.08F}, 0.05F, Part::skin);
    add_ellipsoid(mesh, head, {0.098F, 0.078F, 0.125F}, Part::skin, 14);
    add_ellipsoid(mesh, head + Vec3{-0.025F, 0, 0.035F}, {0.098F, 0.088F, 0.115F}, Part::hair, 14);
    if (look.skirt)
        add_ellipsoid(mesh, head + Vec3{-0.06F, 0, -0.07F}, {0.05F, 0.085F, 0.14F}, Part::hair, 10);
    add_ellipsoid(mesh, head + Vec3{0.1F, 0, -0.01F}, {0.02F, 0.013F, 0.022F}, Part::skin, 6);
    if (look.bag)
        add_ellipsoid(mesh, chest + Vec3{-0.17F, 0, -0.12F}, {0.09F, 0.14F, 0.21F}, Part::shoes,
                      12);
}

} // namespace

Mesh make_person(const PersonLook& look, float stride_rad, float swing) {
    Mesh mesh;
    const float bob = 0.018F * swing * std::cos(2 * stride_rad);
    const Vec3 hip{0, 0, 0.94F + bob};
    for (const float side : {-1.0F, 1.0F}) {
        const float phase = stride_rad + (side > 0 ? 0 : kPi);
        add_leg(mesh, side, phase, swing, hip);
        add_arm(mesh, side, phase + kPi, swing, hip + Vec3{0.02F, 0, 0.49F});
    }
    add_torso_and_head(mesh, look, hip);
    constexpr float kBuiltHeightM = 1.84F;
    const float scale = look.height_m / kBuiltHeightM;
    for (Vertex& v : mesh.vertices)
        v.at = v.at * scale;
    return mesh;
}

Surface PersonPainter::at(const Fragment& f, const Lighting&) const {
    const auto cloth = [&](Color3 color, std::uint32_t salt) {
        const float folds =
            0.82F + 0.3F * value_noise(f.local.x * 9 + f.local.y * 7, f.local.z * 11, salt);
        return Surface{color * folds, 0.01F, 8, 0.02F, {}};
    };
    switch (f.part) {
    case Part::skin: return {look_.skin, 0.02F, 14, 0.08F, {}};
    case Part::hair: return {look_.hair, 0.03F, 24, 0.12F, {}};
    case Part::shirt: return cloth(look_.shirt, 3);
    case Part::shoes: return {look_.shoes, 0.03F, 20, 0.08F, {}};
    default: return cloth(look_.trousers, 5);
    }
}

} // namespace vedette::media::demo
