#include "vedette/analysis/following.h"

#include <algorithm>
#include <cmath>

#include "following/impl.h"
#include "ranges.h"

namespace vedette::analysis {
namespace {

constexpr std::string_view kMobile = "@"; ///< no plate begins so

} // namespace

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
    const auto index = static_cast<CameraIndex>(cameras_.size());
    KnownCamera camera{.name = name, .place = index, .clock_error_s = 0};
    place_points_.push_back(place != nullptr ? std::optional{place->at} : std::nullopt);
    if (place != nullptr) {
        camera.clock_error_s = std::chrono::duration<double>(place->clock_error).count();
        for (CameraIndex other = 0; other < index; ++other)
            if (place_points_[other] &&
                distance_m(*place_points_[other], place->at) < options_.same_place_m) {
                camera.place = cameras_[other].place;
                break;
            }
    }
    cameras_.push_back(std::move(camera));
    camera_index_.emplace(name, index);
    return index;
}

std::int32_t FollowingAnalysis::Impl::subject_of(std::string_view plate) const {
    VehicleIndex vehicle = vehicles_.find(plate);
    if (vehicle == kNoVehicle || vehicles_[vehicle].subject < 0)
        vehicle = vehicles_.find(std::string{kMobile} + std::string{plate});
    return vehicle == kNoVehicle ? -1 : vehicles_[vehicle].subject;
}

Status FollowingAnalysis::Impl::add_subject(const std::string& plate, bool mobile) {
    if (plate.empty() || plate.size() > 64)
        return Error{ErrorCode::invalid_argument,
                     "a subject's plate has 1 to 64 signs, not " + std::to_string(plate.size())};
    if (subject_of(plate) >= 0)
        return {};
    if (subject_count_ >= options_.max_subjects)
        return Error{ErrorCode::resource_exhausted,
                     "no more than " + std::to_string(options_.max_subjects) +
                         " subjects: raise max_subjects or remove one"};
    const VehicleIndex vehicle =
        vehicles_.find_or_add(mobile ? std::string{kMobile} + plate : plate);
    std::size_t index = 0;
    while (index < subjects_.size() && subjects_[index].vehicle != kNoVehicle)
        ++index;
    if (index == subjects_.size())
        subjects_.emplace_back();
    subjects_[index] = Subject{};
    subjects_[index].vehicle = vehicle;
    subjects_[index].mobile = mobile;
    ++subject_count_;
    vehicles_[vehicle].subject = static_cast<std::int32_t>(index);
    fill_candidates(static_cast<std::int32_t>(index));
    return {};
}

/// From what is remembered, as if it had been a subject all the time.
void FollowingAnalysis::Impl::fill_candidates(std::int32_t index) {
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    const auto& own = vehicles_[subject.vehicle].reads;
    if (own.empty())
        return;
    std::vector<std::vector<std::pair<std::int64_t, std::uint32_t>>> at(cameras_.size());
    for (const Read& read : own) {
        on_subject_read(index, read.at);
        at[read.camera].emplace_back(read.at, subject.session);
    }
    for (VehicleIndex i = 0; i < vehicles_.end(); ++i) {
        if (i == subject.vehicle)
            continue;
        std::uint32_t last = 0;
        for (const Read& read : vehicles_[i].reads) {
            const auto& here = at[read.camera];
            for (auto seen = std::lower_bound(here.begin(), here.end(),
                                              std::pair{read.at - lag_, std::uint32_t{0}});
                 seen != here.end() && seen->first <= read.at + lag_; ++seen) {
                if (seen->second <= last)
                    continue;
                last = seen->second;
                Candidate& candidate = subject.candidates.find_or_add(i);
                candidate.session = last;
                ++candidate.sessions;
                candidate.ceiling += 18;
                candidate.met = 255; // not counted: judged when next seen
            }
        }
        while (subject.candidates.all().size() > most_candidates())
            counts_.candidates_dropped += subject.candidates.shed();
    }
    candidate_count_ += subject.candidates.all().size();
    for (RecentPasses& recent : recent_) {
        recent.subjects.clear();
        for (const Recent& pass : recent.all)
            if (vehicles_[pass.vehicle].subject >= 0)
                recent.subjects.push_back(pass);
    }
}

Status FollowingAnalysis::Impl::add_mobile_subject(std::string_view name,
                                                   std::span<const domain::CameraId> cameras) {
    const std::int32_t known = subject_of(name);
    for (const domain::CameraId& camera : cameras)
        if (const auto other = mobile_cameras_.find(camera.value());
            other != mobile_cameras_.end() && other->second != known)
            return Error{ErrorCode::already_exists,
                         "camera '" + camera.value() + "' is carried by another subject"};
    VEDETTE_CHECK_OK(add_subject(std::string{name}, true));
    for (const domain::CameraId& camera : cameras)
        mobile_cameras_[camera.value()] = subject_of(name);
    return {};
}

bool FollowingAnalysis::Impl::remove_subject(std::string_view plate) {
    const std::int32_t index = subject_of(plate);
    if (index < 0)
        return false;
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    const VehicleIndex vehicle = subject.vehicle;
    candidate_count_ -= subject.candidates.all().size();
    for (RecentPasses& recent : recent_)
        std::erase_if(recent.subjects,
                      [vehicle](const Recent& pass) { return pass.vehicle == vehicle; });
    std::erase_if(mobile_cameras_, [index](const auto& camera) { return camera.second == index; });
    std::erase_if(
        alerts_, [name = name_of(vehicle)](const Finding& alert) { return alert.subject == name; });
    vehicles_[vehicle].subject = -1;
    if (subject.mobile || vehicles_[vehicle].reads.empty()) {
        for (RecentPasses& recent : recent_)
            recent.forget(vehicle);
        for (Subject& other : subjects_)
            other.candidates.remove(vehicle);
        vehicles_.remove(vehicle);
    }
    subject = {};
    --subject_count_;
    while (!subjects_.empty() && subjects_.back().vehicle == kNoVehicle)
        subjects_.pop_back();
    return true;
}

void FollowingAnalysis::Impl::forget(std::string_view plate) {
    std::erase_if(waiting_, [plate](const Pass& pass) { return pass.plate == plate; });
    remove_subject(plate);
    const VehicleIndex vehicle = vehicles_.find(plate);
    if (vehicle == kNoVehicle)
        return;
    for (RecentPasses& recent : recent_)
        recent.forget(vehicle);
    candidate_count_ = 0;
    for (Subject& subject : subjects_) {
        subject.candidates.remove(vehicle);
        candidate_count_ += subject.candidates.all().size();
    }
    std::erase_if(alerts_, [plate](const Finding& alert) { return alert.vehicle == plate; });
    vehicles_.remove(vehicle);
}

std::vector<std::string> FollowingAnalysis::Impl::subjects() const {
    std::vector<std::string> plates;
    for (const Subject& subject : subjects_)
        if (subject.vehicle != kNoVehicle)
            plates.push_back(vehicles_[subject.vehicle].plate.substr(subject.mobile ? 1 : 0));
    std::sort(plates.begin(), plates.end());
    return plates;
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
    return impl_->add_subject(std::string{plate}, false);
}
Status FollowingAnalysis::add_mobile_subject(std::string_view name,
                                             std::span<const domain::CameraId> cameras) {
    return impl_->add_mobile_subject(name, cameras);
}
bool FollowingAnalysis::remove_subject(std::string_view plate) {
    return impl_->remove_subject(plate);
}
void FollowingAnalysis::forget(std::string_view plate) { impl_->forget(plate); }
std::vector<std::string> FollowingAnalysis::subjects() const { return impl_->subjects(); }
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
