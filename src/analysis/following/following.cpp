#include "vedette/analysis/following.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "following/cells.h"
#include "following/impl.h"
#include "ranges.h"

namespace vedette::analysis {
Status check(const FollowingOptions& options) {
    VEDETTE_CHECK_OK(check(options.score));
    VEDETTE_CHECK_OK(
        in_range("horizon (hours)", static_cast<double>(options.horizon.count()), 1, 400 * 24));
    VEDETTE_CHECK_OK(in_range("session_gap (seconds)",
                              static_cast<double>(options.session_gap.count()), 60, 86'400));
    VEDETTE_CHECK_OK(in_range("utc_offset (minutes)",
                              static_cast<double>(options.utc_offset.count()), -1439, 1439));
    VEDETTE_CHECK_OK(in_range("same_place_m", options.same_place_m, 0, 10'000));
    VEDETTE_CHECK_OK(in_range("alert_llr", options.alert_llr, 0, 1000));
    VEDETTE_CHECK_OK(in_range("alerts_per_month", options.alerts_per_month, 1e-9, 1e6));
    VEDETTE_CHECK_OK(in_range("followers_per_month", options.followers_per_month, 1e-6, 10));
    VEDETTE_CHECK_OK(in_range("merge_below", options.merge_below, 0, 1));
    VEDETTE_CHECK_OK(in_range("min_sessions", options.min_sessions, 1, 10'000));
    VEDETTE_CHECK_OK(in_range("min_distinct_places", options.min_distinct_places, 1, 10'000));
    VEDETTE_CHECK_OK(in_range("min_detections", options.min_detections, 1, 10'000));
    const auto count = [](std::string_view name, std::size_t value, double low) {
        return in_range(name, static_cast<double>(value), low, 4e9);
    };
    VEDETTE_CHECK_OK(count("max_subjects", options.max_subjects, 1));
    VEDETTE_CHECK_OK(count("max_candidates", options.max_candidates, 16));
    VEDETTE_CHECK_OK(count("max_all_candidates", options.max_all_candidates, 16));
    VEDETTE_CHECK_OK(count("max_vehicles", options.max_vehicles, 100));
    VEDETTE_CHECK_OK(count("max_passes", options.max_passes, 100));
    VEDETTE_CHECK_OK(count("max_vehicle_passes", options.max_vehicle_passes, 16));
    VEDETTE_CHECK_OK(count("max_alerts", options.max_alerts, 1));
    return in_range("decoys", static_cast<double>(options.decoys), 0, 10'000);
}

FollowingAnalysis::Impl::Impl(const FollowingOptions& options, std::span<const Place> places)
    : options_{options}, local_{std::chrono::microseconds{options.utc_offset}.count()},
      lag_{std::chrono::microseconds{options.score.max_lag}.count()},
      gap_{std::chrono::microseconds{options.session_gap}.count()},
      horizon_{std::chrono::microseconds{options.horizon}.count()}, traffic_{local_},
      followers_per_month_{options.followers_per_month} {
    for (const Place& place : places)
        if (camera_index_.find(place.camera.value()) == camera_index_.end() &&
            cameras_.size() < 65'000)
            intern_camera(place.camera.value(), &place);
}

CameraIndex FollowingAnalysis::Impl::intern_camera(const std::string& name, const Place* place) {
    const auto index =
        free_cameras_.empty() ? static_cast<CameraIndex>(cameras_.size()) : *free_cameras_.begin();
    free_cameras_.erase(index);
    if (index == cameras_.size()) {
        cameras_.emplace_back();
        place_points_.emplace_back();
    }
    KnownCamera camera{.name = name, .place = index, .clock_error_s = 0, .at = {}};
    if (place == nullptr && (camera.at = cell_middle(name)))
        camera.place = cell_place(*camera.at);
    if (place != nullptr) {
        camera.clock_error_s = std::chrono::duration<double>(place->clock_error).count();
        const auto near =
            std::find_if(place_points_.begin(), place_points_.end(), [&](const auto& other) {
                return other && distance_m(*other, place->at) < options_.same_place_m;
            });
        if (near != place_points_.end())
            camera.place = cameras_[static_cast<std::size_t>(near - place_points_.begin())].place;
        place_points_[index] = place->at;
    }
    cameras_[index] = std::move(camera);
    camera_index_.emplace(name, index);
    return index;
}

void FollowingAnalysis::Impl::forget(std::string_view plate) {
    std::erase_if(waiting_, [plate](const Pass& pass) { return pass.plate == plate; });
    if (const VehicleIndex known = vehicles_.find(plate);
        known != kNoVehicle && vehicles_[known].person >= 0) {
        const std::int32_t person = std::exchange(vehicles_[known].person, -1);
        std::erase(subjects_[static_cast<std::size_t>(person)].plates, known);
        gather_plates(person);
    }
    remove_subject(plate);
    const VehicleIndex vehicle = vehicles_.find(plate);
    if (vehicle == kNoVehicle)
        return;
    for (RecentPasses& recent : recent_)
        recent.forget(vehicle);
    candidate_count_ = 0;
    for (Subject& subject : subjects_) {
        std::erase(subject.met_here, vehicle);
        std::erase(subject.met_before, vehicle);
        subject.candidates.remove(vehicle);
        candidate_count_ += subject.candidates.all().size();
    }
    std::erase_if(alerts_, [plate](const Finding& alert) { return alert.vehicle == plate; });
    vehicles_.remove(vehicle);
}

std::vector<Finding> FollowingAnalysis::Impl::take_alerts() {
    std::vector<Finding> taken;
    taken.swap(alerts_);
    return taken;
}

FollowingSize FollowingAnalysis::Impl::size() const {
    return {.vehicles = vehicles_.size(),
            .passes = vehicles_.reads(),
            .subjects = subject_count_,
            .candidates = candidate_count_,
            .turns = traffic_.turns(),
            .waiting = waiting_.size(),
            .bytes = bytes()};
}

/// By what is held, without asking the allocator: names and pairs count with their usual size.
std::size_t FollowingAnalysis::Impl::bytes() const {
    constexpr std::size_t kVehicle = sizeof(Vehicle) + 2 * sizeof(VehicleIndex);
    constexpr std::size_t kTurn = 64;
    constexpr std::size_t kCamera = 2'048; // hourly rates of a week, mostly
    std::size_t recent = 0;
    for (const RecentPasses& one : recent_)
        recent += one.all.size() + one.subjects.size();
    return vehicles_.reads() * sizeof(Read) + vehicles_.size() * kVehicle +
           candidate_count_ * sizeof(Candidate) + traffic_.turns() * kTurn +
           cameras_.size() * kCamera + recent * sizeof(Recent) + waiting_.size() * sizeof(Pass);
}

Result<FollowingAnalysis> FollowingAnalysis::make(const FollowingOptions& options,
                                                  std::span<const Place> places) {
    VEDETTE_CHECK_OK(check(options));
    return FollowingAnalysis{std::make_unique<Impl>(options, places)};
}

FollowingAnalysis::FollowingAnalysis(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
FollowingAnalysis::FollowingAnalysis(FollowingAnalysis&& other) noexcept = default;
FollowingAnalysis& FollowingAnalysis::operator=(FollowingAnalysis&& other) noexcept = default;
FollowingAnalysis::~FollowingAnalysis() = default;

Status FollowingAnalysis::add_subject(std::string_view plate) {
    return impl_->add_subject(std::string{plate}, SubjectKind::plate);
}
Status FollowingAnalysis::add_mobile_subject(std::string_view name,
                                             std::span<const domain::CameraId> cameras) {
    return impl_->add_mobile_subject(name, cameras);
}
Status FollowingAnalysis::add_person(std::string_view name, std::span<const std::string> plates) {
    return impl_->add_person(name, plates);
}
bool FollowingAnalysis::remove_subject(std::string_view plate) {
    return impl_->remove_subject(plate);
}
void FollowingAnalysis::forget(std::string_view plate) { impl_->forget(plate); }
std::vector<std::string> FollowingAnalysis::subjects() const { return impl_->subjects(); }
std::vector<FollowingSubject> FollowingAnalysis::described() const { return impl_->described(); }
std::optional<FollowingSubject> FollowingAnalysis::described(std::string_view name) const {
    return impl_->described(name);
}
bool FollowingAnalysis::is_of_subject(std::string_view plate) const {
    return impl_->is_of_subject(plate);
}
std::string FollowingAnalysis::carrier_of(const domain::CameraId& camera) const {
    return impl_->carrier_of(camera);
}
PassTaken FollowingAnalysis::on_pass(const Pass& pass) { return impl_->on_pass(pass); }
void FollowingAnalysis::on_watermark(WallTime now) { impl_->on_watermark(now); }
std::vector<Finding> FollowingAnalysis::take_alerts() { return impl_->take_alerts(); }
Result<std::vector<Finding>> FollowingAnalysis::findings(std::string_view subject,
                                                         std::size_t limit) const {
    return impl_->findings(subject, limit);
}
Result<Finding> FollowingAnalysis::finding(std::string_view subject,
                                           std::string_view vehicle) const {
    return impl_->finding(subject, vehicle);
}
void FollowingAnalysis::calibrate() { impl_->calibrate(); }
std::string FollowingAnalysis::save() const { return impl_->save(); }
FollowingCounts FollowingAnalysis::counts() const { return impl_->counts(); }
FollowingSize FollowingAnalysis::size() const { return impl_->size(); }
const FollowingOptions& FollowingAnalysis::options() const { return impl_->options(); }

Result<FollowingAnalysis> FollowingAnalysis::restore(std::string_view state,
                                                     const FollowingOptions& options,
                                                     std::span<const Place> places) {
    VEDETTE_CHECK_OK(check(options));
    auto impl = std::make_unique<Impl>(options, places);
    VEDETTE_CHECK_OK(impl->load(state));
    return FollowingAnalysis{std::move(impl)};
}

} // namespace vedette::analysis
