#pragma once

#include <array>

#include "demo/vec.h"

namespace vedette::media::demo {

/// The light of one moment. Colours are linear; a white sheet in the sun is about 1.
struct Lighting {
    Color3 sun;         ///< 0 at dusk
    Color3 sky_zenith;  ///< what the sky looks like overhead …
    Color3 sky_horizon; ///< … and low
    Color3 sky_fill;    ///< light that it sheds on a surface that faces up
    Color3 ground_fill; ///< the same for a surface that faces down
    float lamps = 0;    ///< 0..1, street lamps, head lamps, lit windows
    float exposure = 1;
    float noise = 1; ///< the sensor's, in steps of an 8-bit picture

    static constexpr Vec3 kToSun{0.37876F, -0.50502F,
                                 0.77557F}; ///< behind the camera, to its right
};

/// \param dusk 0: afternoon, 1: after sunset
[[nodiscard]] Lighting lighting_at(float dusk) noexcept;

/// Heads of the street lamps, world metres.
inline constexpr float kLampHeight = 6.2F;
inline constexpr std::array<Vec3, 5> kStreetLamps{{{-2.6F, 15.0F, kLampHeight},
                                                   {4.2F, 31.0F, kLampHeight},
                                                   {-2.6F, 55.0F, kLampHeight},
                                                   {4.2F, 74.0F, kLampHeight},
                                                   {-2.6F, 98.0F, kLampHeight}}};

/// Light of all street lamps on a surface at `at` with normal `n`, at full strength.
[[nodiscard]] Color3 lamp_light(Vec3 at, Vec3 n) noexcept;

/// What a mirror would show in this direction: sky, a line of houses, road.
[[nodiscard]] Color3 surroundings(Vec3 direction, const Lighting& light) noexcept;

/// How a point of a surface answers light.
struct Surface {
    Color3 albedo;
    float mirror = 0.02F;   ///< share reflected straight on; grows towards grazing angles
    float gloss = 12;       ///< Blinn exponent of the sun's highlight
    float highlight = 0.1F; ///< strength of it
    Color3 glow;            ///< light of its own
};

/// Where a point of a surface lies and what can reach it.
struct Spot {
    Vec3 at;
    Vec3 normal;
    Vec3 to_eye;
    float sun_seen = 0; ///< 0 in full shadow .. 1
    float open = 1;     ///< 0..1, how much of sky and ground it sees
};

[[nodiscard]] Color3 shade(const Surface& surface, const Spot& spot,
                           const Lighting& light) noexcept;

} // namespace vedette::media::demo
