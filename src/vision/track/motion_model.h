#pragma once

#include <array>

#include "vedette/domain/geometry.h"

namespace vedette::vision {

/// How far objects stray from steady motion and detectors from the truth, in sizes of the object,
/// so that near and far ones are treated alike.
struct MotionNoise {
    double position_drift = 0.15; ///< sizes per √second that a position strays without a cause
    double acceleration = 1.5;    ///< sizes/second per √second that a velocity strays
    double size_drift = 0.15;     ///< the same two for width and height
    double size_acceleration = 0.3;
    double measurement = 0.055;    ///< sizes, standard deviation of a detected edge
    double initial_velocity = 3.0; ///< sizes/second, standard deviation of a new object's velocity
};

/// Position and velocity of one coordinate under a Kalman filter with steady velocity.
class AxisFilter {
public:
    AxisFilter(double position, double position_variance, double velocity_variance) noexcept;

    /// `drift` and `acceleration` are variances per second (of the position, of the velocity).
    void predict(double seconds, double drift, double acceleration) noexcept;
    void correct(double measured, double variance) noexcept;
    void stop() noexcept { velocity_ = 0; }

    [[nodiscard]] double position() const noexcept { return position_; }
    [[nodiscard]] double velocity() const noexcept { return velocity_; }

private:
    double position_;
    double velocity_ = 0;
    double position_variance_;
    double covariance_ = 0;
    double velocity_variance_;
};

/// Where a box is and where it will be, from noisy measurements at any points in time.
///
/// ByteTrack's state (centre, size and their velocities) with noise in proportion to the object's
/// size. All noise of the method is diagonal, so its 8×8 covariance consists of four independent
/// 2×2 blocks for ever; only those are computed. Time is in seconds: a frame that comes late counts
/// for what it is. Lengths are in picture heights on both axes; boxes go in and come out
/// normalized.
class BoxFilter {
public:
    /// `aspect_ratio`: picture width / height.
    BoxFilter(const domain::NormBox& box, double aspect_ratio, const MotionNoise& noise) noexcept;

    void predict(double seconds) noexcept;
    void correct(const domain::NormBox& measured) noexcept;
    /// An object that is out of sight keeps its size.
    void stop_growing() noexcept;
    void stop_moving() noexcept;

    [[nodiscard]] domain::NormBox box() const noexcept;
    [[nodiscard]] domain::NormPoint
    velocity() const noexcept; ///< picture widths, heights per second

private:
    enum Axis : std::size_t { centre_x = 0, centre_y, width, height };
    [[nodiscard]] double extent() const noexcept;

    double aspect_ratio_;
    MotionNoise noise_;
    std::array<AxisFilter, 4> axes_;
};

} // namespace vedette::vision
