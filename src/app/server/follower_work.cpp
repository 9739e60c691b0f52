#include "app/server/follower_work.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "app/server/followed_subjects.h"
#include "vedette/analysis/track_event.h"
#include "vedette/domain/plate_text.h"
#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

using analysis::FollowingStep;
using analysis::FollowingStream;
using ports::LogPosition;
using std::chrono::milliseconds;

/// Arrivals within this are one.
constexpr milliseconds kArrivalGrain{50};
/// What others have to say is looked for so often.
constexpr std::chrono::seconds kPublishEvery{2};
/// Whether reads still have to wait is asked so often.
constexpr milliseconds kSettleEvery{200};
/// A state is saved so often that it costs so much of the disk on average, and within these.
constexpr double kSavedBytesPerSecond = 200e3;
constexpr std::chrono::minutes kSaveAtMostEvery{1};
constexpr std::chrono::minutes kSaveAtLeastEvery{60};
constexpr int kTries = 5;

/// It would fail in the same way for ever, and nothing behind it would be done.
bool is_hopeless(const Error& error) {
    return error.code() == ErrorCode::invalid_argument || error.code() == ErrorCode::data_loss;
}

/// \return nothing if it says nothing that following may believe.
std::optional<analysis::Pass> pass_of(const domain::Event& event) {
    if (event.verdict != domain::Verdict::published || !event.plate ||
        event.plate->resolved.empty())
        return std::nullopt;
    return analysis::Pass{.id = event.id,
                          .camera = event.camera,
                          .at = event.best_seen,
                          .plate = domain::normalize_plate(event.plate->resolved),
                          .confidence = event.plate->confidence,
                          .character_confidence = event.plate->character_confidence,
                          .position = {}};
}

ports::FollowingAnnouncement together_event(const analysis::CountedTogether& counted) {
    const std::string pair = analysis::case_id(counted.subject, counted.vehicle);
    const domain::EventId id{pair + ".together." +
                             std::to_string(counted.last.time_since_epoch().count())};
    std::vector<std::string> cameras;
    for (const domain::CameraId& camera : counted.cameras)
        cameras.push_back(camera.value());
    const nlohmann::ordered_json payload{{"schema", 1},
                                         {"event_id", id.value()},
                                         {"type", "following.together"},
                                         {"at", events::format_time(counted.last)},
                                         {"subject", counted.subject},
                                         {"plate", counted.vehicle},
                                         {"detections", counted.detections},
                                         {"first", events::format_time(counted.first)},
                                         {"last", events::format_time(counted.last)},
                                         {"cameras", cameras}};
    return {pair,
            {.id = id,
             .kind = "following.together",
             .camera = {},
             .at = counted.last,
             .payload = payload.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}};
}

} // namespace

FollowerWork::FollowerWork(FollowingSettings settings, FollowingPlates plates,
                           FollowingStream stream, Parts parts)
    : parts_{std::move(parts)}, settings_{std::move(settings)}, plates_{std::move(plates)},
      stream_{std::move(stream)}, keeper_{parts_.cases, parts_.versions, parts_.lookup},
      outbox_{parts_.events, parts_.cases, parts_.messages}, probe_{parts_.metrics},
      saved_at_{parts_.clock.steady_now()}, published_at_{saved_at_} {}

Result<std::unique_ptr<FollowerWork>> FollowerWork::open(const FollowingSettings& settings,
                                                         Parts parts) {
    VEDETTE_TRY(auto plates, FollowingPlates::make(settings));
    VEDETTE_TRY(const auto known, parts.cases.position());
    VEDETTE_TRY(const auto kept, parts.cases.state());
    // Without a state, but known in cases: a plate was forgotten, which the log may still have.
    LogPosition position = kept ? kept->position : known;
    std::optional<FollowingStream> stream;
    if (kept) {
        auto restored = FollowingStream::restore(kept->bytes, settings.stream, settings.places);
        if (restored) {
            stream.emplace(*std::move(restored));
        } else {
            position = LogPosition{0};
            parts.messages.error("what following remembered can't be used: it learns anew from "
                                 "what the log still has",
                                 {{"reason", restored.error().message()}});
        }
    }
    if (!stream) {
        VEDETTE_TRY(auto made, FollowingStream::make(settings.stream, settings.places));
        stream.emplace(std::move(made));
    }
    std::unique_ptr<FollowerWork> work{
        new FollowerWork{settings, std::move(plates), *std::move(stream), std::move(parts)}};
    work->known_ = work->known_at_start_ = known;
    work->saved_bytes_ = kept ? kept->bytes.size() : 0;
    work->is_changed_ = !kept; // a start without a state means that a plate was forgotten
    VEDETTE_CHECK_OK(work->begin(position));
    return work;
}

