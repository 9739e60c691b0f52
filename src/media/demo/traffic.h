#pragma once

#include <cstdint>
#include <vector>

#include "demo/person.h"
#include "demo/plate.h"
#include "demo/vehicle_paint.h"

namespace vedette::media::demo {

/// How far along its way something is at a moment; times in seconds of the clip, lengths in metres.
struct Motion {
    float start_m = 0; ///< at time 0; may be far behind the way's beginning
    float speed_mps = 0;
    float stop_m = 0; ///< where it stops once; read only if stop_s > 0
    float stop_s = 0; ///< how long it waits there; 0: does not stop
    float brake_mps2 = 2.6F;

    [[nodiscard]] float position(float t) const noexcept;
    [[nodiscard]] bool braking(float t) const noexcept;
    /// Stands and will stay.
    [[nodiscard]] bool parked(float t) const noexcept;
    /// \ref stop_s of what stops for good.
    static constexpr float kForGoodS = 1e6F;

private:
    [[nodiscard]] float brakes_from() const noexcept;
};

/// A straight way that may shift to the side once, as into a parking bay.
struct Route {
    Vec2 from;
    Vec2 direction{0, 1}; ///< unit length
    float shift_at_m = 0;
    float shift_over_m = 10;
    float shift_by_m = 0; ///< to the left when positive

    [[nodiscard]] Pose at(float along_m) const noexcept;
};

struct PlannedVehicle {
    int id = 0;
    VehicleLook look;
    Plate plate;
    Mesh mesh;
    Route route;
    Motion motion;
};

struct PlannedPerson {
    int id = 0;
    PersonLook look;
    Route route;
    Motion motion;
};

/// Who passes when. Made once from the seed; nothing in it changes afterwards.
struct Traffic {
    std::vector<PlannedVehicle> vehicles;
    std::vector<PlannedPerson> people;
};

/// \param seconds length of the clip; \param texels_per_mm detail of the plates
[[nodiscard]] Traffic plan_traffic(std::uint64_t seed, float seconds, float texels_per_mm);

/// Length of the whole vehicle, metres.
[[nodiscard]] float vehicle_length(VehicleKind kind) noexcept;

} // namespace vedette::media::demo
