#pragma once

// A small town with somebody who follows, as sightings on an event log; and parts that die at a
// chosen moment. For tests.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "app/following_options.h"
#include "vedette/events/event_json.h"
#include "vedette/ports/following_store.h"
#include "vedette/ports/testing/memory_event_log.h"
#include "vedette/ports/testing/memory_following_store.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::app::testing {

inline constexpr int kTownCameras = 12;

inline WallTime town_second(std::int64_t second) {
    constexpr WallTime kMonday = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};
    return kMonday + std::chrono::seconds{second};
}

struct Read {
    std::string plate;
    int camera = 0;
    std::int64_t second = 0; ///< since the Monday
};

/// Ten trips of SUBJ1 at odd hours; SHADOW joins the first `joined` of them, 9 s behind.
inline std::vector<Read> town(int joined = 4) {
    std::mt19937 dice{11}; // the same everywhere
    std::vector<Read> reads;
    for (int vehicle = 0; vehicle < 80; ++vehicle)
        for (int day = 0; day < 5; ++day) {
            std::int64_t second =
                day * 86'400 + 6 * 3'600 + static_cast<std::int64_t>(dice() % 50'000);
            const int from = static_cast<int>(dice() % kTownCameras);
            for (int i = 0; i < 4; ++i, second += 50 + static_cast<std::int64_t>(dice() % 20))
                reads.push_back(
                    {"V" + std::to_string(1000 + vehicle), (from + i) % kTownCameras, second});
        }
    for (int trip = 0; trip < 10; ++trip) {
        const int from = trip * 5 % kTownCameras;
        const std::int64_t second = trip % 5 * 86'400 + (7 + trip * 3 % 12) * 3'600 + trip * 137;
        for (int i = 0; i < 6; ++i) {
            const int camera = (from + i) % kTownCameras;
            reads.push_back({"SUBJ1", camera, second + i * 60});
            if (trip < joined && i != 2)
                reads.push_back({"SHADOW", camera, second + i * 60 + 9 + i % 3});
        }
    }
    std::stable_sort(reads.begin(), reads.end(),
                     [](const Read& a, const Read& b) { return a.second < b.second; });
    return reads;
}

inline domain::Event sighting_of(const Read& read, std::size_t number) {
    auto event = ports::testing::sample_sighting("s" + std::to_string(number), read.plate);
    event.camera = domain::CameraId{"cam-" + std::to_string(read.camera)};
    event.best_seen = town_second(read.second) + std::chrono::microseconds{number};
    event.first_seen = event.best_seen - std::chrono::seconds{1};
    event.last_seen = event.best_seen + std::chrono::seconds{2};
    event.plate->confidence = 0.95F;
    return event;
}

inline ports::Envelope envelope_of(const domain::Event& event) {
    return {event.id, "sighting", event.camera, event.first_seen, events::to_json(event)};
}

inline std::vector<ports::Envelope> town_events(int joined = 4) {
    std::vector<ports::Envelope> out;
    for (const Read& read : town(joined))
        out.push_back(envelope_of(sighting_of(read, out.size())));
    return out;
}

inline analysis::WatchList list_of(std::string name, std::vector<std::string> plates) {
    analysis::WatchList list;
    list.name = std::move(name);
    list.plates = std::move(plates);
    return list;
}

inline FollowingSettings settings_for(std::vector<std::string> subjects) {
    FollowingSettings settings;
    settings.enabled = true;
    settings.subjects = {list_of("family", std::move(subjects))};
    settings.stream.following.alerts_per_month = 1000; // what chance does is not asked here
    for (int i = 0; i < kTownCameras; ++i)
        settings.places.push_back({.camera = domain::CameraId{"cam-" + std::to_string(i)},
                                   .at = {52 + 0.01 * i, 13},
                                   .bearing_deg = {}});
    return settings;
}

/// How many more writes succeed; then the process counts as killed, and none does.
struct Lives {
    int left = 1'000'000;
    [[nodiscard]] Status spend() {
        if (left <= 0)
            return Error{ErrorCode::unavailable, "killed"};
        --left;
        return {};
    }
};

class MortalLog final : public ports::EventLog {
public:
    MortalLog(ports::EventLog& log, Lives& lives) : log_{log}, lives_{lives} {}
    Result<ports::LogPosition> append(std::span<const ports::Envelope> events) override {
        VEDETTE_CHECK_OK(lives_.spend());
        return log_.append(events);
    }
    [[nodiscard]] Result<std::vector<ports::LoggedEvent>> read(ports::LogPosition after,
                                                               std::size_t max) const override {
        return log_.read(after, max);
    }
    [[nodiscard]] bool wait_beyond(ports::LogPosition after, std::chrono::milliseconds patience,
                                   std::stop_token stop) const override {
        return log_.wait_beyond(after, patience, std::move(stop));
    }
    [[nodiscard]] ports::LogExtent extent() const override { return log_.extent(); }
    Status forget(ports::LogPosition up_to) override { return log_.forget(up_to); }

private:
    ports::EventLog& log_;
    Lives& lives_;
};

class MortalStore final : public ports::FollowingStore {
public:
    MortalStore(ports::FollowingStore& store, Lives& lives) : store_{store}, lives_{lives} {}
    Status commit(const ports::FollowingCommit& commit) override {
        VEDETTE_CHECK_OK(lives_.spend());
        return store_.commit(commit);
    }
    Result<ports::LogPosition> position() const override { return store_.position(); }
    Result<std::optional<ports::FollowingState>> state() const override { return store_.state(); }
    Result<std::vector<ports::FollowingPause>> pauses() const override { return store_.pauses(); }
    Result<ports::FollowingRecord> find(std::string_view id) const override {
        return store_.find(id);
    }
    Result<ports::FollowingPage> list(const ports::FollowingQuery& query) const override {
        return store_.list(query);
    }
    Result<std::vector<ports::FollowingCount>> counts() const override { return store_.counts(); }
    Result<std::vector<ports::FollowingSubjectCount>> subject_counts() const override {
        return store_.subject_counts();
    }
    Result<std::vector<ports::Envelope>> announcements(std::size_t max) const override {
        return store_.announcements(max);
    }
    Status announced(const std::vector<domain::EventId>& ids) override {
        VEDETTE_CHECK_OK(lives_.spend());
        return store_.announced(ids);
    }
    Result<std::uint64_t> forget(std::string_view plate) override { return store_.forget(plate); }

private:
    ports::FollowingStore& store_;
    Lives& lives_;
};

} // namespace vedette::app::testing