Status FollowerWork::begin(LogPosition position) {
    VEDETTE_CHECK_OK(outbox_.look_back());
    VEDETTE_CHECK_OK(outbox_.publish());
    // A log that was lost, or restored from an older backup, ends before it.
    handled_ = saved_ = std::min(position, parts_.events.extent().last);
    VEDETTE_TRY(const auto pauses, parts_.cases.pauses());
    for (const ports::FollowingPause& pause : pauses)
        if (pause.after <= parts_.events.extent().last)
            repeated_.push_back(pause);
    probe_.begin(stream_);
    if (stream_.held() > 0 || stream_.analysis().size().waiting > 0)
        arrived(stream_.latest());
    return follow_subjects();
}

Status FollowerWork::handle(std::span<const ports::LoggedEvent> batch) {
    const SteadyTime began = parts_.clock.steady_now();
    VEDETTE_CHECK_OK(settle());
    for (const ports::LoggedEvent& one : batch) {
        if (one.position <= handled_)
            continue; // folded before an error
        repeat_pauses(one.position);
        take(one.event);
        handled_ = one.position;
        VEDETTE_CHECK_OK(settle());
    }
    probe_.took(std::chrono::duration<double>(parts_.clock.steady_now() - began).count());
    return look();
}

void FollowerWork::take(const ports::Envelope& envelope) {
    if (envelope.kind == analysis::kTrackEvent)
        take_track(envelope.payload);
    if (envelope.kind != "sighting")
        return;
    const auto event = events::event_from_json(envelope.payload);
    if (event) // else the store's feeder tells and counts it
        take_sighting(*event);
}

/// One that cannot be understood is of another version: then its cameras' reads have no place, and
/// are counted.
void FollowerWork::take_track(const std::string& payload) {
    const auto track = analysis::track_event_from_json(payload);
    if (!track)
        return;
    for (const MobileNode& node : settings_.mobiles)
        if (node.name == track->mobile)
            stream_.on_track(node.subject(), track->fixes);
}

void FollowerWork::take_sighting(const domain::Event& event) {
    auto pass = pass_of(event);
    if (!pass)
        return;
    if (plates_.has_patterns() && plates_.is_subject(pass->plate))
        add_subject(pass->plate);
    arrived(pass->at);
    stream_.on_pass(*std::move(pass));
    collect();
}

/// One that fits a pattern.
void FollowerWork::add_subject(const std::string& plate) {
    const std::size_t before = stream_.analysis().size().subjects;
    if (const Status added = stream_.add_subject(plate); !added) {
        if (!std::exchange(too_many_subjects_, true))
            parts_.messages.warn("following leaves out plates of its subjects' patterns",
                                 {{"reason", added.error().message()}});
    } else if (stream_.analysis().size().subjects != before) {
        has_new_subject_ = true;
    }
}

void FollowerWork::arrived(WallTime at) {
    const SteadyTime now = parts_.clock.steady_now();
    if (!arrivals_.empty() && now - arrivals_.back().when < kArrivalGrain)
        arrivals_.back().latest = std::max(arrivals_.back().latest, at);
    else
        arrivals_.push_back({now, at});
}

/// Those of the clock, from before a restart, that were made before the event at `before` was
/// taken.
void FollowerWork::repeat_pauses(LogPosition before) {
    for (; !repeated_.empty() && repeated_.front().after < before; repeated_.pop_front()) {
        stream_.pause(repeated_.front().until);
        collect();
        is_changed_ = true;
    }
}

bool FollowerWork::is_at_the_end() const { return parts_.events.extent().last <= handled_; }

/// Asked a few times a second, as each pause is a commit. Where a car carries cameras, reads have
/// to wait for its positions.
std::optional<WallTime> FollowerWork::settled_now() {
    const SteadyTime now = parts_.clock.steady_now();
    if (!parts_.settled || !settings_.mobiles.empty() || now - asked_at_ < kSettleEvery)
        return std::nullopt;
    asked_at_ = now;
    return parts_.settled();
}

