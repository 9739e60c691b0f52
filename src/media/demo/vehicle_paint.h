#pragma once

#include <optional>

#include "demo/painter.h"
#include "demo/texture.h"
#include "demo/vehicle_shape.h"

namespace vedette::media::demo {

/// How one vehicle looks, whatever it does at the moment.
struct VehicleLook {
    VehicleKind kind = VehicleKind::sedan;
    Color3 paint;
    Color3 second;     ///< a lorry's box, a rider's jacket, a bus's stripe
    float dirt = 0.1F; ///< 0..1
    Texture plate_front;
    Texture plate_rear;
};

/// What changes about its look while it drives.
struct VehicleState {
    float wheel_turn_rad = 0; ///< how far the wheels have rolled
    bool braking = false;
    bool lamps_on = true; ///< at dusk; a parked car's are off
};

/// Paints a vehicle at one moment.
class VehiclePainter final : public Painter {
public:
    /// \param look must outlive the painter
    VehiclePainter(const VehicleLook& look, const VehicleState& state) noexcept;
    [[nodiscard]] Surface at(const Fragment& fragment, const Lighting& light) const override;

private:
    [[nodiscard]] Surface shell(const Fragment& f, const Lighting& light) const;
    [[nodiscard]] bool on_glass(const Fragment& f) const;
    [[nodiscard]] std::optional<Surface> face_detail(const Fragment& f,
                                                     const Lighting& light) const;
    [[nodiscard]] std::optional<Surface> front_detail(Vec3 p, const Lighting& light) const;
    [[nodiscard]] std::optional<Surface> rear_detail(Vec3 p, const Lighting& light) const;
    [[nodiscard]] float bumper_top() const noexcept { return shape_.sill + 0.13F; }
    [[nodiscard]] Surface side_detail(const Fragment& f, Surface paint) const;
    [[nodiscard]] Surface wheel(const Fragment& f) const;
    [[nodiscard]] Surface plate(const Fragment& f, const Lighting& light) const;
    [[nodiscard]] Surface cargo(const Fragment& f, const Lighting& light) const;

    const VehicleLook& look_;
    const BodyShape& shape_;
    float cos_turn_;
    float sin_turn_;
    VehicleState state_;
};

} // namespace vedette::media::demo
