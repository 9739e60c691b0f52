#include "vedette/analysis/following_stream.h"

#include <algorithm>
#include <utility>

#include "following/pass_state.h"
#include "following/state_bytes.h"
#include "ranges.h"

namespace vedette::analysis {
namespace {

constexpr std::uint32_t kMagic = 0x53465645; ///< "EVFS"
constexpr std::uint32_t kVersion = 2;
/// So many passes in a row, each so long after its time, and none in time between: it is the time
/// that was known that is wrong.
constexpr std::uint32_t kMostOutOfTime = 50;
/// Passes are placed in the order of their times, so older positions place none. Personal data.
constexpr std::chrono::hours kTrackKept{1};
constexpr std::chrono::hours kLongAfter{1};

std::int64_t hour_of(WallTime time) {
    return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

CountRuleOptions counting(const FollowingStreamOptions& options) {
    CountRuleOptions simple = options.simple;
    simple.max_lag = options.following.score.max_lag;
    return simple;
}

std::int64_t day_of_hour(std::int64_t hour) { return hour / 24; }

} // namespace

Status check(const FollowingStreamOptions& options) {
    VEDETTE_CHECK_OK(check(options.following));
    VEDETTE_CHECK_OK(in_range("reorder (milliseconds)",
                              static_cast<double>(options.reorder.count()), 0, 600'000));
    VEDETTE_CHECK_OK(in_range("max_held", static_cast<double>(options.max_held), 1, 1e8));
    return check(counting(options));
}

FollowingStream::FollowingStream(FollowingStreamOptions options, std::vector<Place> places,
                                 FollowingAnalysis following)
    : options_{options}, places_{std::move(places)}, reorder_{options.reorder, options.max_held},
      following_{std::move(following)}, counting_{counting(options_)} {
    for (const FollowingSubject& subject : following_.described()) {
        if (subject.kind == FollowingSubject::Kind::plate)
            counting_.add_subject(subject.name);
        for (const std::string& plate : subject.plates)
            counting_.add_subject(plate);
    }
}

Result<FollowingStream> FollowingStream::make(const FollowingStreamOptions& options,
                                              std::span<const Place> places) {
    VEDETTE_CHECK_OK(check(options));
    VEDETTE_TRY(auto following, FollowingAnalysis::make(options.following, places));
    return FollowingStream{options, {places.begin(), places.end()}, std::move(following)};
}

Status FollowingStream::add_subject(std::string_view plate) {
    VEDETTE_CHECK_OK(following_.add_subject(plate));
    counting_.add_subject(plate);
    return {};
}

Status FollowingStream::add_mobile_subject(std::string_view name,
                                           std::span<const domain::CameraId> cameras) {
    return following_.add_mobile_subject(name, cameras);
}

Status FollowingStream::add_person(std::string_view name, std::span<const std::string> plates) {
    const auto before = following_.described(name);
    VEDETTE_CHECK_OK(following_.add_person(name, plates));
    for (const std::string& plate : plates)
        counting_.add_subject(plate);
    if (before)
        count_no_more(before->plates);
    return {};
}

/// Those of them that are no subject's any more.
void FollowingStream::count_no_more(std::span<const std::string> plates) {
    for (const std::string& plate : plates)
        if (!following_.is_of_subject(plate))
            counting_.remove_subject(plate);
}

void FollowingStream::on_track(std::string_view mobile, std::span<const TrackFix> fixes) {
    const auto subject = following_.described(mobile);
    if (!subject || subject->kind != FollowingSubject::Kind::mobile)
        return;
    TrackLog& track = tracks_.try_emplace(std::string{mobile}).first->second;
    for (const TrackFix& fix : fixes)
        track.add(fix);
}

bool FollowingStream::remove_subject(std::string_view plate) {
    const auto subject = following_.described(plate);
    if (!subject)
        return false;
    reorder_.forget(subject->cameras);
    tracks_.erase(std::string{plate});
    following_.remove_subject(plate);
    std::vector<std::string> plates = subject->plates;
    plates.emplace_back(plate);
    count_no_more(plates);
    return true;
}

void FollowingStream::forget(std::string_view plate) {
    tracks_.erase(std::string{plate});
    reorder_.forget(plate);
    following_.forget(plate);
    counting_.forget(plate);
}

void FollowingStream::on_pass(Pass pass) {
    reorder_.push(std::move(pass), [this](const Pass& next) { fold(next); });
    following_.on_watermark(reorder_.watermark());
    collect();
}

void FollowingStream::pause(WallTime until) {
    reorder_.release(until, [this](const Pass& next) { fold(next); });
    following_.on_watermark(until + std::chrono::microseconds{1});
    collect();
}

bool FollowingStream::waits_until(WallTime until) const {
    return reorder_.earliest().value_or(WallTime::max()) <= until || following_.size().waiting > 0;
}

void FollowingStream::fold(const Pass& pass) {
    const std::string carrier = pass.position ? std::string{} : following_.carrier_of(pass.camera);
    if (carrier.empty() && !(carried_.contains(pass.camera) && !pass.position))
        return fold_placed(pass);
    const auto track = tracks_.find(carrier);
    const auto where = track == tracks_.end() ? std::nullopt : track->second.at(pass.at);
    if (!where) {
        ++placeless_;
        return;
    }
    Pass placed = pass;
    placed.position = where->at;
    fold_placed(placed);
}

void FollowingStream::fold_placed(const Pass& pass) {
    if (hour_of(pass.at) > hour_)
        come_to_hour(pass);
    const PassTaken taken = following_.on_pass(pass);
    collect();
    if (taken == PassTaken::taken) {
        counting_.on_pass(pass);
        for (CountedTogether& counted : counting_.take())
            steps_.emplace_back(std::move(counted));
        latest_ = std::max(latest_, pass.at);
        out_of_time_ = 0;
    } else if (taken == PassTaken::late && latest_ - pass.at > kLongAfter &&
               ++out_of_time_ >= kMostOutOfTime) {
        begin_anew(pass);
    }
}

void FollowingStream::come_to_hour(const Pass& pass) {
    following_.on_watermark(pass.at);
    collect();
    const std::int64_t before = std::exchange(hour_, hour_of(pass.at));
    if (before != 0 && day_of_hour(before) != day_of_hour(hour_))
        following_.calibrate();
    for (auto& [mobile, track] : tracks_)
        track.forget_before(pass.at - kTrackKept);
    steps_.emplace_back(FollowingHour{WallTime{std::chrono::hours{hour_}}});
}

void FollowingStream::collect() {
    for (Finding& alert : following_.take_alerts())
        steps_.emplace_back(std::move(alert));
}

/// Habits are lost, subjects are not.
void FollowingStream::begin_anew(const Pass& pass) {
    auto fresh = FollowingAnalysis::make(options_.following, places_);
    if (!fresh)
        return; // the same options made the one that is there
    for (const FollowingSubject& subject : following_.described()) {
        Status added;
        switch (subject.kind) { // no default: a new kind must be taken along
        case FollowingSubject::Kind::plate: added = fresh->add_subject(subject.name); break;
        case FollowingSubject::Kind::mobile:
            added = fresh->add_mobile_subject(subject.name, subject.cameras);
            break;
        case FollowingSubject::Kind::person:
            added = fresh->add_person(subject.name, subject.plates);
            break;
        }
        if (!added)
            break; // as many as there were fit
    }
    tracks_.clear(); // in the time of the wrong clock, too
    steps_.emplace_back(FollowingAnew{latest_, pass.at});
    following_ = *std::move(fresh);
    reorder_.set_back(pass.at);
    hour_ = hour_of(pass.at);
    latest_ = pass.at;
    out_of_time_ = 0;
    following_.on_pass(pass);
}

std::vector<FollowingStep> FollowingStream::take() { return std::exchange(steps_, {}); }

std::string FollowingStream::save() const {
    StateWriter out;
    out.put(kMagic);
    out.put(kVersion);
    out.put(hour_);
    out.put(static_cast<std::int64_t>(latest_.time_since_epoch().count()));
    out.put(out_of_time_);
    out.put(placeless_);
    out.put(static_cast<std::uint64_t>(tracks_.size()));
    for (const auto& [name, track] : tracks_) {
        out.put(std::string_view{name});
        out.put(std::string_view{track.save()});
    }
    out.put(std::string_view{reorder_.save()});
    out.put(std::string_view{options_.simple.enabled ? counting_.save() : std::string{}});
    out.put(state_checksum(out.bytes()));
    std::string bytes = out.take();
    bytes += following_.save();
    return bytes;
}

Result<FollowingStream> FollowingStream::restore(std::string_view state,
                                                 const FollowingStreamOptions& options,
                                                 std::span<const Place> places) {
    VEDETTE_CHECK_OK(check(options));
    const Error damaged{ErrorCode::data_loss,
                        "the saved state of following is damaged: start it anew from the log"};
    StateReader in{state};
    if (in.get<std::uint32_t>() != kMagic)
        return damaged;
    if (const auto version = in.get<std::uint32_t>(); version != kVersion)
        return Error{ErrorCode::invalid_argument,
                     "the saved state of following has form " + std::to_string(version) +
                         ", this version reads form " + std::to_string(kVersion) +
                         ": start it anew from the log"};
    const auto hour = in.get<std::int64_t>();
    const WallTime latest{std::chrono::microseconds{in.get<std::int64_t>()}};
    const auto out_of_time = in.get<std::uint32_t>();
    const auto placeless = in.get<std::uint64_t>();
    std::map<std::string, TrackLog, std::less<>> tracks;
    const std::size_t count = in.count(8);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        TrackLog& track = tracks[in.text()];
        VEDETTE_CHECK_OK(track.restore(in.text()));
    }
    const std::string held = in.text();
    const std::string counted = in.text();
    const std::size_t head = state.size() - in.left().size();
    const auto checksum = in.get<std::uint64_t>();
    if (!in.ok() || checksum != state_checksum(state.substr(0, head)))
        return damaged;
    VEDETTE_TRY(auto following, FollowingAnalysis::restore(in.left(), options.following, places));
    FollowingStream stream{options, {places.begin(), places.end()}, std::move(following)};
    VEDETTE_CHECK_OK(stream.reorder_.restore(held));
    if (options.simple.enabled && !counted.empty())
        VEDETTE_CHECK_OK(stream.counting_.restore(counted));
    stream.hour_ = hour;
    stream.latest_ = latest;
    stream.out_of_time_ = out_of_time;
    stream.placeless_ = placeless;
    stream.tracks_ = std::move(tracks);
    return stream;
}

} // namespace vedette::analysis
