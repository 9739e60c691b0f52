#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "following/carried.h"
#include "following/cells.h"
#include "following/confusion.h"
#include "following/impl.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kMostRecent = 4096; ///< passes of one camera within the largest lag
constexpr float kMostOfASession = 18;     ///< no session adds more to a score
constexpr float kMostWithinSession = 8;   ///< nor the rest of one that was scored already
constexpr std::size_t kWellKnown = 5;     ///< reads; a doubtful read may be taken for such a plate
constexpr std::int64_t kOnTheRoad = kHour / 2;
constexpr double kOnTheRoadFactor = 10;
constexpr double kMergeOdds = 3;
constexpr std::size_t kMostCameras = 65'535;
constexpr double kMoved_m = 250; ///< a mobile node that is so far from its last place is at another

std::int64_t micros(WallTime time) { return time.time_since_epoch().count(); }

/// What stands for the camera: where it moves, the square of the map where it was.
std::string camera_name(const Pass& pass) {
    return pass.position ? cell_name(*pass.position) : pass.camera.value();
}

bool is_fit(const Pass& pass) {
    return !pass.plate.empty() && pass.plate.size() <= 64 && !pass.plate.starts_with(kNoPlate) &&
           pass.camera.value() != kFreeCamera && (!pass.position || is_on_earth(*pass.position));
}

std::uint8_t in_200ths(float confidence) {
    const float share = std::isfinite(confidence) ? std::clamp(confidence, 0.0F, 1.0F) : 0.0F;
    return static_cast<std::uint8_t>(std::lround(share * 200));
}

} // namespace

void RecentPasses::expire(std::int64_t before) {
    while (!all.empty() && (all.front().at < before || all.size() > kMostRecent))
        all.pop_front();
    while (!subjects.empty() && (subjects.front().at < before || subjects.size() > kMostRecent))
        subjects.pop_front();
}

void RecentPasses::forget(VehicleIndex vehicle) {
    const auto of = [vehicle](const Recent& recent) { return recent.vehicle == vehicle; };
    std::erase_if(all, of);
    std::erase_if(subjects, of);
}

PassTaken FollowingAnalysis::Impl::on_pass(const Pass& pass) {
    if (!is_fit(pass)) {
        ++counts_.refused;
        return PassTaken::refused;
    }
    const std::int64_t at = micros(pass.at);
    if ((any_ && at <= now_) || (!waiting_.empty() && pass.at < waiting_.front().at)) {
        ++counts_.late;
        return PassTaken::late;
    }
    if (!waiting_.empty() && waiting_.front().at < pass.at)
        fold_waiting();
    const auto place = std::lower_bound(waiting_.begin(), waiting_.end(), pass, comes_before);
    if (place != waiting_.end() && place->id == pass.id) {
        ++counts_.repeated;
        return PassTaken::repeated;
    }
    if (cameras_.size() - free_cameras_.size() >= kMostCameras &&
        camera_index_.find(camera_name(pass)) == camera_index_.end()) {
        ++counts_.refused;
        return PassTaken::refused;
    }
    waiting_.insert(place, pass);
    ++counts_.passes;
    return PassTaken::taken;
}

void FollowingAnalysis::Impl::on_watermark(WallTime now) {
    if (!waiting_.empty() && waiting_.front().at < now)
        fold_waiting();
}

void FollowingAnalysis::Impl::fold_waiting() {
    std::vector<Pass> passes;
    passes.swap(waiting_);
    for (const Pass& pass : passes)
        fold(pass);
    now_ = passes.empty() ? now_ : micros(passes.back().at);
    any_ = true;
    passes.clear();
    waiting_.swap(passes); // keeps the buffer
}

void FollowingAnalysis::Impl::fold(const Pass& pass) {
    const std::int64_t at = micros(pass.at);
    now_ = at;
    if (local_.day(at) != local_.day(swept_) || !any_) {
        any_ = true;
        swept_ = at;
        sweep();
    }
    const auto mobile = mobile_cameras_.find(pass.camera.value());
    const bool camera_is_carried = mobile != mobile_cameras_.end() && pass.position;
    const CameraIndex camera =
        camera_is_carried ? fold_mobile(mobile->second, pass) : camera_of(pass);
    VehicleIndex vehicle = merge(pass);
    const bool merged = vehicle != kNoVehicle;
    if (merged)
        ++counts_.merged;
    else
        vehicle = vehicles_.find_or_add(pass.plate);
    if (camera_is_carried)
        meet_here(subjects_[static_cast<std::size_t>(mobile->second)], vehicle, at);
    fold_read(vehicle, camera, pass, merged);
    if (vehicles_.reads() > options_.max_passes || vehicles_.size() > options_.max_vehicles)
        make_room();
}

