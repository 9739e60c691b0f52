#include "app/server/follower_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/server/follower.h"
#include "app/server/test_follower.h"

namespace vedette::app {
namespace {

using analysis::CaseState;
using ports::LogPosition;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class FollowerWorkTest : public ::testing::Test, protected testing::Rig {};

TEST_F(FollowerWorkTest, OpensACaseAndSaysSoOnTheLog) {
    open(settings());
    see(testing::town_events());
    bring_all();
    ASSERT_TRUE(has_case_of("SHADOW"));
    const analysis::Case about = case_of("SHADOW");
    EXPECT_EQ(about.state, CaseState::updated);
    ASSERT_THAT(kinds_said(), SizeIs(::testing::Ge(2)));
    EXPECT_EQ(kinds_said()[0], "following.opened");
    EXPECT_EQ(kinds_said()[1], "following.updated");
    const auto first = said()[0];
    const auto json = nlohmann::json::parse(first.payload);
    EXPECT_EQ(json["event_id"], first.id.value());
    EXPECT_EQ(json["type"], "following.opened");
    EXPECT_EQ(json["case"], about.id);
    EXPECT_EQ(json["subject"], "SUBJ1");
    EXPECT_EQ(json["plate"], "SHADOW");
    EXPECT_GE(json["llr"].get<double>(), 6);
    EXPECT_GT(json["probability"].get<double>(), 0.1);
    EXPECT_GE(json["expected_false_alarms_per_subject_month"].get<double>(), 0);
    EXPECT_GE(json["cameras"].size(), 3U);
    EXPECT_EQ(json["camera"], first.camera.value());
    EXPECT_TRUE(cases_.announcements(1).value().empty());
}

TEST_F(FollowerWorkTest, ShowsWhatIsKnownOfEachRead) {
    std::vector<domain::Event> events;
    for (const testing::Read& read : testing::town())
        events.push_back(testing::sighting_of(read, events.size()));
    ASSERT_TRUE(sightings_.apply("store", LogPosition{1}, events));
    open(settings());
    see(testing::town_events());
    bring_all();
    const analysis::Case about = case_of("SHADOW");
    ASSERT_FALSE(about.sightings.empty());
    for (const analysis::CaseSighting& sighting : about.sightings) {
        const auto vehicle = sightings_.find(sighting.vehicle_event).value();
        EXPECT_EQ(vehicle.plate->resolved, "SHADOW");
        EXPECT_EQ(vehicle.best_seen, sighting.vehicle_at);
        EXPECT_EQ(sighting.vehicle_snapshot, vehicle.snapshot);
        EXPECT_EQ(sightings_.find(sighting.subject_event).value().plate->resolved, "SUBJ1");
    }
    EXPECT_FALSE(about.versions.models.empty());
    EXPECT_EQ(nlohmann::json::parse(said()[0].payload)["snapshot"].get<std::string>().empty(),
              false);
}

/// The process is killed after each of its writes in turn.
TEST_F(FollowerWorkTest, ComesToTheSameHoweverOftenItIsKilled) {
    const auto events = testing::town_events();
    const testing::Outcome expected = undisturbed(events, with_simple_rule());
    ASSERT_THAT(expected.said, SizeIs(::testing::Ge(7)));
    see(events);
    int kills = 0;
    for (int round = 0; round < 80; ++round) {
        lives_.left = round % 7; // sometimes fewer than it takes to open
        auto opened = FollowerWork::open(with_simple_rule(), parts());
        if (opened) {
            work_ = *std::move(opened);
            if (!bring(static_cast<std::size_t>(round % 5 * 30 + 1)))
                ++kills;
            work_.reset();
        }
    }
    EXPECT_GT(kills, 10);
    lives_.left = 1'000'000;
    open(with_simple_rule());
    bring_all();
    EXPECT_EQ(outcome(), expected);
}

TEST_F(FollowerWorkTest, CountsWhereTheSimpleRuleIsOn) {
    auto some = with_simple_rule();
    some.ignore = {testing::list_of("neighbours", {"V*"})};
    open(some);
    see(testing::town_events());
    bring_all();
    std::vector<ports::Envelope> counted = said();
    std::erase_if(counted, [](const auto& one) { return one.kind != "following.together"; });
    ASSERT_THAT(counted, SizeIs(4)) << "once for each trip";
    const auto json = nlohmann::json::parse(counted[0].payload);
    EXPECT_EQ(json["event_id"], counted[0].id.value());
    EXPECT_EQ(json["subject"], "SUBJ1");
    EXPECT_EQ(json["plate"], "SHADOW");
    EXPECT_EQ(json["detections"], 5);
    EXPECT_EQ(json["cameras"].size(), 5U);
}

/// Nothing is known of the subject before its first sighting, and no state was saved since.
TEST_F(FollowerWorkTest, IsKilledInItsFirstMinuteAndLosesNothing) {
    auto pattern = settings();
    pattern.subjects = {testing::list_of("family", {"SUB?1"})};
    const auto events = testing::town_events();
    const testing::Outcome expected = undisturbed(events, pattern);
    ASSERT_THAT(expected.said, SizeIs(::testing::Ge(2)));
    open(pattern);
    see(events);
    lives_.left = 3;
    ASSERT_FALSE(bring());
    lives_.left = 1'000'000;
    open(pattern);
    bring_all();
    EXPECT_EQ(outcome(), expected);
}

TEST_F(FollowerWorkTest, GoesOnInTheMiddleFromWhatItSaved) {
    const auto events = testing::town_events();
    const testing::Outcome expected = undisturbed(events);
    for (std::size_t at = 0; at < events.size(); at += 97) {
        open(settings());
        see({events.begin() + static_cast<std::ptrdiff_t>(at),
             events.begin() + static_cast<std::ptrdiff_t>(std::min(at + 97, events.size()))});
        ASSERT_TRUE(bring());
        if (at % 2 == 0) {
            ASSERT_TRUE(work_->save());
        }
    }
    bring_all();
    EXPECT_EQ(outcome(), expected);
}

TEST_F(FollowerWorkTest, FoldsNothingTwiceWhenABatchComesAgain) {
    const auto events = testing::town_events();
    const testing::Outcome expected = undisturbed(events);
    open(settings());
    see(events);
    lives_.left = 1; // it can't write: the subscriber brings the same again
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(work_->handle(log_.read(LogPosition{0}, events.size()).value()));
    lives_.left = 1'000'000;
    ASSERT_TRUE(work_->handle(log_.read(LogPosition{0}, events.size()).value()));
    bring_all();
    EXPECT_EQ(outcome(), expected);
}

TEST_F(FollowerWorkTest, TakesDoubledAndLateEventsForWhatTheyAre) {
    auto events = testing::town_events();
    const testing::Outcome expected = undisturbed(events);
    std::vector<ports::Envelope> doubled;
    for (std::size_t i = 0; i < events.size(); ++i) {
        doubled.push_back(events[i]);
        doubled.push_back(events[i]);
        if (i > 500)
            doubled.push_back(events[i - 500]);
    }
    open(settings());
    see(doubled);
    bring_all();
    EXPECT_EQ(outcome(), expected);
}

TEST_F(FollowerWorkTest, DoesNotCareWhoOfNearlyEqualTimesIsWrittenFirst) {
    auto events = testing::town_events();
    const testing::Outcome expected = undisturbed(events);
    for (std::size_t i = 1; i < events.size(); i += 2)
        std::swap(events[i], events[i - 1]);
    open(settings());
    see(events);
    bring_all();
    testing::Outcome shuffled = outcome();
    EXPECT_EQ(shuffled.cases, expected.cases);
    EXPECT_EQ(shuffled.said, expected.said);
}

TEST_F(FollowerWorkTest, LetsNoReadWaitForTrafficThatDoesNotCome) {
    const auto events = testing::town_events();
    open(settings());
    see(events);
    ASSERT_TRUE(bring());
    const auto pauses = [this] { return cases_.pauses().value(); };
    EXPECT_THAT(pauses(), IsEmpty());
    clock_.advance(5s);
    ASSERT_TRUE(work_->look());
    EXPECT_THAT(pauses(), IsEmpty()) << "it may still come";
    clock_.advance(6s);
    ASSERT_TRUE(work_->look());
    ASSERT_THAT(pauses(), SizeIs(1));
    EXPECT_EQ(pauses()[0].after, log_.extent().last);
    clock_.advance(60s);
    ASSERT_TRUE(work_->look());
    EXPECT_THAT(pauses(), IsEmpty()) << "the state that was saved has it";
    clock_.advance(1h);
    ASSERT_TRUE(work_->look());
    EXPECT_THAT(pauses(), IsEmpty()) << "and nothing waits any more";
}

TEST_F(FollowerWorkTest, LetsNoReadWaitThatNothingEarlierCanComeTo) {
    const auto calm = undisturbed(testing::town_events());
    open(settings());
    const auto events = testing::town_events();
    std::size_t told = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        see({events[i]});
        settled_ = events[i].at; // a camera still follows one that came before the best view of it
        ASSERT_TRUE(bring());
        const std::size_t before = cases_.list({}).value().records.size();
        settled_ = i + 1 < events.size() ? events[i + 1].at + 1s : WallTime::max();
        clock_.advance(1s);
        ASSERT_TRUE(work_->look());
        told += cases_.list({}).value().records.size() - before;
    }
    EXPECT_GT(told, 0U) << "as soon as no camera was behind, without the ten seconds";
    EXPECT_EQ(outcome().cases, calm.cases);
    open(settings()); // folds what was not saved once more, with the same pauses
    ASSERT_TRUE(bring());
    EXPECT_EQ(outcome().cases, calm.cases);
}

TEST_F(FollowerWorkTest, ReadsOfCarsWithCamerasWaitForPositionsWhateverIsSettled) {
    auto some = settings();
    MobileNode van;
    van.name = "van";
    van.cameras = {domain::CameraId{"rear"}};
    some.mobiles = {van};
    open(some);
    see({"V1", 1, 100}, 1);
    ASSERT_TRUE(bring());
    settled_ = WallTime::max();
    clock_.advance(1s);
    ASSERT_TRUE(work_->look());
    EXPECT_EQ(cases_.pauses().value().size(), 0U);
    clock_.advance(10s);
    ASSERT_TRUE(work_->look());
    EXPECT_EQ(cases_.pauses().value().size(), 1U);
}

/// A read that comes after a pause is late; it stays so when the log is read again.
TEST_F(FollowerWorkTest, DecidesAPauseOnceAndForAll) {
    const auto events = testing::town_events();
    const auto after_late_read = [&](bool killed) {
        testing::Rig one;
        one.open(settings());
        one.see(events);
        one.bring_all();
        EXPECT_THAT(one.cases_.pauses().value(), SizeIs(1));
        const std::int64_t end = testing::town().back().second;
        // A trip at the end, of which the follower's reads come after a pause, and out of order.
        for (int i = 0; i < 6; ++i) {
            one.see({"SUBJ1", i, end + 86'400 + i * 60}, 90'000 + static_cast<std::size_t>(i));
            EXPECT_TRUE(one.bring() && one.rest());
            one.see({"SHADOW", i, end + 86'400 + i * 60 - 3}, 91'000 + static_cast<std::size_t>(i));
            EXPECT_TRUE(one.bring());
        }
        if (killed) {
            EXPECT_THAT(one.cases_.pauses().value(), SizeIs(::testing::Ge(3)));
            one.open(settings()); // from the state before the pauses
            EXPECT_TRUE(one.bring());
        }
        EXPECT_TRUE(one.rest());
        EXPECT_TRUE(one.work_->save());
        return std::pair{one.outcome(), one.cases_.state().value()};
    };
    const auto expected = after_late_read(false);
    EXPECT_EQ(after_late_read(true), expected);
}

TEST_F(FollowerWorkTest, LearnsAnewFromTheLogWhenItsStateIsDamaged) {
    open(settings());
    see(testing::town_events());
    bring_all();
    const auto before = outcome();
    ASSERT_TRUE(cases_.commit({.up_to = {},
                               .cases = {},
                               .announce = {},
                               .state = ports::FollowingState{LogPosition{7}, "damaged"}}));
    open(settings());
    EXPECT_EQ(work_->position(), LogPosition{0});
    bring_all();
    EXPECT_EQ(outcome(), before) << "all of it was known";
}

TEST_F(FollowerWorkTest, DoesNotLearnAgainWhatWasForgotten) {
    open(settings());
    see(testing::town_events());
    bring_all();
    ASSERT_TRUE(work_->save());
    ASSERT_TRUE(cases_.forget("SHADOW"));
    open(settings());
    bring_all();
    EXPECT_FALSE(has_case_of("SHADOW"));
}

TEST_F(FollowerWorkTest, GoesOnAtTheEndOfALogThatIsShorterThanItKnows) {
    ASSERT_TRUE(
        cases_.commit({.up_to = LogPosition{50'000}, .cases = {}, .announce = {}, .state = {}}));
    see({"SUBJ1", 1, 0}, 1);
    open(settings());
    EXPECT_EQ(work_->position(), LogPosition{1});
}

TEST_F(FollowerWorkTest, TheLogIsNeededBehindWhatWasSaved) {
    open(settings());
    see(testing::town_events());
    ASSERT_TRUE(bring());
    EXPECT_LE(work_->saved(), work_->position());
    ASSERT_TRUE(work_->save());
    EXPECT_EQ(work_->saved(), work_->position());
}

TEST_F(FollowerWorkTest, RunsOnAThreadOfItsOwn) {
    auto some = settings();
    some.stream.reorder = 0ms;
    const SystemClock clock;
    auto real = parts();
    const FollowerWork::Parts with_real_time{.events = real.events,
                                             .cases = real.cases,
                                             .metrics = metrics_,
                                             .messages = messages_,
                                             .clock = clock,
                                             .versions = real.versions,
                                             .lookup = {},
                                             .settle_lookup = {}};
    {
        const auto follower = Follower::start(some, with_real_time).value();
        see(testing::town_events());
        ASSERT_TRUE(follower->wait_for(log_.extent().last, 60s));
        follower->change(testing::settings_for({"SUBJ1", "OTHER"}));
        see({"V1", 1, 86'400 * 9}, 90'000);
        ASSERT_TRUE(follower->wait_for(log_.extent().last, 60s));
        EXPECT_TRUE(has_case_of("SHADOW"));
    }
    const auto state = cases_.state().value();
    ASSERT_TRUE(state) << "it saves where it stands when it ends";
    EXPECT_EQ(state->position, log_.extent().last);
    const auto left =
        analysis::FollowingStream::restore(state->bytes, some.stream, some.places).value();
    EXPECT_THAT(left.subjects(), ElementsAre("OTHER", "SUBJ1"));
}

} // namespace
} // namespace vedette::app
