#pragma once

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "app/server/follower_work.h"
#include "app/server/read_lookup.h"
#include "app/server/test_following.h"
#include "vedette/ports/testing/memory_event_store.h"

namespace vedette::app::testing {

using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time
using ports::LogPosition;

/// Cases and what was said of them: what must not depend on how often the process was killed.
struct Outcome {
    std::vector<ports::FollowingRecord> cases; ///< in order of ids
    std::vector<ports::Envelope> said;         ///< on the log, in order
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// A log, a store of cases, and the work between them.
struct Rig {
    void open(const FollowingSettings& settings) {
        work_.reset();
        auto opened = FollowerWork::open(settings, parts());
        ASSERT_TRUE(opened) << opened.error().message();
        work_ = *std::move(opened);
    }
    FollowerWork::Parts parts() {
        analysis::CaseVersions versions;
        versions.program = "test";
        return {.events = mortal_log_,
                .cases = mortal_cases_,
                .metrics = metrics_,
                .messages = messages_,
                .clock = clock_,
                .versions = versions,
                .lookup = look_up_reads(sightings_),
                .settle_lookup = {},
                .settled = [this] { return settled_; }};
    }
    void see(const std::vector<ports::Envelope>& events) { ASSERT_TRUE(log_.append(events)); }
    void see(const Read& read, std::size_t number) {
        see({envelope_of(sighting_of(read, number))});
    }
    /// Brings the log to the work as a subscriber would, in batches of this size.
    Status bring(std::size_t batch = 100) {
        for (;;) {
            const auto events = log_.read(work_->position(), batch).value();
            if (events.empty())
                return work_->look();
            VEDETTE_CHECK_OK(work_->handle(events));
            clock_.advance(1s);
        }
    }
    /// Nothing more comes for as long as reads wait.
    Status rest() {
        VEDETTE_CHECK_OK(work_->look());
        clock_.advance(11s);
        VEDETTE_CHECK_OK(work_->look());
        return bring();
    }
    void bring_all(std::size_t batch = 100) {
        const Status brought = bring(batch);
        ASSERT_TRUE(brought) << brought.error().message();
        const Status rested = rest();
        ASSERT_TRUE(rested) << rested.error().message();
    }
    std::vector<ports::Envelope> said() const {
        std::vector<ports::Envelope> out;
        const auto logged = log_.read(LogPosition{0}, 1'000'000).value();
        for (const auto& one : logged)
            if (one.event.kind != "sighting")
                out.push_back(one.event);
        return out;
    }
    std::vector<std::string> kinds_said() const {
        std::vector<std::string> out;
        for (const auto& one : said())
            out.push_back(one.kind);
        return out;
    }
    Outcome outcome() const {
        Outcome out{{}, said()};
        ports::FollowingQuery query;
        query.limit = 500;
        const auto page = cases_.list(query).value();
        for (const auto& one : page.records)
            out.cases.push_back(cases_.find(one.id).value());
        std::sort(out.cases.begin(), out.cases.end(),
                  [](const auto& a, const auto& b) { return a.id < b.id; });
        return out;
    }
    analysis::Case case_of(const std::string& vehicle, const std::string& subject = "SUBJ1") const {
        return analysis::case_in(cases_.find(analysis::case_id(subject, vehicle)).value()).value();
    }
    bool has_case_of(const std::string& vehicle, const std::string& subject = "SUBJ1") const {
        return cases_.find(analysis::case_id(subject, vehicle)).has_value();
    }
    /// What comes of these events when nothing goes wrong.
    static Outcome undisturbed(const std::vector<ports::Envelope>& events,
                               const FollowingSettings& settings = Rig::settings()) {
        Rig calm;
        calm.open(settings);
        calm.see(events);
        calm.bring_all();
        return calm.outcome();
    }
    static FollowingSettings settings() { return settings_for({"SUBJ1"}); }
    static FollowingSettings with_simple_rule() {
        auto both = settings();
        both.stream.simple.enabled = true;
        return both;
    }

    Lives lives_;
    ports::testing::MemoryEventLog log_;
    ports::testing::MemoryFollowingStore cases_;
    MortalLog mortal_log_{log_, lives_};
    MortalStore mortal_cases_{cases_, lives_};
    ports::testing::MemoryEventStore sightings_;
    std::optional<WallTime> settled_; ///< what cameras say: nothing by default
    NullMetrics metrics_;
    NullLog messages_;
    ManualClock clock_;
    std::unique_ptr<FollowerWork> work_;
};

} // namespace vedette::app::testing
