#include "demo/light.h"

#include "demo/random.h"

namespace vedette::media::demo {

Lighting lighting_at(float dusk) noexcept {
    const Lighting day{.sun = {1.75F, 1.60F, 1.34F},
                       .sky_zenith = {0.22F, 0.40F, 0.78F},
                       .sky_horizon = {0.80F, 0.90F, 1.02F},
                       .sky_fill = {0.30F, 0.36F, 0.46F},
                       .ground_fill = {0.17F, 0.16F, 0.145F},
                       .lamps = 0,
                       .exposure = 0.92F,
                       .noise = 1.6F};
    const Lighting night{.sun = {},
                         .sky_zenith = {0.035F, 0.06F, 0.14F},
                         .sky_horizon = {0.34F, 0.25F, 0.24F},
                         .sky_fill = {0.075F, 0.085F, 0.125F},
                         .ground_fill = {0.035F, 0.033F, 0.035F},
                         .lamps = 1,
                         .exposure = 2.8F,
                         .noise = 3.4F};
    return {.sun = mix(day.sun, night.sun, dusk),
            .sky_zenith = mix(day.sky_zenith, night.sky_zenith, dusk),
            .sky_horizon = mix(day.sky_horizon, night.sky_horizon, dusk),
            .sky_fill = mix(day.sky_fill, night.sky_fill, dusk),
            .ground_fill = mix(day.ground_fill, night.ground_fill, dusk),
            .lamps = dusk,
            .exposure = mix(day.exposure, night.exposure, dusk),
            .noise = mix(day.noise, night.noise, dusk)};
}

Color3 lamp_light(Vec3 at, Vec3 n) noexcept {
    constexpr Color3 kWarm{9.0F, 6.9F, 4.5F};
    float sum = 0;
    for (const Vec3 lamp : kStreetLamps) {
        const Vec3 d = lamp - at;
        const float squared = dot(d, d);
        if (squared > 500 || d.z <= 0)
            continue;
        const float distance = std::sqrt(squared);
        const float downwards = d.z / distance;
        // A little light wraps round the edge, as from a large lamp head.
        const float facing = std::max(0.0F, (dot(n, d) / distance + 0.15F) / 1.15F);
        sum += facing * downwards * downwards / (squared + 2);
    }
    return kWarm * sum;
}

Color3 surroundings(Vec3 direction, const Lighting& light) noexcept {
    const float up = direction.z;
    if (up < -0.02F)
        return light.ground_fill * 0.9F +
               (light.sun + Color3{0.06F, 0.05F, 0.04F} * light.lamps) * 0.16F;
    const float azimuth = std::atan2(direction.x, direction.y) * 3.2F;
    const float roofs = 0.16F + 0.22F * value_noise(azimuth, 7.0F, 91);
    const Color3 houses = light.sky_fill * 0.45F + light.sun * 0.12F;
    const float t = clamp01(up);
    const Color3 sky = mix(light.sky_horizon, light.sky_zenith, std::sqrt(t));
    return mix(houses, sky, smoothstep(roofs - 0.03F, roofs + 0.03F, up));
}

Color3 shade(const Surface& surface, const Spot& spot, const Lighting& light) noexcept {
    const auto& [at, normal, to_eye, sun_seen, open] = spot;
    const float facing_eye = std::max(0.0F, dot(normal, to_eye));
    const float facing_sun = std::max(0.0F, dot(normal, Lighting::kToSun)) * sun_seen;
    Color3 arriving = mix(light.ground_fill, light.sky_fill, 0.5F + 0.5F * normal.z) * open;
    if (light.lamps > 0.01F)
        arriving += lamp_light(at, normal) * (light.lamps * (0.4F + 0.6F * open));
    arriving += light.sun * facing_sun;
    Color3 seen = surface.albedo * arriving + surface.glow;

    const float edge = 1 - facing_eye;
    const float edge2 = edge * edge;
    const float mirrored = surface.mirror + (1 - surface.mirror) * edge2 * edge2 * edge *
                                                std::min(1.0F, surface.mirror * 14);
    if (mirrored > 0.01F) {
        const Vec3 reflected = normal * (2 * dot(normal, to_eye)) - to_eye;
        seen = seen * (1 - 0.6F * mirrored) +
               surroundings(reflected, light) * (mirrored * (0.35F + 0.65F * open));
    }
    if (facing_sun > 0 && surface.highlight > 0.01F) {
        const Vec3 half = normalized(Lighting::kToSun + to_eye);
        seen += light.sun * (surface.highlight *
                             std::pow(std::max(0.0F, dot(normal, half)), surface.gloss) * sun_seen);
    }
    return seen;
}

} // namespace vedette::media::demo
