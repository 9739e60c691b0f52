#include <algorithm>
#include <cmath>
#include <functional>

#include "following/impl.h"
#include "following/pass_state.h"

namespace vedette::analysis {
namespace {

constexpr std::uint32_t kMagic = 0x46445645; ///< "EVDF"
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kLongestPlate = 64;

/// Within 10 000 years of 1970: sums and differences of two such times fit.
bool is_sane_time(std::int64_t at) {
    constexpr std::int64_t kMost = std::int64_t{10'000} * 366 * kDay;
    return at > -kMost && at < kMost;
}

void save_recent(const std::deque<Recent>& recent, StateWriter& out) {
    out.put(static_cast<std::uint64_t>(recent.size()));
    for (const Recent& pass : recent) {
        out.put(pass.at);
        out.put(pass.vehicle);
    }
}

void load_recent(StateReader& in, const VehicleTable& vehicles, std::deque<Recent>& recent) {
    recent.clear();
    const std::size_t count = in.count(12);
    for (std::size_t i = 0; i < count; ++i) {
        Recent pass{.at = in.get<std::int64_t>()};
        pass.vehicle = in.get<VehicleIndex>();
        if (pass.vehicle >= vehicles.end())
            return in.fail();
        recent.push_back(pass);
    }
}

void save_subject(const Subject& subject, StateWriter& out) {
    out.put(subject.vehicle);
    out.put(static_cast<std::uint8_t>(subject.kind));
    out.put(static_cast<std::uint64_t>(subject.plates.size()));
    for (const VehicleIndex plate : subject.plates)
        out.put(plate);
    out.put(static_cast<std::uint8_t>(subject.anchor.has_value()));
    if (subject.anchor) {
        out.put(subject.anchor->latitude_deg);
        out.put(subject.anchor->longitude_deg);
    }
    for (const auto* met : {&subject.met_here, &subject.met_before}) {
        out.put(static_cast<std::uint64_t>(met->size()));
        for (const VehicleIndex vehicle : *met)
            out.put(vehicle);
    }
    out.put(subject.met);
    out.put(subject.again);
    out.put(subject.last);
    out.put(subject.session);
    out.put(static_cast<std::uint64_t>(subject.begins.size()));
    for (const std::int64_t begin : subject.begins)
        out.put(begin);
    subject.candidates.save(out);
}

void load_subject(StateReader& in, Subject& subject) {
    subject.vehicle = in.get<VehicleIndex>();
    const auto kind = in.get<std::uint8_t>();
    if (kind > static_cast<std::uint8_t>(SubjectKind::person))
        return in.fail();
    subject.kind = static_cast<SubjectKind>(kind);
    const std::size_t plates = in.count(4);
    for (std::size_t i = 0; i < plates; ++i)
        subject.plates.push_back(in.get<VehicleIndex>());
    if (in.get<std::uint8_t>() != 0) {
        const auto latitude = in.get<double>();
        subject.anchor = GeoPoint{latitude, in.get<double>()};
        if (!is_on_earth(*subject.anchor))
            return in.fail();
    }
    for (auto* met : {&subject.met_here, &subject.met_before}) {
        met->resize(in.count(4));
        for (VehicleIndex& vehicle : *met)
            vehicle = in.get<VehicleIndex>();
        if (!std::is_sorted(met->begin(), met->end()))
            return in.fail();
    }
    subject.met = in.get<double>();
    subject.again = in.get<double>();
    if (!(subject.met >= 0 && subject.met < 1e9 && subject.again >= 0 &&
          subject.again <= subject.met))
        return in.fail();
    subject.last = in.get<std::int64_t>();
    subject.session = in.get<std::uint32_t>();
    const std::size_t begins = in.count(8);
    for (std::size_t i = 0; i < begins; ++i)
        subject.begins.push_back(in.get<std::int64_t>());
    if (subject.begins.size() > subject.session || subject.session > kMostSessions)
        return in.fail();
    subject.candidates.load(in);
}

void save_counts(const FollowingCounts& counts, StateWriter& out) {
    for (const std::uint64_t count :
         {counts.passes, counts.repeated, counts.late, counts.refused, counts.merged,
          counts.forgotten_early, counts.candidates_dropped, counts.alerts_dropped, counts.scored})
        out.put(count);
}

void load_counts(StateReader& in, FollowingCounts& counts) {
    for (std::uint64_t* count :
         {&counts.passes, &counts.repeated, &counts.late, &counts.refused, &counts.merged,
          &counts.forgotten_early, &counts.candidates_dropped, &counts.alerts_dropped,
          &counts.scored})
        *count = in.get<std::uint64_t>();
}

} // namespace

/// Alerts that nobody took are not kept: they are found again when the next trip confirms them.
std::string FollowingAnalysis::Impl::save() const {
    StateWriter out;
    out.put(kMagic);
    out.put(kVersion);
    out.put(static_cast<std::uint64_t>(cameras_.size()));
    for (const KnownCamera& camera : cameras_)
        out.put(camera.name);
    vehicles_.save(out);
    traffic_.save(out);
    out.put(static_cast<std::uint64_t>(subjects_.size()));
    for (const Subject& subject : subjects_)
        save_subject(subject, out);
    out.put(static_cast<std::uint64_t>(mobile_cameras_.size()));
    for (const auto& [camera, subject] : mobile_cameras_) {
        out.put(camera);
        out.put(subject);
    }
    out.put(static_cast<std::uint64_t>(recent_.size()));
    for (const RecentPasses& recent : recent_) {
        save_recent(recent.all, out);
        save_recent(recent.subjects, out);
    }
    null_alerts_.save(out);
    null_all_.save(out);
    mobile_alerts_.save(out);
    mobile_all_.save(out);
    out.put(followers_per_month_);
    out.put(static_cast<std::uint64_t>(waiting_.size()));
    for (const Pass& pass : waiting_)
        save_pass(pass, out);
    out.put(now_);
    out.put(swept_);
    out.put(static_cast<std::uint8_t>(any_));
    save_counts(counts_, out);
    out.put(state_checksum(out.bytes()));
    return out.take();
}

Status FollowingAnalysis::Impl::load(std::string_view state) {
    const Error damaged{ErrorCode::data_loss,
                        "the saved state of following is damaged: start it anew from the store"};
    StateReader head{state};
    if (head.get<std::uint32_t>() != kMagic)
        return damaged;
    if (const auto version = head.get<std::uint32_t>(); version != kVersion)
        return Error{ErrorCode::invalid_argument,
                     "the saved state of following has form " + std::to_string(version) +
                         ", this version reads form " + std::to_string(kVersion) +
                         ": start it anew from the store"};
    if (state.size() < 16 || StateReader{state.substr(state.size() - 8)}.get<std::uint64_t>() !=
                                 state_checksum(state.substr(0, state.size() - 8)))
        return damaged;
    StateReader in{state.substr(8, state.size() - 16)};
    load_all(in);
    return in.ok() && in.at_end() ? Status{} : Status{damaged};
}

/// Cameras keep the index they had when the state was saved; those added to the list of places
/// since come after them.
void FollowingAnalysis::Impl::load_cameras(StateReader& in) {
    std::vector<std::string> names;
    const std::size_t count = in.count(4);
    for (std::size_t i = 0; i < count && i < 65'535 && in.ok(); ++i)
        names.push_back(in.text());
    const std::size_t saved = names.size();
    std::map<std::string, Place, std::less<>> configured;
    for (std::size_t i = 0; i < cameras_.size(); ++i) {
        const std::string& name = cameras_[i].name;
        names.push_back(name);
        configured[name] = {.camera = domain::CameraId{name},
                            .at = place_points_[i].value_or(GeoPoint{}),
                            .bearing_deg = {},
                            .clock_error = std::chrono::milliseconds{
                                std::llround(cameras_[i].clock_error_s * 1000)}};
    }
    cameras_.clear();
    place_points_.clear();
    camera_index_.clear();
    std::set<CameraIndex> free;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == saved)
            free_cameras_ = std::move(free);
        if (camera_index_.find(names[i]) != camera_index_.end() || cameras_.size() >= 65'535)
            continue;
        const auto place = configured.find(names[i]);
        const CameraIndex index =
            intern_camera(names[i], place == configured.end() ? nullptr : &place->second);
        if (names[i] == kFreeCamera) {
            free.insert(index);
            camera_index_.erase(names[i]);
        }
    }
    if (names.size() == saved)
        free_cameras_ = std::move(free);
}

void FollowingAnalysis::Impl::load_all(StateReader& in) {
    load_cameras(in);
    vehicles_.load(in);
    traffic_.load(in);
    subjects_.resize(in.count(74));
    for (std::size_t i = 0; i < subjects_.size() && in.ok(); ++i) {
        load_subject(in, subjects_[i]);
        if (subjects_[i].vehicle == kNoVehicle)
            continue;
        if (subjects_[i].vehicle >= vehicles_.end())
            return in.fail();
        ++subject_count_;
        candidate_count_ += subjects_[i].candidates.all().size();
        for (const Candidate& candidate : subjects_[i].candidates.all())
            if (candidate.vehicle >= vehicles_.end())
                return in.fail();
    }
    const std::size_t mobile = in.count(8);
    for (std::size_t i = 0; i < mobile; ++i) {
        const std::string camera = in.text();
        mobile_cameras_[camera] = in.get<std::int32_t>();
    }
    recent_.resize(in.count(16));
    for (RecentPasses& recent : recent_) {
        load_recent(in, vehicles_, recent.all);
        load_recent(in, vehicles_, recent.subjects);
    }
    null_alerts_.load(in);
    null_all_.load(in);
    mobile_alerts_.load(in);
    mobile_all_.load(in);
    followers_per_month_ = in.get<double>();
    const std::size_t waiting = in.count(16);
    for (std::size_t i = 0; i < waiting && in.ok(); ++i)
        waiting_.push_back(load_pass(in));
    now_ = in.get<std::int64_t>();
    swept_ = in.get<std::int64_t>();
    any_ = in.get<std::uint8_t>() != 0;
    load_counts(in, counts_);
    if (in.ok() && !holds_together())
        in.fail();
}

/// Whose plates are whose, said the same way by both.
bool FollowingAnalysis::Impl::persons_hold_together() const {
    std::size_t theirs = 0;
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
        const Subject& subject = subjects_[i];
        if (!subject.plates.empty() &&
            (subject.kind != SubjectKind::person || subject.vehicle == kNoVehicle))
            return false;
        if (std::adjacent_find(subject.plates.begin(), subject.plates.end(),
                               std::greater_equal<>{}) != subject.plates.end())
            return false; // not in order, or one twice
        for (const VehicleIndex plate : subject.plates)
            if (plate >= vehicles_.end() || vehicles_[plate].plate.empty() ||
                vehicles_[plate].person != static_cast<std::int32_t>(i))
                return false;
        theirs += subject.plates.size();
    }
    for (VehicleIndex i = 0; i < vehicles_.end(); ++i)
        theirs -= vehicles_[i].person != -1 ? 1 : 0;
    return theirs == 0;
}

bool FollowingAnalysis::Impl::is_subject(VehicleIndex vehicle) const {
    const std::int32_t index = vehicles_[vehicle].subject;
    return index >= 0 && static_cast<std::size_t>(index) < subjects_.size() &&
           subjects_[static_cast<std::size_t>(index)].vehicle == vehicle;
}

/// Whether every index in one part means something in the others, and every time can be reckoned
/// with: what save() wrote does, other bytes need not.
bool FollowingAnalysis::Impl::holds_together() const {
    const auto is_past = [this](std::int64_t at) { return is_sane_time(at) && at <= now_; };
    if ((!any_ && vehicles_.reads() > 0) || !persons_hold_together())
        return false;
    for (VehicleIndex i = 0; i < vehicles_.end(); ++i) {
        if (vehicles_[i].subject != -1 && !is_subject(i))
            return false;
        for (const Read& read : vehicles_[i].reads)
            if (read.camera >= cameras_.size() || !is_past(read.at))
                return false;
    }
    for (const Subject& subject : subjects_)
        if (subject.vehicle != kNoVehicle &&
            (!is_subject(subject.vehicle) || (subject.session > 0 && !is_past(subject.last)) ||
             !std::all_of(subject.begins.begin(), subject.begins.end(), is_past)))
            return false;
    for (const auto& [camera, subject] : mobile_cameras_)
        if (subject < 0 || static_cast<std::size_t>(subject) >= subjects_.size() ||
            subjects_[static_cast<std::size_t>(subject)].kind != SubjectKind::mobile ||
            subjects_[static_cast<std::size_t>(subject)].vehicle == kNoVehicle)
            return false;
    if (recent_.size() > cameras_.size() || traffic_.cameras() > cameras_.size())
        return false;
    for (const RecentPasses& recent : recent_) {
        for (const Recent& pass : recent.all)
            if (!is_past(pass.at))
                return false;
        for (const Recent& pass : recent.subjects)
            if (!is_past(pass.at) || !is_subject(pass.vehicle))
                return false;
    }
    for (const Pass& pass : waiting_)
        if ((any_ && pass.at.time_since_epoch().count() <= now_) || pass.plate.empty() ||
            pass.plate.size() > kLongestPlate || (pass.position && !is_on_earth(*pass.position)) ||
            pass.at != waiting_[0].at || !is_sane_time(pass.at.time_since_epoch().count()))
            return false;
    return is_sane_time(now_) && is_sane_time(swept_) && std::isfinite(followers_per_month_);
}

} // namespace vedette::analysis