/// What has waited for `reorder` on this machine's clock, too, waits no longer, and neither does
/// what nothing earlier can come to. Only at the end of the log: before it, times come from there.
/// \param settled  as it was before the end of the log was looked at
Status FollowerWork::pause_by_clock(std::optional<WallTime> settled) {
    repeat_pauses(LogPosition{handled_.value() + 1});
    const SteadyTime now = parts_.clock.steady_now();
    for (; !arrivals_.empty() && now - arrivals_.front().when >= settings_.stream.reorder;
         arrivals_.pop_front())
        owed_pause_ = std::max(owed_pause_.value_or(WallTime::min()), arrivals_.front().latest);
    if (settled)
        owed_pause_ = std::max(owed_pause_.value_or(WallTime::min()),
                               std::min(*settled - std::chrono::microseconds{1}, stream_.latest()));
    if (!owed_pause_)
        return {};
    if (stream_.waits_until(*owed_pause_)) {
        VEDETTE_CHECK_OK(parts_.cases.commit({.up_to = {},
                                              .cases = {},
                                              .announce = {},
                                              .state = {},
                                              .pauses = {{handled_, *owed_pause_}}}));
        stream_.pause(*owed_pause_);
        collect();
        is_changed_ = true;
        probe_.paused();
    }
    owed_pause_.reset();
    return settle();
}

void FollowerWork::collect() {
    for (FollowingStep& step : stream_.take())
        steps_.push_back(std::move(step));
}

/// Acts on what was found. What fails is tried again by the next call, in the same order.
Status FollowerWork::settle() {
    if (steps_.empty())
        return {};
    VEDETTE_CHECK_OK(outbox_.publish()); // see there: before a position is committed
    while (!steps_.empty()) {
        if (Status done = act(steps_.front()); !done && !is_hopeless(done.error()))
            return done;
        else if (!done)
            parts_.messages.error("a step of following is left out",
                                  {{"reason", done.error().message()}});
        steps_.pop_front();
        VEDETTE_CHECK_OK(outbox_.publish());
    }
    return {};
}

Status FollowerWork::act(const FollowingStep& step) {
    if (const auto* alert = std::get_if<analysis::Finding>(&step))
        return keep(*alert);
    if (const auto* counted = std::get_if<analysis::CountedTogether>(&step))
        return say(*counted);
    if (const auto* hour = std::get_if<analysis::FollowingHour>(&step))
        return conclude(hour->at);
    const auto& anew = std::get<analysis::FollowingAnew>(step);
    parts_.messages.warn(
        "the clock had been wrong: following forgets the reads of that time and "
        "all before, and goes on",
        {{"known_until", events::format_time(anew.known)}, {"now", events::format_time(anew.at)}});
    return {};
}

/// Closes cases that nothing new came to, and removes those that ended long ago.
Status FollowerWork::conclude(WallTime hour) {
    VEDETTE_TRY(const auto closed,
                keeper_.close_ended(hour - settings_.stream.following.horizon, hour));
    probe_.closed(closed);
    VEDETTE_TRY(auto removals, keeper_.ended_before(hour - settings_.keep_ended));
    if (removals.empty())
        return {};
    const std::size_t dropped = removals.size();
    Status done = parts_.cases.commit({.up_to = {},
                                       .cases = {},
                                       .announce = {},
                                       .state = {},
                                       .pauses = {},
                                       .remove = std::move(removals)});
    if (done)
        probe_.dropped(dropped);
    else if (done.error().code() != ErrorCode::already_exists) // else the next hour sees to it
        return done;
    return {};
}

Status FollowerWork::keep(const analysis::Finding& alert) {
    if (plates_.is_ignored(alert.vehicle)) {
        probe_.ignored();
        return {};
    }
    if (parts_.settle_lookup)
        parts_.settle_lookup(handled_);
    known_ = std::max(known_, handled_);
    VEDETTE_TRY(const auto kept, keeper_.keep(std::span{&alert, 1}, known_));
    probe_.opened(kept.opened);
    probe_.updated(kept.updated);
    if (kept.opened + kept.updated > 0)
        parts_.messages.info(
            kept.opened > 0 ? "a vehicle may follow a subject: a case is open"
                            : "a vehicle followed a subject again",
            {{"case", analysis::case_id(alert.subject, alert.vehicle)}, {"llr", alert.score.llr}});
    return {};
}

