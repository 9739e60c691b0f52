#include <algorithm>
#include <cmath>

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
constexpr std::int64_t kSameStop = 30 * kSecond; ///< reads of a mobile node that are one of its own
constexpr double kCellDegrees = 0.005;           ///< about 500 m: places of a mobile node

std::int64_t micros(WallTime time) { return time.time_since_epoch().count(); }

std::string cell_name(const GeoPoint& at) {
    return "@" + std::to_string(std::llround(at.latitude_deg / kCellDegrees)) + "," +
           std::to_string(std::llround(at.longitude_deg / kCellDegrees));
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
    if (pass.plate.empty() || pass.plate.size() > 64) {
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
    if (cameras_.size() >= 65'535 &&
        camera_index_.find(pass.camera.value()) == camera_index_.end()) {
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
    if (mobile != mobile_cameras_.end() && pass.position)
        fold_mobile(mobile->second, pass);
    VehicleIndex vehicle = merge(pass);
    const bool merged = vehicle != kNoVehicle;
    if (merged)
        ++counts_.merged;
    else
        vehicle = vehicles_.find_or_add(pass.plate);
    fold_read(vehicle, camera_of(pass), pass, merged);
    if (vehicles_.reads() > options_.max_passes || vehicles_.size() > options_.max_vehicles)
        make_room();
}

/// A mobile node reads others only: where it is when it does is its own pass.
void FollowingAnalysis::Impl::fold_mobile(std::int32_t subject, const Pass& pass) {
    const VehicleIndex vehicle = subjects_[static_cast<std::size_t>(subject)].vehicle;
    const auto& reads = vehicles_[vehicle].reads;
    const CameraIndex camera = camera_of(pass);
    if (!reads.empty() && reads.back().camera == camera &&
        micros(pass.at) - reads.back().at < kSameStop)
        return;
    fold_read(vehicle, camera, pass, false);
}

void FollowingAnalysis::Impl::fold_read(VehicleIndex vehicle, CameraIndex camera, const Pass& pass,
                                        bool merged) {
    const std::int64_t at = micros(pass.at);
    traffic_.on_pass(camera, at);
    if (const auto& reads = vehicles_[vehicle].reads;
        !reads.empty() && reads.back().camera != camera && at - reads.back().at <= gap_)
        traffic_.on_turn(reads.back().camera, camera, reads.back().at, at);
    if (camera >= recent_.size())
        recent_.resize(camera + std::size_t{1});
    RecentPasses& recent = recent_[camera];
    recent.expire(at - lag_);
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
    for (const Recent& other : recent.subjects)
        if (other.vehicle != vehicle)
            meet(vehicles_[other.vehicle].subject, vehicle);
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
    const auto evidence = gatherer_.gather(gather_from(), subject.vehicle, candidate.vehicle);
    const FollowingScore score = score_following(evidence);
    candidate.ceiling = static_cast<float>(score.llr) + kMostWithinSession;
    const auto sessions = static_cast<std::uint8_t>(candidate.sessions % 255 + 1);
    if (candidate.alerted == sessions || !enough_for_alert(score))
        return;
    Finding finding = judge(gatherer_, subject.vehicle, candidate.vehicle);
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
    const std::string name = pass.position ? cell_name(*pass.position) : pass.camera.value();
    if (const auto known = camera_index_.find(name); known != camera_index_.end())
        return known->second;
    if (cameras_.size() >= 65'535) // all places of a mobile node beyond that are one
        return static_cast<CameraIndex>(cameras_.size() - 1);
    return intern_camera(name, nullptr);
}

void FollowingAnalysis::Impl::sweep() { forget_before(now_ - horizon_); }

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
