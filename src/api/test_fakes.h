#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "vedette/api/server.h"
#include "vedette/domain/event.h"
#include "vedette/events/event_json.h"

namespace vedette::api::test {

inline WallTime at_second(int second) {
    return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}} +
           std::chrono::hours{10} + std::chrono::seconds{second};
}

inline domain::Event make_event(int number, const std::string& camera = "gate",
                                const std::string& plate = "AB12CDE") {
    domain::Event event;
    event.id = domain::EventId{"home." + camera + ".20261121T100000Z." + std::to_string(number) +
                               ".sighting.0"};
    event.camera = domain::CameraId{camera};
    event.track = domain::TrackId{number};
    event.verdict = domain::Verdict::published;
    event.label = "car";
    event.score = 0.9F;
    event.first_seen = event.last_seen = event.best_seen = at_second(number);
    event.box = {0.2F, 0.3F, 0.3F, 0.2F};
    event.detections = 7;
    if (!plate.empty())
        event.plate = domain::PlateText{.observed = plate,
                                        .normalized = plate,
                                        .resolved = plate,
                                        .confidence = 0.96F,
                                        .character_confidence = {},
                                        .regions = {{"gb", 0.8F}},
                                        .reads = 5};
    event.snapshot = camera + "/" + std::to_string(number) + ".jpg";
    event.source = "demo";
    return event;
}

/// Newest first, with a cursor that counts. Matches plates by exact text and prefix alone.
class FakeStore final : public ports::EventStore {
public:
    Status apply(std::string_view, ports::LogPosition,
                 std::span<const domain::Event> events) override {
        std::scoped_lock lock{mutex_};
        events_.insert(events_.begin(), events.rbegin(), events.rend());
        return {};
    }
    Result<ports::LogPosition> position(std::string_view) const override {
        return ports::LogPosition{0};
    }
    Result<domain::Event> find(const domain::EventId& id) const override {
        std::scoped_lock lock{mutex_};
        for (const auto& event : events_)
            if (event.id == id)
                return event;
        return Error{ErrorCode::not_found, "there is no event " + id.value()};
    }
    Result<ports::EventPage> search(const ports::EventQuery& query) const override {
        std::unique_lock lock{mutex_};
        ++searches;
        may_answer_.wait(lock, [this] { return !held_; });
        std::size_t skip = 0;
        if (!query.cursor.empty() && !query.cursor.starts_with("after-"))
            return Error{ErrorCode::invalid_argument, "cursor is none of this store's"};
        if (!query.cursor.empty())
            skip = std::stoul(query.cursor.substr(6));
        ports::EventPage page;
        std::size_t seen = 0;
        for (const auto& event : events_) {
            if (!matches(event, query) || seen++ < skip)
                continue;
            if (page.events.size() == query.limit) {
                page.next = "after-" + std::to_string(skip + query.limit);
                break;
            }
            page.events.push_back(
                {event, query.match == ports::PlateMatch::fuzzy ? "1 edit: \"AB12\"" : ""});
        }
        return page;
    }
    Result<ports::StoreExtent> extent() const override {
        std::scoped_lock lock{mutex_};
        if (damaged_)
            return Error{ErrorCode::data_loss, "the store is damaged"};
        return ports::StoreExtent{.events = events_.size(), .oldest = {}, .newest = {}, .bytes = 0};
    }
    Result<std::vector<std::string>> forget(WallTime, std::size_t) override {
        return std::vector<std::string>{};
    }

    void damage() {
        std::scoped_lock lock{mutex_};
        damaged_ = true;
    }
    /// Searches wait until release().
    void hold() {
        std::scoped_lock lock{mutex_};
        held_ = true;
    }
    void release() {
        {
            std::scoped_lock lock{mutex_};
            held_ = false;
        }
        may_answer_.notify_all();
    }
    mutable std::atomic<int> searches{0};

private:
    static bool matches(const domain::Event& event, const ports::EventQuery& query) {
        if (!query.cameras.empty() && std::find(query.cameras.begin(), query.cameras.end(),
                                                event.camera) == query.cameras.end())
            return false;
        if (!query.plate)
            return true;
        if (!event.plate)
            return false;
        const std::string& text = event.plate->normalized;
        return query.match == ports::PlateMatch::exact
                   ? text == *query.plate
                   : text.starts_with(query.plate->substr(0, 2));
    }

    mutable std::mutex mutex_;
    mutable std::condition_variable may_answer_;
    std::vector<domain::Event> events_;
    bool damaged_ = false;
    bool held_ = false;
};

class FakeLog final : public ports::EventLog {
public:
    Result<ports::LogPosition> append(std::span<const ports::Envelope> events) override {
        {
            std::scoped_lock lock{mutex_};
            events_.insert(events_.end(), events.begin(), events.end());
        }
        more_.notify_all();
        return extent().last;
    }
    Result<std::vector<ports::LoggedEvent>> read(ports::LogPosition after,
                                                 std::size_t max) const override {
        std::scoped_lock lock{mutex_};
        std::vector<ports::LoggedEvent> out;
        for (std::size_t i = after.value(); i < events_.size() && out.size() < max; ++i)
            out.push_back({ports::LogPosition{i + 1}, events_[i]});
        return out;
    }
    bool wait_beyond(ports::LogPosition after, std::chrono::milliseconds patience,
                     std::stop_token stop) const override {
        std::unique_lock lock{mutex_};
        return more_.wait_for(lock, stop, patience, [&] { return events_.size() > after.value(); });
    }
    ports::LogExtent extent() const override {
        std::scoped_lock lock{mutex_};
        return {ports::LogPosition{1}, ports::LogPosition{events_.size()}, 0};
    }
    Status forget(ports::LogPosition) override { return {}; }