/// Has no case that would know it: what was said up to where the last run came is not said again.
Status FollowerWork::say(const analysis::CountedTogether& counted) {
    if (plates_.is_ignored(counted.vehicle)) {
        probe_.ignored();
        return {};
    }
    ports::FollowingAnnouncement event = together_event(counted);
    if (handled_ < known_at_start_ || outbox_.was_there(event.event.id))
        return {};
    known_ = std::max(known_, handled_);
    VEDETTE_CHECK_OK(parts_.cases.commit(
        {.up_to = known_, .cases = {}, .announce = {std::move(event)}, .state = {}}));
    probe_.counted();
    return {};
}

Status FollowerWork::look() {
    VEDETTE_CHECK_OK(settle());
    const auto settled = settled_now();
    if (is_at_the_end())
        VEDETTE_CHECK_OK(pause_by_clock(settled));
    const SteadyTime now = parts_.clock.steady_now();
    if (now - published_at_ >= kPublishEvery) {
        VEDETTE_CHECK_OK(outbox_.publish());
        published_at_ = now;
    }
    probe_.measured(stream_);
    return save_is_due() ? save() : Status{};
}

bool FollowerWork::save_is_due() const {
    if (has_new_subject_)
        return true; // who is to go when the pattern does
    if (handled_ == saved_ && !is_changed_)
        return false;
    const auto by_size = std::chrono::duration_cast<milliseconds>(
        std::chrono::duration<double>{static_cast<double>(saved_bytes_) / kSavedBytesPerSecond});
    return parts_.clock.steady_now() - saved_at_ >=
           std::clamp<milliseconds>(by_size, kSaveAtMostEvery, kSaveAtLeastEvery);
}

Status FollowerWork::save() {
    VEDETTE_CHECK_OK(settle());
    if (handled_ == saved_ && !is_changed_)
        return {};
    return commit_state();
}

/// Somebody may judge a case while it is to go: then it is looked at once more.
/// \pre nothing waits to be acted on
Status FollowerWork::commit_state() {
    for (int tries = 1;; ++tries) {
        Status done = try_to_commit_state();
        if (done || done.error().code() != ErrorCode::already_exists || tries == kTries)
            return done;
    }
}

Status FollowerWork::try_to_commit_state() {
    const SteadyTime began = parts_.clock.steady_now();
    VEDETTE_CHECK_OK(outbox_.publish());
    std::vector<ports::FollowingRemoval> removals;
    for (const std::string& subject : gone_) {
        VEDETTE_TRY(const auto cases, keeper_.unjudged_of(subject));
        removals.insert(removals.end(), cases.begin(), cases.end());
    }
    const std::size_t dropped = removals.size();
    std::string bytes = stream_.save();
    const std::size_t size = bytes.size();
    VEDETTE_CHECK_OK(
        parts_.cases.commit({.up_to = std::max(known_, handled_),
                             .cases = {},
                             .announce = {},
                             .state = ports::FollowingState{handled_, std::move(bytes)},
                             .pauses = {repeated_.begin(), repeated_.end()},
                             .remove = std::move(removals)}));
    gone_.clear();
    known_ = std::max(known_, handled_);
    saved_ = handled_;
    saved_at_ = parts_.clock.steady_now();
    saved_bytes_ = size;
    is_changed_ = has_new_subject_ = false;
    probe_.dropped(dropped);
    probe_.saved(size, std::chrono::duration<double>(saved_at_ - began).count());
    return {};
}

Status FollowerWork::change(const FollowingSettings& settings) {
    VEDETTE_CHECK_OK(settle());
    VEDETTE_TRY(auto plates, FollowingPlates::make(settings));
    VEDETTE_TRY(auto stream,
                FollowingStream::restore(stream_.save(), settings.stream, settings.places));
    stream_ = std::move(stream);
    settings_ = settings;
    plates_ = std::move(plates);
    too_many_subjects_ = false;
    is_changed_ = true;
    return follow_subjects();
}

/// Those of the settings, and no others.
Status FollowerWork::follow_subjects() {
    stream_.set_carried(settings_.carried);
    const auto before = stream_.analysis().described();
    VEDETTE_CHECK_OK(follow_only(settings_, plates_, stream_, gone_, parts_.messages));
    is_changed_ = is_changed_ || stream_.analysis().described() != before;
    return is_changed_ ? commit_state() : Status{};
}

} // namespace vedette::app
