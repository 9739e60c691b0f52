#pragma once

#include "demo/mesh.h"
#include "demo/painter.h"

namespace vedette::media::demo {

/// Lines of the street's plan: x in metres across it, y along it.
namespace plan {
inline constexpr float kLaneX = 1.6F; ///< middle of a lane; vehicles keep right
inline constexpr float kLeftKerbX = -3.3F;
inline constexpr float kParkingX = 3.3F;   ///< parked cars stand between this line …
inline constexpr float kRightKerbX = 5.6F; ///< … and the kerb
inline constexpr float kLeftWallX = -7.0F;
inline constexpr float kRightWallX = 8.6F;
inline constexpr float kZebraNearY = 20.0F;
inline constexpr float kZebraFarY = 23.0F;
inline constexpr float kJunctionNearY = 44.0F;
inline constexpr float kJunctionFarY = 51.0F;
inline constexpr float kEndY = 168.0F; ///< where a row of houses closes the view
} // namespace plan

/// Everything that does not move, in world metres.
[[nodiscard]] Mesh make_street(std::uint64_t seed);

/// Leaves are drawn as a cloud of specks: whether this point of a crown is a gap.
[[nodiscard]] bool leaf_gap(const Fragment& fragment) noexcept;

/// Asphalt, markings, slabs, facades, trees. Fragments are in world metres.
class StreetPainter final : public Painter {
public:
    explicit StreetPainter(std::uint64_t seed) noexcept
        : salt_{static_cast<std::uint32_t>(mix_seed(seed))} {}
    [[nodiscard]] Surface at(const Fragment& fragment, const Lighting& light) const override;

private:
    [[nodiscard]] static std::uint64_t mix_seed(std::uint64_t seed) noexcept;
    [[nodiscard]] Surface ground(const Fragment& f) const;
    [[nodiscard]] Surface asphalt(Vec3 p, float pixel_m) const;
    [[nodiscard]] Surface paving(Vec3 p, float pixel_m) const;
    [[nodiscard]] Surface wall(const Fragment& f, const Lighting& light) const;
    [[nodiscard]] Surface window(Vec2 in_cell, std::uint32_t id, const Lighting& light) const;

    std::uint32_t salt_;
};

} // namespace vedette::media::demo
