#include "track/motion_model.h"

#include <algorithm>
#include <cmath>

namespace vedette::vision {
namespace {

constexpr double kSmallestSize = 1e-4; // picture heights; keeps a shrinking box a box

constexpr double square(double value) noexcept { return value * value; }

double size_of(double width, double height) noexcept {
    return std::max(kSmallestSize, std::sqrt(std::max(0.0, width) * std::max(0.0, height)));
}

std::array<double, 4> to_square_units(const domain::NormBox& box, double aspect_ratio) noexcept {
    const domain::NormPoint centre = box.centre();
    return {centre.x * aspect_ratio, centre.y, box.width * aspect_ratio, box.height};
}

} // namespace

AxisFilter::AxisFilter(double position, double position_variance, double velocity_variance) noexcept
    : position_{position}, position_variance_{position_variance}, velocity_variance_{
                                                                      velocity_variance} {}

void AxisFilter::predict(double seconds, double drift, double acceleration) noexcept {
    const double t = seconds;
    position_ += t * velocity_;
    position_variance_ +=
        2 * t * covariance_ + t * t * velocity_variance_ + t * drift + t * t * t / 3 * acceleration;
    covariance_ += t * velocity_variance_ + t * t / 2 * acceleration;
    velocity_variance_ += t * acceleration;
}

void AxisFilter::correct(double measured, double variance) noexcept {
    const double innovation_variance = position_variance_ + variance;
    const double position_gain = position_variance_ / innovation_variance;
    const double velocity_gain = covariance_ / innovation_variance;
    const double innovation = measured - position_;
    position_ += position_gain * innovation;
    velocity_ += velocity_gain * innovation;
    velocity_variance_ -= velocity_gain * covariance_;
    covariance_ *= 1 - position_gain;
    position_variance_ *= 1 - position_gain;
}

BoxFilter::BoxFilter(const domain::NormBox& box, double aspect_ratio,
                     const MotionNoise& noise) noexcept
    : aspect_ratio_{aspect_ratio}, noise_{noise}, axes_{[&] {
          const auto start = to_square_units(box, aspect_ratio);
          const double size = size_of(start[width], start[height]);
          const double place = square(2 * noise.measurement * size);
          const double speed = square(noise.initial_velocity * size);
          const double growth = speed / 4;
          return std::array{
              AxisFilter{start[centre_x], place, speed}, AxisFilter{start[centre_y], place, speed},
              AxisFilter{start[width], place, growth}, AxisFilter{start[height], place, growth}};
      }()} {}

double BoxFilter::extent() const noexcept {
    return size_of(axes_[width].position(), axes_[height].position());
}

void BoxFilter::predict(double seconds) noexcept {
    const double area = square(extent());
    for (const Axis axis : {centre_x, centre_y})
        axes_[axis].predict(seconds, square(noise_.position_drift) * area,
                            square(noise_.acceleration) * area);
    for (const Axis axis : {width, height})
        axes_[axis].predict(seconds, square(noise_.size_drift) * area,
                            square(noise_.size_acceleration) * area);
}

void BoxFilter::correct(const domain::NormBox& measured) noexcept {
    const auto values = to_square_units(measured, aspect_ratio_);
    const double variance = square(noise_.measurement * extent());
    for (const Axis axis : {centre_x, centre_y, width, height})
        axes_[axis].correct(values[axis], variance);
}

void BoxFilter::stop_growing() noexcept {
    axes_[width].stop();
    axes_[height].stop();
}

void BoxFilter::stop_moving() noexcept {
    for (AxisFilter& axis : axes_)
        axis.stop();
}

domain::NormBox BoxFilter::box() const noexcept {
    const double w = std::max(kSmallestSize, axes_[width].position()) / aspect_ratio_;
    const double h = std::max(kSmallestSize, axes_[height].position());
    return {static_cast<float>(axes_[centre_x].position() / aspect_ratio_ - w / 2),
            static_cast<float>(axes_[centre_y].position() - h / 2), static_cast<float>(w),
            static_cast<float>(h)};
}

domain::NormPoint BoxFilter::velocity() const noexcept {
    return {static_cast<float>(axes_[centre_x].velocity() / aspect_ratio_),
            static_cast<float>(axes_[centre_y].velocity())};
}

} // namespace vedette::vision
