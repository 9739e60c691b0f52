#include "app/server/event_recorder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "vedette/events/event_json.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::app {
namespace {

/// Facts on their way; the analysis waits when there are more.
constexpr std::size_t kInbox = 256;
constexpr std::size_t kBatch = 256;

std::string day_of(WallTime at) { return events::format_time(at).substr(0, 10); }

/// The head of every event that is no sighting.
nlohmann::ordered_json head(const domain::EventId& id, const std::string& kind, WallTime at) {
    return {{"schema", events::kEventSchemaVersion},
            {"event_id", id.value()},
            {"type", kind},
            {"at", events::format_time(at)}};
}

nlohmann::ordered_json reading_json(const ports::CameraTamper::Reading& reading) {
    const auto rounded = [](double value) { return std::round(value * 1e3) / 1e3; };
    nlohmann::ordered_json json{{"luminance", rounded(reading.luminance)},
                                {"detail", rounded(reading.detail)},
                                {"sharpness", rounded(reading.sharpness)},
                                {"agreement", rounded(reading.agreement)}};
    if (reading.shift)
        json["shift"] = {{"x", rounded(reading.shift->x)},
                         {"y", rounded(reading.shift->y)},
                         {"degrees", rounded(reading.shift->degrees)},
                         {"zoom", rounded(reading.shift->zoom)}};
    return json;
}

std::string text_of(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// What the input is for, and how it fared since the camera was started.
void tell_connection(const ports::InputStatus& input, nlohmann::ordered_json& json) {
    json["roles"] = input.roles;
    json["on_fallback"] = input.on_fallback;
    json["breaks"] = input.breaks;
    json["reconnects"] = input.reconnects;
}

} // namespace

EventRecorder::EventRecorder(Options options, Parts parts)
    : options_{std::move(options)}, parts_{std::move(parts)}, written_{parts_.metrics->counter(
                                                                  "app_events_written_total",
                                                                  "Events made durable")},
      lost_{parts_.metrics->counter("app_events_lost_total",
                                    "Events given up because the disk refused for too long")},
      pictures_lost_{parts_.metrics->counter(
          "app_snapshots_lost_total",
          "Snapshots that could not be written, or were not kept for want of memory")},
      waiting_gauge_{parts_.metrics->gauge("app_events_waiting", "Events that wait for the disk")},
      inbox_gauge_{parts_.metrics->gauge("app_recorder_waiting",
                                         "Sightings and news of cameras that wait to be written "
                                         "down")},
      record_seconds_{parts_.metrics->histogram(
          "app_record_seconds", "From what happened to its durable event",
          {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}, {})},
      worker_{"record", kInbox, WhenFull::block, [this](Fact fact) { handle(std::move(fact)); }} {}

EventRecorder::~EventRecorder() {
    worker_.finish();
    write();
    if (!backlog_.empty())
        parts_.messages->error("events are lost: the disk refused them to the end",
                               {{"events", backlog_.size()}});
}

Status EventRecorder::take(domain::Event event, const pipeline::EventPictures& pictures) {
    if (!domain::is_published(event.verdict))
        return {};
    const bool bare = without_pictures_;
    if (bare && !pictures.object.empty())
        pictures_lost_->add();
    ++*underway_;
    if (!worker_.post(Sighting{std::move(event), bare ? pipeline::EventPictures{} : pictures,
                               parts_.clock->steady_now()})) {
        --*underway_;
        return Error{ErrorCode::cancelled, "the recorder has ended"};
    }
    return {};
}

void EventRecorder::state_changed(const ports::CameraStatus& status) {
    if (!worker_.post(status))
        parts_.messages->debug("a camera changed after the recorder had ended",
                               {{"camera", status.id.value()}});
}

void EventRecorder::input_news(const InputNews& news) {
    if (!worker_.post(news))
        parts_.messages->debug("an input changed after the recorder had ended",
                               {{"camera", news.camera.value()}});
}

void EventRecorder::tamper_changed(const ports::TamperChange& change) {
    if (!worker_.post(change))
        parts_.messages->debug("a camera's view changed after the recorder had ended",
                               {{"camera", change.camera.value()}});
}

void EventRecorder::load_changed(bool overloaded, double lost) {
    if (!worker_.post(Load{overloaded, lost, parts_.clock->wall_now()}))
        parts_.messages->debug("the load changed after the recorder had ended");
}

void EventRecorder::memory_changed(const MemoryWatch::News& news) {
    if (!worker_.post(Memory{news, parts_.clock->wall_now()}))
        parts_.messages->debug("memory changed after the recorder had ended");
}

void EventRecorder::nudge() {
    if (waiting_ > 0 && !worker_.post(Nudge{}))
        parts_.messages->debug("nudged after the end");
}

void EventRecorder::handle(Fact fact) {
    inbox_gauge_->set(static_cast<double>(worker_.waiting()));
    if (auto* sighting = std::get_if<Sighting>(&fact))
        record(*sighting);
    else if (const auto* status = std::get_if<ports::CameraStatus>(&fact))
        record(*status);
    else if (const auto* input = std::get_if<InputNews>(&fact))
        record(*input);
    else if (const auto* change = std::get_if<ports::TamperChange>(&fact))
        record(*change);
    else if (const auto* load = std::get_if<Load>(&fact))
        record(*load);
    else if (const auto* memory = std::get_if<Memory>(&fact))
        record(*memory);
    write();
}

void EventRecorder::record(Sighting& sighting) {
    domain::Event& event = sighting.event;
    const std::string key = day_of(event.first_seen) + "/" + event.id.value();
    keep_picture(event, sighting.pictures.object, key + ".jpg", event.snapshot);
    keep_picture(event, sighting.pictures.plate, key + "-plate.jpg", event.plate_snapshot);
    enqueue({{event.id, "sighting", event.camera, event.first_seen, events::to_json(event)},
             sighting.taken,
             event.track,
             event.trace});
    if (parts_.on_sighting)
        parts_.on_sighting(event);
}

void EventRecorder::record(const ports::CameraStatus& status) {
    const std::string kind = "camera." + std::string{ports::to_string(status.state)};
    const domain::EventId id = next_id(status.site, status.id, kind);
    auto json = head(id, kind, status.since);
    json["camera"] = status.id.value();
    if (!status.site.empty())
        json["site"] = status.site;
    json["source"] = status.source;
    if (!status.problem.empty())
        json["reason"] = status.problem;
    if (!status.inputs.empty())
        tell_connection(status.inputs.front(), json);
    enqueue({{id, kind, status.id, status.since, text_of(json)}, parts_.clock->steady_now()});
}

void EventRecorder::record(const InputNews& news) {
    const domain::EventId id = next_id({}, news.camera, news.kind);
    auto json = head(id, news.kind, news.at);
    json["camera"] = news.camera.value();
    json["source"] = news.input.source;
    if (const std::string& why =
            news.input.on_fallback ? news.input.fallback_reason : news.input.problem;
        !why.empty())
        json["reason"] = why;
    tell_connection(news.input, json);
    enqueue({{id, news.kind, news.camera, news.at, text_of(json)}, parts_.clock->steady_now()});
}

void EventRecorder::record(const ports::TamperChange& change) {
    const std::string kind = change.begins ? "camera.tampered" : "camera.tamper_ended";
    const domain::EventId id = next_id(change.site, change.camera, kind);
    auto json = head(id, kind, change.at);
    json["camera"] = change.camera.value();
    if (!change.site.empty())
        json["site"] = change.site;
    json["kind"] = change.kind;
    json["since"] = events::format_time(change.since);
    if (!change.begins)
        json["accepted"] = change.accepted;
    json.update(reading_json(change.reading));
    enqueue({{id, kind, change.camera, change.at, text_of(json)}, parts_.clock->steady_now()});
}

void EventRecorder::record(const Load& load) {
    const std::string kind = load.overloaded ? "node.overloaded" : "node.recovered";
    const domain::EventId id = next_id({}, {}, kind);
    auto json = head(id, kind, load.at);
    json["lost_share"] = load.lost;
    enqueue({{id, kind, {}, load.at, text_of(json)}, parts_.clock->steady_now()});
}

void EventRecorder::record(const Memory& memory) {
    const std::string kind = memory.news.is_short ? "node.memory_short" : "node.memory_enough";
    const domain::EventId id = next_id({}, {}, kind);
    auto json = head(id, kind, memory.at);
    json["in_use_bytes"] = memory.news.in_use_bytes;
    json["limit_bytes"] = memory.news.limit_bytes;
    enqueue({{id, kind, {}, memory.at, text_of(json)}, parts_.clock->steady_now()});
}

domain::EventId EventRecorder::next_id(const std::string& site, const domain::CameraId& camera,
                                       const std::string& kind) {
    return domain::make_event_id(site.empty() ? options_.site : site, camera, options_.boot,
                                 domain::TrackId{0}, kind, changes_++);
}

/// An event without its picture is worth more than none.
void EventRecorder::keep_picture(const domain::Event& event, const imaging::Image& picture,
                                 const std::string& key, std::string& kept) {
    if (picture.empty() || parts_.pictures == nullptr)
        return;
    const auto store = [&]() -> Status {
        VEDETTE_TRY(const auto jpeg, imaging::encode_jpeg(picture.view(), options_.jpeg_quality));
        return parts_.pictures->put(key, std::as_bytes(std::span{jpeg}));
    };
    if (const Status stored = store(); stored) {
        kept = key;
        if (std::exchange(pictures_refused_, false))
            parts_.messages->info("snapshots can be written again");
    } else {
        pictures_lost_->add();
        if (!std::exchange(pictures_refused_, true))
            parts_.messages->warn("a snapshot could not be written; the next ones are only counted",
                                  {{"camera", event.camera.value()},
                                   {"track", event.track.value()},
                                   {"trace", event.trace.to_hex()},
                                   {"event", event.id.value()},
                                   {"key", key},
                                   {"reason", stored.error().message()}});
    }
}

void EventRecorder::enqueue(Waiting event) {
    if (backlog_.size() >= options_.kept_back)
        give_up_oldest("too many wait for the disk");
    backlog_.push_back(std::move(event));
}

void EventRecorder::give_up_oldest(std::string_view why) {
    const Waiting& lost = backlog_.front();
    parts_.messages->error("an event is lost", {{"camera", lost.event.camera.value()},
                                                {"trace", lost.trace.to_hex()},
                                                {"event", lost.event.id.value()},
                                                {"reason", why}});
    *underway_ -= lost.event.kind == "sighting" ? 1 : 0;
    backlog_.pop_front();
    lost_->add();
}

/// What stands at the front of the backlog, up to `most` events.
Status EventRecorder::append_front(std::size_t most) {
    const auto end =
        backlog_.begin() + static_cast<std::ptrdiff_t>(std::min(backlog_.size(), most));
    std::vector<ports::Envelope> batch;
    std::transform(backlog_.begin(), end, std::back_inserter(batch),
                   [](const Waiting& one) { return one.event; });
    VEDETTE_TRY(const auto last, parts_.log->append(batch));
    (void)last;
    written_->add(static_cast<double>(batch.size()));
    const SteadyTime now = parts_.clock->steady_now();
    std::for_each(backlog_.begin(), end, [&](const Waiting& one) {
        record_seconds_->observe(std::chrono::duration<double>(now - one.since).count());
        if (one.event.kind != "sighting")
            return;
        --*underway_;
        parts_.messages->info("sighting written", {{"camera", one.event.camera.value()},
                                                   {"track", one.track.value()},
                                                   {"trace", one.trace.to_hex()},
                                                   {"event", one.event.id.value()}});
    });
    backlog_.erase(backlog_.begin(), end);
    return {};
}

/// One event that the log will never take must not hold up the others: it is found alone.
void EventRecorder::write() {
    std::size_t most = kBatch;
    while (!backlog_.empty()) {
        const Status done = append_front(most);
        if (done) {
            if (std::exchange(refused_, false))
                parts_.messages->info("events can be written again");
        } else if (done.error().code() != ErrorCode::invalid_argument) {
            if (!std::exchange(refused_, true))
                parts_.messages->error("events can't be written; they wait in memory",
                                       {{"reason", done.error().message()}});
            break;
        } else if (most > 1) {
            most = 1;
        } else {
            give_up_oldest(done.error().message());
        }
    }
    waiting_ = backlog_.size();
    waiting_gauge_->set(static_cast<double>(backlog_.size()));
}

} // namespace vedette::app