/// A mobile node reads others only. To have come to a place is a pass of its own, and all that it
/// reads up to the next one it reads there; while it stands, it comes nowhere.
CameraIndex FollowingAnalysis::Impl::fold_mobile(std::int32_t index, const Pass& pass) {
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    const std::int64_t at = micros(pass.at);
    const auto& visits = vehicles_[subject.vehicle].reads;
    if (subject.anchor && !visits.empty() && distance_m(*subject.anchor, *pass.position) < kMoved_m)
        return visits.back().camera;
    subject.anchor = pass.position;
    const CameraIndex camera = camera_of(pass);
    const Read visit{.at = at, .camera = camera};
    come_to_place(index, visit);
    counts_.forgotten_early +=
        vehicles_.append(subject.vehicle, visit, options_.max_vehicle_passes) ? 1 : 0;
    on_subject_read(index, at);
    recent_at(camera, at).subjects.push_back({at, subject.vehicle});
    return camera;
}

/// Who is there with it is who is read soon after it came; those that pass where it stands are not.
void FollowingAnalysis::Impl::meet_here(Subject& subject, VehicleIndex vehicle,
                                        std::int64_t at) const {
    const auto& visits = vehicles_[subject.vehicle].reads;
    const std::chrono::microseconds longest = carried_options(options_.score).max_lag;
    if (visits.empty() || at - visits.back().at > longest.count())
        return;
    const auto place = std::lower_bound(subject.met_here.begin(), subject.met_here.end(), vehicle);
    if (place == subject.met_here.end() || *place != vehicle)
        subject.met_here.insert(place, vehicle);
}

/// Learns how many of those that a mobile node meets at one place it meets at the next as well.
void FollowingAnalysis::Impl::come_to_place(std::int32_t index, const Read& visit) {
    constexpr double kRemembered = 20'000;
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    const auto& visits = vehicles_[subject.vehicle].reads;
    if (visits.empty() || visit.at - subject.last > gap_) {
        subject.met_here.clear();
        subject.met_before.clear();
        return;
    }
    if (cameras_[visits.back().camera].place == cameras_[visit.camera].place)
        return;
    std::vector<VehicleIndex> both;
    std::set_intersection(subject.met_before.begin(), subject.met_before.end(),
                          subject.met_here.begin(), subject.met_here.end(),
                          std::back_inserter(both));
    subject.met += static_cast<double>(subject.met_before.size());
    subject.again += static_cast<double>(both.size());
    if (subject.met > kRemembered) {
        subject.met /= 2;
        subject.again /= 2;
    }
    subject.met_before = std::exchange(subject.met_here, {});
}

RecentPasses& FollowingAnalysis::Impl::recent_at(CameraIndex camera, std::int64_t at) {
    if (camera >= recent_.size())
        recent_.resize(camera + std::size_t{1});
    recent_[camera].expire(at - lag_);
    return recent_[camera];
}

/// The read of one of a person's plates is one of the person.
void FollowingAnalysis::Impl::fold_person(std::int32_t person, const Read& read,
                                          RecentPasses& recent) {
    const VehicleIndex own = subjects_[static_cast<std::size_t>(person)].vehicle;
    counts_.forgotten_early += vehicles_.append(own, read, options_.max_vehicle_passes) ? 1 : 0;
    on_subject_read(person, read.at);
    for (const Recent& other : recent.all)
        if (vehicles_[other.vehicle].person != person)
            meet(person, other.vehicle);
    recent.subjects.push_back({read.at, own});
}

void FollowingAnalysis::Impl::fold_read(VehicleIndex vehicle, CameraIndex camera, const Pass& pass,
                                        bool merged) {
    const std::int64_t at = micros(pass.at);
    traffic_.on_pass(camera, at);
    if (const auto& reads = vehicles_[vehicle].reads;
        !reads.empty() && reads.back().camera != camera && at - reads.back().at <= gap_ &&
        !cameras_[camera].at && !cameras_[reads.back().camera].at) // of squares nobody asks
        traffic_.on_turn(reads.back().camera, camera, reads.back().at, at);
    RecentPasses& recent = recent_at(camera, at);
    const Read read{.at = at,
                    .camera = camera,
                    .near = static_cast<std::uint16_t>(recent.all.size()),
                    .confidence = in_200ths(pass.confidence),
                    .merged = merged};
    counts_.forgotten_early += vehicles_.append(vehicle, read, options_.max_vehicle_passes) ? 1 : 0;
    const std::int32_t subject = vehicles_[vehicle].subject;
    if (subject >= 0) {
        on_subject_read(subject, at);
        for (const Recent& other : recent.all)
            if (other.vehicle != vehicle)
                meet(subject, other.vehicle);
    }
    const std::int32_t person = vehicles_[vehicle].person;
    for (const Recent& other : recent.subjects)
        if (const std::int32_t its = vehicles_[other.vehicle].subject;
            other.vehicle != vehicle && its != person)
            meet(its, vehicle);
    if (person >= 0)
        fold_person(person, read, recent);
    recent.all.push_back({at, vehicle});
    if (subject >= 0)
        recent.subjects.push_back({at, vehicle});
}

