#include "live/decoding_share.h"

#include <algorithm>

#include "vedette/base/assert.h"

namespace vedette::pipeline {

DecodingShare::Seat::Seat(DecodingShare& all, double weight)
    : all_{all}, number_{all.add(weight)} {}

DecodingShare::Seat::~Seat() { all_.remove(number_); }

double DecodingShare::Seat::share() const {
    const std::scoped_lock lock{all_.mutex_};
    return all_.share_of(all_.cameras_.at(number_));
}

void DecodingShare::Seat::decodes(SteadyTime now, bool late, const Work& work) {
    const std::scoped_lock lock{all_.mutex_};
    Camera& camera = all_.cameras_.at(number_);
    camera.decoded = true;
    camera.late = camera.late || late;
    camera.work.time += work.time;
    camera.work.processor += work.processor;
    if (now - all_.began_ < kPeriod)
        return;
    all_.began_ = now;
    all_.settle();
}

double DecodingShare::smallest() const {
    const std::scoped_lock lock{mutex_};
    return std::clamp(level_ * smallest_weight_ / largest_weight_, kLeast, 1.0);
}

std::uint64_t DecodingShare::add(double weight) {
    VEDETTE_ASSERT(weight > 0);
    const std::scoped_lock lock{mutex_};
    cameras_[++last_number_].weight = weight;
    fit();
    return last_number_;
}

void DecodingShare::remove(std::uint64_t number) {
    const std::scoped_lock lock{mutex_};
    cameras_.erase(number);
    fit();
}

/// The cameras are others: keeps what the one of the largest weight has, unless all had all.
void DecodingShare::fit() {
    const bool full = level_ * smallest_weight_ >= largest_weight_;
    const auto by_weight = [](const auto& a, const auto& b) {
        return a.second.weight < b.second.weight;
    };
    const auto [least, most] = std::minmax_element(cameras_.begin(), cameras_.end(), by_weight);
    smallest_weight_ = cameras_.empty() ? 1 : least->second.weight;
    largest_weight_ = cameras_.empty() ? 1 : most->second.weight;
    const double top = largest_weight_ / smallest_weight_;
    level_ = full ? top : std::min(level_, top);
}

/// For a processor, more than a fifth of its time.
bool DecodingShare::waited(const Work& work) { return work.processor * 5 < work.time * 4; }

/// At the end of a period.
void DecodingShare::settle() {
    int decoded = 0;
    int late = 0;
    for (auto& [number, camera] : cameras_) {
        decoded += camera.decoded ? 1 : 0;
        late += camera.late && waited(camera.work) ? 1 : 0;
        camera.decoded = camera.late = false;
        camera.work = {};
    }
    const int may_be_late = decoded == 1 ? 0 : (decoded + 3) / 4;
    if (late > may_be_late)
        level_ = std::max(kLeast, level_ * (1 - kFall * late / decoded));
    else
        level_ =
            std::min(level_ + kRise * std::max(1.0, level_), largest_weight_ / smallest_weight_);
}

double DecodingShare::share_of(const Camera& camera) const {
    return std::clamp(level_ * camera.weight / largest_weight_, kLeast, 1.0);
}

} // namespace vedette::pipeline
