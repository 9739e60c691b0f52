#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "demo/mesh.h"
#include "demo/vec.h"

namespace vedette::media::demo {

enum class VehicleKind : std::uint8_t { hatchback = 1, sedan, suv, van, lorry, bus, motorcycle };

/// A window in side view: four corners (x, z) in metres, counter-clockwise with x to the right.
using Pane = std::array<Vec2, 4>;

/// A rectangle in front or rear view, mirrored to both sides: y (from the middle outwards) and z in
/// metres.
struct FaceRect {
    float y_low = 0, y_high = 0, z_low = 0, z_high = 0;
};

/// The numbers a shell is made of and its painter needs. Lengths in metres; x forward, z up.
struct BodyShape {
    float length = 0, width = 0, height = 0;
    float sill = 0.2F;        ///< height of the underside
    float belt = 0.95F;       ///< where the windows begin
    float tumblehome = 0.25F; ///< how fast the sides lean inwards above the belt, metres per metre
    float roof_radius = 0.14F;
    float nose_round = 0.7F;  ///< over which length the front narrows in plan
    float nose_width = 0.84F; ///< share of the width that is left at the very front
    float tail_round = 0.5F;
    float tail_width = 0.9F;
    float front_bulge = 0.1F, rear_bulge = 0.05F;
    std::span<const Vec2> top{}; ///< (x, z) of the silhouette from the front to the rear
    std::span<const Pane> panes{};
    std::span<const float> seams{}; ///< x of door gaps
    float windscreen_low = 0,
          windscreen_high = 0; ///< x where it begins (front) and ends (roof); equal: none
    float rear_glass_high = 0,
          rear_glass_low = 0;             ///< x where it begins (roof) and ends; equal: none
    FaceRect front_glass{}, rear_glass{}; ///< windows in flat faces; empty: none
    FaceRect head_lamp{}, tail_lamp{}, grille{};
    float plate_front_z = 0.42F, plate_rear_z = 0.6F;
    std::array<float, 3> axles{}; ///< x of the wheels; 0: no such axle
    float wheel_radius = 0.32F;
};

/// \pre kind is not motorcycle
[[nodiscard]] const BodyShape& body_shape(VehicleKind kind) noexcept;

/// Size of a plate on the road, metres.
struct PlateSize {
    float width = 0.52F, height = 0.11F;
};

/// The whole vehicle, ready to be painted.
[[nodiscard]] Mesh make_vehicle(VehicleKind kind, PlateSize plate);

/// Where the plate's corners are in object space: top left, top right, bottom right, bottom left as
/// a viewer sees them. The rear one for a motorcycle whichever is asked.
enum class PlateSide : std::uint8_t { front = 1, rear };
[[nodiscard]] std::array<Vec3, 4> plate_corners(VehicleKind kind, PlateSide side,
                                                PlateSize plate) noexcept;

} // namespace vedette::media::demo