    void add(const domain::Event& event) {
        const ports::Envelope envelope{.id = event.id,
                                       .kind = "sighting",
                                       .camera = event.camera,
                                       .at = event.first_seen,
                                       .payload = events::to_json(event)};
        (void)append({&envelope, 1});
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable_any more_;
    std::vector<ports::Envelope> events_;
};

class FakeObjects final : public ports::ObjectStore {
public:
    Status put(std::string_view key, std::span<const std::byte> bytes) override {
        std::scoped_lock lock{mutex_};
        objects_[std::string{key}] = {bytes.begin(), bytes.end()};
        return {};
    }
    Result<std::vector<std::byte>> get(std::string_view key) const override {
        VEDETTE_CHECK_OK(ports::check_key(key));
        std::scoped_lock lock{mutex_};
        const auto found = objects_.find(std::string{key});
        if (found == objects_.end())
            return Error{ErrorCode::not_found, "there is no object " + std::string{key}};
        return found->second;
    }
    Status remove(std::string_view key) override {
        std::scoped_lock lock{mutex_};
        objects_.erase(std::string{key});
        return {};
    }
    Status for_each(std::string_view,
                    const std::function<bool(const ports::ObjectInfo&)>&) const override {
        return {};
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::vector<std::byte>> objects_;
};

class FakeCameras final : public ports::CameraDirectory {
public:
    std::vector<ports::CameraStatus> cameras() const override {
        return {status("gate", ports::CameraState::online),
                status("drive", ports::CameraState::offline)};
    }
    Result<ports::CameraStatus> camera(const domain::CameraId& id) const override {
        for (auto& one : cameras())
            if (one.id == id)
                return one;
        return Error{ErrorCode::not_found, "there is no camera " + id.value()};
    }
    Result<ports::LivePicture> latest_picture(const domain::CameraId& id,
                                              int longest_side_px) const override {
        VEDETTE_TRY(const auto status, camera(id));
        if (status.state != ports::CameraState::online)
            return Error{ErrorCode::unavailable, id.value() + " gave no picture yet"};
        ++pictures;
        const std::string bytes = "jpeg of " + std::to_string(longest_side_px);
        const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
        return ports::LivePicture{.jpeg = {first, first + bytes.size()},
                                  .width_px = longest_side_px,
                                  .height_px = longest_side_px / 2,
                                  .at = at_second(5),
                                  .boxes = {{{0.1F, 0.2F, 0.3F, 0.4F}, "car", "\xC3\x84\n\"B"}}};
    }
    mutable std::atomic<int> pictures{0};

private:
    static ports::CameraStatus status(const std::string& id, ports::CameraState state) {
        ports::CameraStatus status;
        status.id = domain::CameraId{id};
        status.state = state;
        status.source = "rtsp://10.0.0.10/main";
        status.since = at_second(1);
        if (state == ports::CameraState::offline)
            status.problem = "no answer <b>";
        status.funnel = {{"published", 3}, {"too_brief", 1}};
        status.inputs.push_back({.roles = {"detect", "live", "record"},
                                 .state = state,
                                 .since = status.since,
                                 .source = status.source,
                                 .problem = status.problem,
                                 .last_packet = std::nullopt,
                                 .reconnects = 4,
                                 .breaks = 3,
                                 .fallback_reason = ""});
        return status;
    }
};

/// All of them, with two events in the store.
struct FakeParts {
    FakeStore store;
    FakeLog log;
    FakeObjects objects;
    FakeCameras cameras;

    FakeParts() {
        for (int i = 1; i <= 2; ++i)
            (void)store.apply("test", ports::LogPosition{0}, std::vector{make_event(i)});
        const std::string picture = "a picture";
        (void)objects.put("gate/1.jpg", std::as_bytes(std::span{picture}));
    }
    ApiParts parts() {
        return {.store = store,
                .log = log,
                .objects = objects,
                .cameras = cameras,
                .metrics = [] { return std::string{"# TYPE a counter\na 1\n"}; },
                .stats = [] { return std::string{R"({"cameras":2})"}; },
                .checks =
                    [] {
                        return std::vector<ReadyCheck>{{"cameras", true, ""}};
                    },
                .reload = []() -> Result<std::vector<std::string>> {
                    return std::vector<std::string>{"camera gate: fps 5 -> 10"};
                },
                .convoy = [](const ConvoyQuestion& question) -> Result<std::string> {
                    if (question.from && question.to && *question.from >= *question.to)
                        return Error{ErrorCode::invalid_argument, "from must be before to"};
                    return R"({"plate":")" + question.plate + R"(","max_lag":)" +
                           std::to_string(question.max_lag.count()) + "}";
                },
                .patterns = [](const PatternsQuestion& question) -> Result<std::string> {
                    return R"({"plate":")" + question.plate + R"(","kinds":)" +
                           std::to_string(question.kinds.size()) + "}";
                },
                .watch_lists = [] { return std::string{R"({"watchlists":[]})"}; },
                .watch_check = [](const std::string& plate) -> Result<std::string> {
                    return R"({"plate":")" + plate + R"("})";
                },
                .version = "1.2.3"};
    }
};

} // namespace vedette::api::test
