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

std::int32_t FollowingAnalysis::Impl::subject_of(std::string_view plate) const {
    VehicleIndex vehicle = vehicles_.find(plate);
    if (vehicle == kNoVehicle || vehicles_[vehicle].subject < 0)
        vehicle = vehicles_.find(std::string{kNoPlate} + std::string{plate});
    return vehicle == kNoVehicle ? -1 : vehicles_[vehicle].subject;
}

Status FollowingAnalysis::Impl::add_subject(const std::string& plate, SubjectKind kind) {
    if (plate.empty() || plate.size() > 64)
        return Error{ErrorCode::invalid_argument,
                     "a subject's plate has 1 to 64 signs, not " + std::to_string(plate.size())};
    if (const std::int32_t known = subject_of(plate); known >= 0) {
        if (subjects_[static_cast<std::size_t>(known)].kind == kind)
            return {};
        return Error{ErrorCode::already_exists,
                     "'" + plate + "' is a subject of another kind already: remove it first"};
    }
    if (subject_count_ >= options_.max_subjects)
        return Error{ErrorCode::resource_exhausted,
                     "no more than " + std::to_string(options_.max_subjects) +
                         " subjects: raise max_subjects or remove one"};
    const VehicleIndex vehicle =
        vehicles_.find_or_add(kind == SubjectKind::plate ? plate : std::string{kNoPlate} + plate);
    std::size_t index = 0;
    while (index < subjects_.size() && subjects_[index].vehicle != kNoVehicle)
        ++index;
    if (index == subjects_.size())
        subjects_.emplace_back();
    subjects_[index] = Subject{};
    subjects_[index].vehicle = vehicle;
    subjects_[index].kind = kind;
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
        if (i == subject.vehicle || vehicles_[i].person == index ||
            vehicles_[i].plate.starts_with(kNoPlate))
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
    list_recent_subjects();
}

void FollowingAnalysis::Impl::list_recent_subjects() {
    for (RecentPasses& recent : recent_) {
        // Those that carry cameras are in no list of passes.
        std::erase_if(recent.subjects, [this](const Recent& pass) {
            return !vehicles_[pass.vehicle].plate.starts_with(kNoPlate) ||
                   subjects_[static_cast<std::size_t>(vehicles_[pass.vehicle].subject)].kind !=
                       SubjectKind::mobile;
        });
        for (const Recent& pass : recent.all) {
            const Vehicle& vehicle = vehicles_[pass.vehicle];
            if (vehicle.person >= 0)
                recent.subjects.push_back(
                    {pass.at, subjects_[static_cast<std::size_t>(vehicle.person)].vehicle});
            if (vehicle.subject >= 0)
                recent.subjects.push_back(pass);
        }
        std::stable_sort(recent.subjects.begin(), recent.subjects.end(),
                         [](const Recent& a, const Recent& b) { return a.at < b.at; });
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
    VEDETTE_CHECK_OK(add_subject(std::string{name}, SubjectKind::mobile));
    const std::int32_t own = subject_of(name);
    std::erase_if(mobile_cameras_, [own](const auto& camera) { return camera.second == own; });
    for (const domain::CameraId& camera : cameras)
        mobile_cameras_[camera.value()] = own;
    return {};
}

Status FollowingAnalysis::Impl::add_person(std::string_view name,
                                           std::span<const std::string> plates) {
    const std::int32_t known = subject_of(name);
    for (const std::string& plate : plates) {
        if (plate.empty() || plate.size() > 64)
            return Error{ErrorCode::invalid_argument, "a plate of '" + std::string{name} +
                                                          "' has 1 to 64 signs, not " +
                                                          std::to_string(plate.size())};
        const VehicleIndex vehicle = vehicles_.find(plate);
        if (vehicle != kNoVehicle && vehicles_[vehicle].person >= 0 &&
            vehicles_[vehicle].person != known)
            return Error{ErrorCode::already_exists, "'" + plate + "' is another person's plate"};
    }
    VEDETTE_CHECK_OK(add_subject(std::string{name}, SubjectKind::person));
    const std::int32_t index = subject_of(name);
    std::vector<VehicleIndex> wanted;
    for (const std::string& plate : plates)
        wanted.push_back(vehicles_.find_or_add(plate));
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    Subject& person = subjects_[static_cast<std::size_t>(index)];
    if (person.plates == wanted)
        return {};
    for (const VehicleIndex plate : person.plates)
        vehicles_[plate].person = -1;
    for (const VehicleIndex plate : wanted)
        vehicles_[plate].person = index;
    person.plates = std::move(wanted);
    gather_plates(index);
    return {};
}

/// The person's reads and candidates, from what is remembered of its plates.
void FollowingAnalysis::Impl::gather_plates(std::int32_t index) {
    Subject& person = subjects_[static_cast<std::size_t>(index)];
    std::vector<Read> all;
    for (const VehicleIndex plate : person.plates)
        all.insert(all.end(), vehicles_[plate].reads.begin(), vehicles_[plate].reads.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const Read& a, const Read& b) { return a.at < b.at; });
    vehicles_.drop_reads(person.vehicle);
    for (const Read& read : all)
        vehicles_.append(person.vehicle, read, options_.max_vehicle_passes);
    candidate_count_ -= person.candidates.all().size();
    person.candidates.clear();
    person.session = 0;
    person.begins.clear();
    fill_candidates(index);
    list_recent_subjects();
}

