#pragma once

#include <algorithm>
#include <cmath>

namespace vedette::media::demo {

inline constexpr float kPi = 3.14159265F;

struct Vec2 {
    float x = 0;
    float y = 0;
};

/// A point or direction in metres, or a linear colour (x red, y green, z blue).
struct Vec3 {
    float x = 0;
    float y = 0;
    float z = 0;

    friend constexpr Vec3 operator+(Vec3 a, Vec3 b) noexcept {
        return {a.x + b.x, a.y + b.y, a.z + b.z};
    }
    friend constexpr Vec3 operator-(Vec3 a, Vec3 b) noexcept {
        return {a.x - b.x, a.y - b.y, a.z - b.z};
    }
    friend constexpr Vec3 operator*(Vec3 a, Vec3 b) noexcept {
        return {a.x * b.x, a.y * b.y, a.z * b.z};
    }
    friend constexpr Vec3 operator*(Vec3 a, float s) noexcept {
        return {a.x * s, a.y * s, a.z * s};
    }
    friend constexpr Vec3 operator*(float s, Vec3 a) noexcept { return a * s; }
    constexpr Vec3& operator+=(Vec3 b) noexcept { return *this = *this + b; }
};
using Color3 = Vec3;

[[nodiscard]] constexpr float dot(Vec3 a, Vec3 b) noexcept {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
[[nodiscard]] constexpr Vec3 cross(Vec3 a, Vec3 b) noexcept {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
[[nodiscard]] inline float length(Vec3 a) noexcept { return std::sqrt(dot(a, a)); }
[[nodiscard]] inline Vec3 normalized(Vec3 a) noexcept {
    const float l = length(a);
    return l > 1e-12F ? a * (1.0F / l) : Vec3{0, 0, 1};
}
[[nodiscard]] constexpr float mix(float a, float b, float t) noexcept { return a + (b - a) * t; }
[[nodiscard]] constexpr Vec3 mix(Vec3 a, Vec3 b, float t) noexcept { return a + (b - a) * t; }
[[nodiscard]] constexpr float clamp01(float v) noexcept { return std::clamp(v, 0.0F, 1.0F); }
/// 0 below `a`, 1 above `b`, smooth between.
[[nodiscard]] constexpr float smoothstep(float a, float b, float v) noexcept {
    const float t = clamp01((v - a) / (b - a));
    return t * t * (3.0F - 2.0F * t);
}
/// sRGB bytes as 0xRRGGBB to linear light (gamma 2.2 is near enough for paint).
[[nodiscard]] inline Color3 rgb(unsigned hex) noexcept {
    const auto channel = [hex](unsigned shift) {
        return std::pow(static_cast<float>((hex >> shift) & 255U) / 255.0F, 2.2F);
    };
    return {channel(16), channel(8), channel(0)};
}

/// Where a thing stands in the world: turned about the vertical, then moved.
struct Pose {
    Vec3 at; ///< world: x to the right, y away from the camera along the street, z up
    float cos_yaw = 1;
    float sin_yaw = 0;

    [[nodiscard]] static Pose facing(Vec3 at, float yaw_rad) noexcept {
        return {at, std::cos(yaw_rad), std::sin(yaw_rad)};
    }
    [[nodiscard]] constexpr Vec3 turn(Vec3 v) const noexcept {
        return {v.x * cos_yaw - v.y * sin_yaw, v.x * sin_yaw + v.y * cos_yaw, v.z};
    }
    [[nodiscard]] constexpr Vec3 operator()(Vec3 v) const noexcept { return turn(v) + at; }
    [[nodiscard]] constexpr Vec3 to_local(Vec3 world) const noexcept {
        const Vec3 d = world - at;
        return {d.x * cos_yaw + d.y * sin_yaw, -d.x * sin_yaw + d.y * cos_yaw, d.z};
    }
};

} // namespace vedette::media::demo
