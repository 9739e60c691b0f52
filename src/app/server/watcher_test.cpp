#include "app/server/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "testing/temporary_folder.h"
#include "vedette/events/event_json.h"
#include "vedette/events/position_file.h"
#include "vedette/ports/testing/memory_event_log.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class WatcherTest : public ::testing::Test {
protected:
    static analysis::WatchList list(std::string name, analysis::WatchKind kind,
                                    std::vector<std::string> plates,
                                    analysis::WatchRule rule = analysis::WatchRule::exact) {
        analysis::WatchList one;
        one.name = std::move(name);
        one.kind = kind;
        one.rule = rule;
        one.plates = std::move(plates);
        return one;
    }
    static std::vector<analysis::WatchList> lists() {
        return {list("family", analysis::WatchKind::known, {"FAM1LY"}),
                list("neighbours", analysis::WatchKind::ignore, {"NEXT1"}),
                list("wanted", analysis::WatchKind::watch, {"AB12?DE", "NEXT1", "FAM1LY"})};
    }
    void start(std::vector<analysis::WatchList> lists) {
        auto watcher = Watcher::start(analysis::WatchIndex::make(std::move(lists)).value(), file_,
                                      {log_, metrics_, messages_, clock_});
        ASSERT_TRUE(watcher) << watcher.error().message();
        watcher_ = *std::move(watcher);
    }
    ports::LogPosition see(const std::string& id, const std::string& plate,
                           domain::Verdict verdict = domain::Verdict::published) {
        auto event = ports::testing::sample_sighting(id, plate);
        event.verdict = verdict;
        return log_
            .append(std::vector<ports::Envelope>{
                {event.id, "sighting", event.camera, event.first_seen, events::to_json(event)}})
            .value();
    }
    void see_and_wait(const std::string& id, const std::string& plate,
                      domain::Verdict verdict = domain::Verdict::published) {
        ASSERT_TRUE(watcher_->wait_for(see(id, plate, verdict), 20s));
    }
    /// The matches on the log, in order.
    std::vector<std::string> matches() {
        std::vector<std::string> out;
        const auto logged = log_.read(ports::LogPosition{0}, 10'000).value();
        for (const auto& one : logged)
            if (one.event.kind == kWatchMatch)
                out.push_back(one.event.id.value());
        return out;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ = folder_ / "positions" / "watchlist";
    ports::testing::MemoryEventLog log_;
    NullMetrics metrics_;
    NullLog messages_;
    SystemClock clock_;
    std::unique_ptr<Watcher> watcher_;
};

TEST_F(WatcherTest, PutsOneEventOnTheLogForEachSightingOnAList) {
    start(lists());
    see_and_wait("a", "AB12XDE");
    see_and_wait("b", "AB12XDEE");
    see_and_wait("c", "NEXT1");
    see_and_wait("d", "FAM1LY");
    see_and_wait("e", "AB12XDE", domain::Verdict::plate_unreadable);
    EXPECT_THAT(matches(), ElementsAre("a.watchlist.match", "d.watchlist.match"))
        << "neighbours are ignored, texts that were not believed are never acted on";
}

TEST_F(WatcherTest, ItsEventSaysWhatMatchedAndWhy) {
    start(lists());
    see_and_wait("d", "FAM1LY");
    const auto logged = log_.read(ports::LogPosition{1}, 1).value();
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_EQ(logged[0].event.camera, domain::CameraId{"gate"});
    const auto json = nlohmann::json::parse(logged[0].event.payload);
    EXPECT_EQ(json["event_id"], "d.watchlist.match");
    EXPECT_EQ(json["type"], "watchlist.match");
    EXPECT_EQ(json["sighting"], "d");
    EXPECT_EQ(json["plate"], "FAM1LY");
    EXPECT_EQ(json["snapshot"], "d.jpg");
    ASSERT_EQ(json["matches"].size(), 2U);
    EXPECT_EQ(json["matches"][0]["list"], "family");
    EXPECT_EQ(json["matches"][0]["kind"], "known");
    EXPECT_EQ(json["matches"][0]["may_act"], true);
    EXPECT_EQ(json["matches"][1]["list"], "wanted");
    EXPECT_EQ(json["matches"][1]["why"], "exactly");
}

TEST_F(WatcherTest, WhatWasSeenBeforeItFirstStartedIsNoNews) {
    see("old", "AB12XDE");
    start(lists());
    see_and_wait("new", "AB12XDE");
    EXPECT_THAT(matches(), ElementsAre("new.watchlist.match"));
}

TEST_F(WatcherTest, TakesUpWhereItStoodAndRepeatsNothing) {
    start(lists());
    see_and_wait("a", "AB12XDE");
    const auto before = events::PositionFile::open(file_).value().position();
    see_and_wait("b", "AB12YDE");
    watcher_.reset();
    // A crash after the match of b was written and before the position was kept.
    ASSERT_TRUE(events::PositionFile::open(file_)->keep(before));
    see("c", "AB12ZDE"); // while nobody watched
    start(lists());
    see_and_wait("d", "AB12XDE");
    EXPECT_THAT(matches(), ElementsAre("a.watchlist.match", "b.watchlist.match",
                                       "c.watchlist.match", "d.watchlist.match"));
}

TEST_F(WatcherTest, NewListsCountFromThenOn) {
    start({});
    see_and_wait("a", "AB12XDE");
    watcher_->change(analysis::WatchIndex::make(lists()).value());
    EXPECT_EQ(watcher_->lists()->plates(), 5U);
    see_and_wait("b", "AB12XDE");
    EXPECT_THAT(matches(), ElementsAre("b.watchlist.match"));
}

} // namespace
} // namespace vedette::app