bool FollowingAnalysis::Impl::remove_subject(std::string_view plate) {
    const std::int32_t index = subject_of(plate);
    if (index < 0)
        return false;
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    const VehicleIndex vehicle = subject.vehicle;
    if (subject.kind == SubjectKind::mobile) {
        std::erase_if(waiting_, [&](const Pass& pass) {
            const auto carried = mobile_cameras_.find(pass.camera.value());
            return carried != mobile_cameras_.end() && carried->second == index;
        });
        forget_squares(vehicle);
    }
    candidate_count_ -= subject.candidates.all().size();
    for (RecentPasses& recent : recent_)
        std::erase_if(recent.subjects,
                      [vehicle](const Recent& pass) { return pass.vehicle == vehicle; });
    std::erase_if(mobile_cameras_, [index](const auto& camera) { return camera.second == index; });
    std::erase_if(
        alerts_, [name = name_of(vehicle)](const Finding& alert) { return alert.subject == name; });
    for (const VehicleIndex own : subject.plates)
        vehicles_[own].person = -1;
    vehicles_[vehicle].subject = -1;
    if (subject.kind != SubjectKind::plate ||
        (vehicles_[vehicle].reads.empty() && vehicles_[vehicle].person < 0)) {
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

std::vector<std::string> FollowingAnalysis::Impl::subjects() const {
    std::vector<std::string> plates;
    for (const Subject& subject : subjects_)
        if (subject.vehicle != kNoVehicle)
            plates.push_back(name_of(subject.vehicle));
    std::sort(plates.begin(), plates.end());
    return plates;
}

std::vector<FollowingSubject> FollowingAnalysis::Impl::described() const {
    std::vector<FollowingSubject> all;
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
        const Subject& subject = subjects_[i];
        if (subject.vehicle == kNoVehicle)
            continue;
        FollowingSubject one{.name = name_of(subject.vehicle), .plates = {}, .cameras = {}};
        switch (subject.kind) { // no default: a new kind must be described here
        case SubjectKind::plate: break;
        case SubjectKind::mobile: one.kind = FollowingSubject::Kind::mobile; break;
        case SubjectKind::person: one.kind = FollowingSubject::Kind::person; break;
        }
        for (const VehicleIndex plate : subject.plates)
            one.plates.push_back(vehicles_[plate].plate);
        std::sort(one.plates.begin(), one.plates.end());
        for (const auto& [camera, carrier] : mobile_cameras_)
            if (carrier == static_cast<std::int32_t>(i))
                one.cameras.emplace_back(camera);
        all.push_back(std::move(one));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

std::string FollowingAnalysis::Impl::carrier_of(const domain::CameraId& camera) const {
    const auto found = mobile_cameras_.find(camera.value());
    return found == mobile_cameras_.end()
               ? std::string{}
               : name_of(subjects_[static_cast<std::size_t>(found->second)].vehicle);
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
