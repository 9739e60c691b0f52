// Who may be followed: how subjects come, change and go.
#include <algorithm>
#include <utility>

#include "following/impl.h"

namespace vedette::analysis {

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

std::vector<std::string> FollowingAnalysis::Impl::subjects() const {
    std::vector<std::string> plates;
    for (const Subject& subject : subjects_)
        if (subject.vehicle != kNoVehicle)
            plates.push_back(name_of(subject.vehicle));
    std::sort(plates.begin(), plates.end());
    return plates;
}

FollowingSubject FollowingAnalysis::Impl::describe(std::int32_t index) const {
    const Subject& subject = subjects_[static_cast<std::size_t>(index)];
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
        if (carrier == index)
            one.cameras.emplace_back(camera);
    return one;
}

std::vector<FollowingSubject> FollowingAnalysis::Impl::described() const {
    std::vector<FollowingSubject> all;
    for (std::size_t i = 0; i < subjects_.size(); ++i)
        if (subjects_[i].vehicle != kNoVehicle)
            all.push_back(describe(static_cast<std::int32_t>(i)));
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

std::optional<FollowingSubject> FollowingAnalysis::Impl::described(std::string_view name) const {
    const std::int32_t index = subject_of(name);
    return index < 0 ? std::nullopt : std::optional{describe(index)};
}

bool FollowingAnalysis::Impl::is_of_subject(std::string_view plate) const {
    const VehicleIndex vehicle = vehicles_.find(plate);
    return vehicle != kNoVehicle &&
           (vehicles_[vehicle].subject >= 0 || vehicles_[vehicle].person >= 0);
}

std::string FollowingAnalysis::Impl::carrier_of(const domain::CameraId& camera) const {
    const auto found = mobile_cameras_.find(camera.value());
    return found == mobile_cameras_.end()
               ? std::string{}
               : name_of(subjects_[static_cast<std::size_t>(found->second)].vehicle);
}

} // namespace vedette::analysis
