#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/server/test_follower.h"

namespace vedette::app {
namespace {

using analysis::CaseState;
using ports::LogPosition;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class FollowerSubjectsTest : public ::testing::Test, protected testing::Rig {};

TEST_F(FollowerSubjectsTest, DropsWhatItKnowsOfASubjectThatIsNoneAnyMore) {
    open(testing::settings_for({"SUBJ1", "OTHER"}));
    see(testing::town_events());
    bring_all();
    ASSERT_TRUE(has_case_of("SHADOW"));
    ASSERT_TRUE(work_->change(testing::settings_for({"OTHER"})));
    EXPECT_FALSE(has_case_of("SHADOW"));
    EXPECT_TRUE(cases_.announcements(9).value().empty());
    const auto left = analysis::FollowingStream::restore(cases_.state().value()->bytes,
                                                         settings().stream, settings().places);
    ASSERT_TRUE(left);
    EXPECT_THAT(left->subjects(), ElementsAre("OTHER"));
}

TEST_F(FollowerSubjectsTest, KeepsACaseThatSomebodyJudged) {
    open(settings());
    see(testing::town_events());
    bring_all();
    ASSERT_TRUE(analysis::judge_case(cases_, case_of("SHADOW").id,
                                     {analysis::CaseStep::confirm, {}, "kim", "saw it"}));
    open(testing::settings_for({"OTHER"})); // also at a start
    EXPECT_EQ(case_of("SHADOW").state, CaseState::confirmed);
}

TEST_F(FollowerSubjectsTest, RemovesTheCasesOfOneWhoIsNoSubjectEvenIfItIsKilledMeanwhile) {
    open(settings());
    see(testing::town_events());
    bring_all();
    lives_.left = 0;
    EXPECT_FALSE(work_->change(testing::settings_for({"OTHER"})));
    EXPECT_FALSE(work_->change(testing::settings_for({"OTHER"})));
    EXPECT_TRUE(has_case_of("SHADOW"));
    lives_.left = 1'000'000;
    open(testing::settings_for({"OTHER"}));
    EXPECT_FALSE(has_case_of("SHADOW"));
}

TEST_F(FollowerSubjectsTest, NewSubjectsAreFollowedThroughThePastThatIsRemembered) {
    open(testing::settings_for({"OTHER"}));
    const auto events = testing::town_events();
    const auto half = static_cast<std::ptrdiff_t>(events.size() / 3);
    see({events.begin(), events.begin() + half});
    ASSERT_TRUE(bring());
    ASSERT_TRUE(work_->change(settings()));
    see({events.begin() + half, events.end()});
    bring_all();
    EXPECT_TRUE(has_case_of("SHADOW"));
}

TEST_F(FollowerSubjectsTest, APlateWithWildcardsIsASubjectOnceItWasSeen) {
    open(testing::settings_for({"SUB?1"}));
    see(testing::town_events());
    bring_all();
    EXPECT_TRUE(has_case_of("SHADOW"));
    open(testing::settings_for({"SUBJ*"}));
    EXPECT_TRUE(has_case_of("SHADOW")) << "it fits the new pattern, too";
    open(testing::settings_for({"XX*"}));
    EXPECT_FALSE(has_case_of("SHADOW"));
}

TEST_F(FollowerSubjectsTest, WhatAPatternAddedMakesRoomForWhoIsNamed) {
    open(testing::settings_for({"SUB?1", "V*"}));
    see(testing::town_events());
    bring_all();
    ASSERT_TRUE(has_case_of("SHADOW"));
    auto named = testing::settings_for({"OTHER", "SUB?1", "V*"});
    named.persons = {testing::list_of("anna", {"A1", "A2"}), testing::list_of("ben", {"B1"})};
    named.stream.following.max_subjects = 4;
    const Status changed = work_->change(named);
    ASSERT_TRUE(changed) << changed.error().message();
    const auto subjects = [this](const FollowingSettings& settings) {
        const auto stream = analysis::FollowingStream::restore(cases_.state().value()->bytes,
                                                               settings.stream, settings.places);
        return stream.value().subjects();
    };
    EXPECT_THAT(subjects(named), SizeIs(4));
    EXPECT_THAT(subjects(named), ::testing::IsSupersetOf({"OTHER", person_subject("anna").c_str(),
                                                          person_subject("ben").c_str()}));
    EXPECT_TRUE(has_case_of("SHADOW")) << "its subject still fits the pattern";
    named.persons.push_back(testing::list_of("cleo", {"C1"}));
    open(named); // also at a start
    EXPECT_THAT(subjects(named), ::testing::Contains(person_subject("cleo")));
    EXPECT_THAT(subjects(named), SizeIs(4));
}

TEST_F(FollowerSubjectsTest, ACameraGoesFromOneCarToAnother) {
    const auto car = [](const std::string& name, std::vector<std::string> cameras) {
        MobileNode node;
        node.name = name;
        for (std::string& camera : cameras)
            node.cameras.emplace_back(std::move(camera));
        return node;
    };
    auto some = testing::settings_for({"OTHER"});
    some.mobiles = {car("bus", {"front"}), car("van", {"rear", "side"})};
    open(some);
    some.mobiles = {car("bus", {"front", "rear"}), car("van", {"side"})};
    const Status moved = work_->change(some);
    ASSERT_TRUE(moved) << moved.error().message();
    some.mobiles = {car("bus", {"side"}), car("van", {"front", "rear"})}; // each the other's
    open(some);
    const auto stream =
        analysis::FollowingStream::restore(cases_.state().value()->bytes, some.stream, some.places);
    EXPECT_EQ(stream->analysis().carrier_of(domain::CameraId{"side"}), some.mobiles[0].subject());
    EXPECT_EQ(stream->analysis().carrier_of(domain::CameraId{"rear"}), some.mobiles[1].subject());
}

TEST_F(FollowerSubjectsTest, APlateGoesFromOnePersonToAnother) {
    auto some = testing::settings_for({"OTHER"});
    some.persons = {testing::list_of("anna", {"A1", "A2"}), testing::list_of("ben", {"B1"})};
    open(some);
    some.persons = {testing::list_of("anna", {"A1"}), testing::list_of("ben", {"A2", "B1"})};
    const Status changed = work_->change(some);
    EXPECT_TRUE(changed) << changed.error().message();
    some.persons = {testing::list_of("anna", {"B1"}), testing::list_of("ben", {"A1"})};
    open(some);
}

TEST_F(FollowerSubjectsTest, SaysNothingOfWhoMayAlwaysBeThere) {
    auto some = settings();
    some.ignore = {testing::list_of("neighbours", {"SHAD?W"})};
    open(some);
    see(testing::town_events());
    bring_all();
    EXPECT_FALSE(has_case_of("SHADOW"));
}

TEST_F(FollowerSubjectsTest, ClosesACaseWhenTheWindowHasPassed) {
    auto some = settings();
    some.stream.following.horizon = std::chrono::hours{24 * 10};
    open(some);
    see(testing::town_events());
    bring_all();
    const std::int64_t end = testing::town().back().second;
    see({"V1", 1, end + 86'400 * 7}, 90'000);
    ASSERT_TRUE(bring() && rest());
    EXPECT_EQ(case_of("SHADOW").state, CaseState::updated);
    see({"V1", 1, end + 86'400 * 11}, 90'001);
    ASSERT_TRUE(bring() && rest());
    EXPECT_EQ(case_of("SHADOW").state, CaseState::closed);
    EXPECT_EQ(kinds_said().back(), "following.closed");
    const auto before = outcome();
    open(some);
    ASSERT_TRUE(bring() && rest());
    EXPECT_EQ(outcome(), before) << "and says so once";
}

TEST_F(FollowerSubjectsTest, RemovesACaseThatEndedLongAgo) {
    auto some = settings();
    some.stream.following.horizon = std::chrono::hours{24 * 10};
    some.keep_ended = std::chrono::hours{24 * 12};
    open(some);
    see(testing::town_events());
    bring_all();
    const std::int64_t end = testing::town().back().second;
    for (const auto& [day, there] : {std::pair{11, true}, {22, true}, {24, false}}) {
        see({"V1", 1, end + 86'400 * day}, 90'000 + static_cast<std::size_t>(day));
        ASSERT_TRUE(bring() && rest());
        EXPECT_EQ(has_case_of("SHADOW"), there) << day;
    }
}

} // namespace
} // namespace vedette::app