void FollowingAnalysis::Impl::on_subject_read(std::int32_t index, std::int64_t at) {
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    if (subject.session == 0 || at - subject.last > gap_) {
        subject.session = std::min(subject.session + 1, kMostSessions);
        subject.begins.push_back(at);
    }
    subject.last = at;
}

void FollowingAnalysis::Impl::meet(std::int32_t index, VehicleIndex vehicle) {
    Subject& subject = subjects_[static_cast<std::size_t>(index)];
    const std::size_t before = subject.candidates.all().size();
    Candidate& candidate = subject.candidates.find_or_add(vehicle);
    candidate_count_ += subject.candidates.all().size() - before;
    if (candidate.session != subject.session) {
        candidate.session = subject.session;
        candidate.sessions =
            static_cast<std::uint16_t>(std::min<unsigned>(candidate.sessions + 1U, 65'535U));
        candidate.ceiling += kMostOfASession;
    }
    candidate.met = static_cast<std::uint8_t>(std::min(candidate.met + 1, 255));
    if (candidate.sessions >= options_.min_sessions &&
        candidate.met >= std::min(options_.min_distinct_places, 255U) &&
        static_cast<double>(candidate.ceiling) >= options_.alert_llr)
        score_online(index, candidate);
    if (subject.candidates.all().size() > most_candidates()) {
        const std::size_t gone = subject.candidates.shed();
        counts_.candidates_dropped += gone;
        candidate_count_ -= gone;
    }
}

void FollowingAnalysis::Impl::score_online(std::int32_t index, Candidate& candidate) {
    const Subject& subject = subjects_[static_cast<std::size_t>(index)];
    ++counts_.scored;
    const auto evidence =
        gatherer_.gather(gather_from(subject), subject.vehicle, candidate.vehicle);
    const FollowingScore score = score_following(evidence);
    candidate.ceiling = static_cast<float>(score.llr) + kMostWithinSession;
    const auto sessions = static_cast<std::uint8_t>(candidate.sessions % 255 + 1);
    if (candidate.alerted == sessions || !enough_for_alert(score))
        return;
    Finding finding = judge(gatherer_, subject, candidate.vehicle);
    if (!finding.alert)
        return;
    candidate.alerted = sessions;
    if (alerts_.size() >= options_.max_alerts) {
        ++counts_.alerts_dropped;
        return;
    }
    alerts_.push_back(std::move(finding));
}

/// The well-known plate that a doubtful read of an unknown one most likely shows; never the other
/// way round.
VehicleIndex FollowingAnalysis::Impl::merge(const Pass& pass) const {
    const double confidence = static_cast<double>(pass.confidence);
    if (!(confidence < options_.merge_below))
        return kNoVehicle;
    const VehicleIndex known = vehicles_.find(pass.plate);
    const std::size_t own = known == kNoVehicle ? 0 : vehicles_[known].reads.size();
    if (own >= kWellKnown || (known != kNoVehicle && vehicles_[known].subject >= 0))
        return kNoVehicle;
    const double right = std::clamp(confidence, 0.02, 0.98);
    const double as_read = (static_cast<double>(own) + 0.5) * right;
    double best = 0;
    VehicleIndex taken = kNoVehicle;
    each_confusable(pass.plate, [&](const std::string& plate, std::size_t place) {
        const VehicleIndex index = vehicles_.find(plate);
        if (index == kNoVehicle)
            return;
        const auto& reads = vehicles_[index].reads;
        if (reads.size() < kWellKnown)
            return;
        double weight = static_cast<double>(reads.size()) * (1 - right) * 20 *
                        confusion_rate(plate[place], pass.plate[place]);
        if (place < pass.character_confidence.size())
            weight *= std::clamp(2 - 2 * static_cast<double>(pass.character_confidence[place]),
                                 0.05, 2.0);
        if (micros(pass.at) - reads.back().at < kOnTheRoad)
            weight *= kOnTheRoadFactor;
        if (weight > best) {
            best = weight;
            taken = index;
        }
    });
    return best > kMergeOdds * as_read ? taken : kNoVehicle;
}

CameraIndex FollowingAnalysis::Impl::camera_of(const Pass& pass) {
    const std::string name = camera_name(pass);
    if (const auto known = camera_index_.find(name); known != camera_index_.end())
        return known->second;
    if (cameras_.size() - free_cameras_.size() >= kMostCameras) // several of one microsecond
        return static_cast<CameraIndex>(cameras_.size() - 1);
    return intern_camera(name, nullptr);
}

void FollowingAnalysis::Impl::sweep() {
    forget_before(now_ - horizon_);
    free_cells();
}

/// Squares where nothing is remembered any more: that a car was there goes with the reads.
void FollowingAnalysis::Impl::free_cells() {
    std::vector<bool> used(cameras_.size());
    bool any = false;
    for (const KnownCamera& camera : cameras_)
        any = any || camera.at;
    if (!any)
        return;
    for (VehicleIndex i = 0; i < vehicles_.end(); ++i)
        for (const Read& read : vehicles_[i].reads)
            used[read.camera] = true;
    for (std::size_t i = 0; i < cameras_.size(); ++i) {
        if (used[i] || !cameras_[i].at)
            continue;
        const auto index = static_cast<CameraIndex>(i);
        camera_index_.erase(cameras_[i].name);
        cameras_[i] = {.name = std::string{kFreeCamera}, .place = index, .clock_error_s = 0};
        traffic_.forget(index);
        if (i < recent_.size())
            recent_[i] = {};
        free_cameras_.insert(index);
    }
    for (Subject& subject : subjects_)
        if (subject.vehicle != kNoVehicle && vehicles_[subject.vehicle].reads.empty())
            subject.anchor.reset();
}

/// All that was read in squares where no other one that carries cameras is known to have been: it
/// says where this one was, also where more was read than is remembered of its own way.
void FollowingAnalysis::Impl::forget_squares(VehicleIndex carrier) {
    std::vector<bool> gone(cameras_.size());
    for (std::size_t i = 0; i < cameras_.size(); ++i)
        gone[i] = cameras_[i].at.has_value();
    for (const Subject& other : subjects_)
        if (other.kind == SubjectKind::mobile && other.vehicle != kNoVehicle &&
            other.vehicle != carrier)
            for (const Read& visit : vehicles_[other.vehicle].reads)
                gone[visit.camera] = false;
    vehicles_.drop_reads_at(gone);
    for (Subject& subject : subjects_)
        if (subject.vehicle != kNoVehicle)
            candidate_count_ -= subject.candidates.remove_gone(vehicles_);
    for (std::size_t i = 0; i < std::min(gone.size(), recent_.size()); ++i)
        if (gone[i])
            recent_[i] = {};
    free_cells();
}

void FollowingAnalysis::Impl::forget_before(std::int64_t cutoff) {
    vehicles_.sweep(cutoff);
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
        Subject& subject = subjects_[i];
        if (subject.vehicle == kNoVehicle)
            continue;
        while (!subject.begins.empty() && subject.begins.front() < cutoff)
            subject.begins.pop_front();
        const auto first = subject.session + 1 - static_cast<std::uint32_t>(subject.begins.size());
        candidate_count_ -= subject.candidates.remove_before(first);
        candidate_count_ -= subject.candidates.remove_gone(vehicles_);
    }
    for (RecentPasses& recent : recent_)
        recent.expire(now_ - lag_);
}

/// Shortens the past of all until there is room for a tenth more.
void FollowingAnalysis::Impl::make_room() {
    const std::size_t before = vehicles_.reads();
    double share = 1;
    for (int step = 0; step < 40; ++step) {
        if (vehicles_.reads() <= options_.max_passes / 10 * 9 &&
            vehicles_.size() <= options_.max_vehicles / 10 * 9)
            break;
        share *= 0.8;
        forget_before(now_ - std::max(lag_, static_cast<std::int64_t>(
                                                share * static_cast<double>(horizon_))));
    }
    counts_.forgotten_early += before - vehicles_.reads();
}

std::size_t FollowingAnalysis::Impl::most_candidates() const {
    return std::clamp<std::size_t>(options_.max_all_candidates /
                                       std::max<std::size_t>(1, subject_count_),
                                   16, options_.max_candidates);
}

} // namespace vedette::analysis
