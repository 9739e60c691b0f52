#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "vedette/ports/following_store.h"

namespace vedette::ports::testing {

/// What every FollowingStore does. A Backend is default-constructed empty and offers
///   FollowingStore& store();
///   void reopen();   // as after an orderly end of the process
template <class Backend>
class FollowingStoreContract : public ::testing::Test {
protected:
    FollowingStore& store() { return backend_.store(); }
    static FollowingRecord record(const std::string& id, int minute = 0,
                                  const std::string& vehicle = "CD456") {
        return {.id = id,
                .subject = "AB123",
                .vehicle = vehicle,
                .state = "open",
                .score = "following-1",
                .opened = WallTime{std::chrono::hours{1}},
                .updated = WallTime{std::chrono::minutes{minute}},
                .llr = 0.1 + 0.2,
                .revision = 0,
                .body = "{\"x\":\"ü\"}",
                .evidence = "{}"};
    }
    static FollowingAnnouncement announcement(const std::string& about, const std::string& id) {
        return {about,
                {.id = domain::EventId{id},
                 .kind = "following.opened",
                 .camera = {},
                 .at = WallTime{std::chrono::minutes{7}},
                 .payload = "{}"}};
    }
    void put(const FollowingRecord& one) {
        const Status done =
            store().commit({.up_to = {}, .cases = {one}, .announce = {}, .state = {}});
        ASSERT_TRUE(done) << done.error().message();
    }
    std::vector<std::string> ids(const FollowingQuery& query = {}) {
        std::vector<std::string> out;
        const FollowingPage page = store().list(query).value();
        for (const auto& one : page.records)
            out.push_back(one.id);
        return out;
    }
    std::vector<std::string> waiting(std::size_t max = 100) {
        std::vector<std::string> out;
        const auto all = store().announcements(max).value();
        for (const auto& one : all)
            out.push_back(one.id.value());
        return out;
    }
    Backend backend_;
};
TYPED_TEST_SUITE_P(FollowingStoreContract);

TYPED_TEST_P(FollowingStoreContract, BeginsEmpty) {
    EXPECT_EQ(this->store().position().value(), LogPosition{0});
    EXPECT_EQ(this->store().state().value(), std::nullopt);
    EXPECT_TRUE(this->ids().empty());
    EXPECT_EQ(this->store().find("a").error().code(), ErrorCode::not_found);
}

TYPED_TEST_P(FollowingStoreContract, KeepsAllOfOneCommit) {
    const FollowingState state{LogPosition{5}, std::string("\0bytes\xff", 7)};
    ASSERT_TRUE(this->store().commit({.up_to = LogPosition{9},
                                      .cases = {this->record("a"), this->record("b")},
                                      .announce = {this->announcement("a", "a.1")},
                                      .state = state}));
    this->backend_.reopen();
    EXPECT_EQ(this->store().position().value(), LogPosition{9});
    EXPECT_EQ(this->store().state().value(), state);
    FollowingRecord expected = this->record("a");
    expected.revision = 1;
    EXPECT_EQ(this->store().find("a").value(), expected);
    EXPECT_EQ(this->store().announcements(9).value().at(0), this->announcement("a", "a.1").event);
}

TYPED_TEST_P(FollowingStoreContract, LeavesWhatACommitDoesNotName) {
    const FollowingState state{LogPosition{5}, "s"};
    ASSERT_TRUE(this->store().commit(
        {.up_to = LogPosition{9}, .cases = {}, .announce = {}, .state = state}));
    this->put(this->record("a"));
    EXPECT_EQ(this->store().position().value(), LogPosition{9});
    EXPECT_EQ(this->store().state().value(), state);
}

TYPED_TEST_P(FollowingStoreContract, RefusesAChangeOfWhatSomebodyChangedMeanwhile) {
    this->put(this->record("a"));
    FollowingRecord mine = this->store().find("a").value();
    FollowingRecord theirs = mine;
    theirs.state = "confirmed";
    this->put(theirs);
    mine.state = "updated";
    const Status refused = this->store().commit({.up_to = LogPosition{9},
                                                 .cases = {this->record("b"), mine},
                                                 .announce = {this->announcement("b", "b.1")},
                                                 .state = FollowingState{LogPosition{9}, "s"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::already_exists);
    EXPECT_NE(refused.error().message().find("case a"), std::string::npos);
    // nothing of it is there
    EXPECT_EQ(this->ids(), std::vector<std::string>{"a"});
    EXPECT_EQ(this->store().find("a").value().state, "confirmed");
    EXPECT_EQ(this->store().find("a").value().revision, 2U);
    EXPECT_EQ(this->store().position().value(), LogPosition{0});
    EXPECT_EQ(this->store().state().value(), std::nullopt);
    EXPECT_TRUE(this->waiting().empty());
    EXPECT_EQ(this->store()
                  .commit({.up_to = {}, .cases = {this->record("a")}, .announce = {}, .state = {}})
                  .error()
                  .code(),
              ErrorCode::already_exists);
}

TYPED_TEST_P(FollowingStoreContract, ListsTheLastChangedFirstInPages) {
    for (const auto& [id, minute] : {std::pair{"a", 1}, {"b", 3}, {"c", 2}, {"d", 3}})
        this->put(this->record(id, minute));
    using Ids = std::vector<std::string>;
    EXPECT_EQ(this->ids(), (Ids{"d", "b", "c", "a"}));
    FollowingQuery query;
    query.limit = 3;
    const auto first = this->store().list(query).value();
    EXPECT_EQ(first.records.size(), 3U);
    EXPECT_TRUE(first.records[0].evidence.empty());
    EXPECT_EQ(first.records[0].body, this->record("d").body);
    query.cursor = first.next;
    EXPECT_EQ(this->ids(query), Ids{"a"});
    EXPECT_TRUE(this->store().list(query).value().next.empty());
}

TYPED_TEST_P(FollowingStoreContract, ListsWhatIsAskedFor) {
    this->put(this->record("a", 1, "CD456"));
    FollowingRecord other = this->record("b", 2, "EF789");
    other.subject = "XY1";
    other.state = "confirmed";
    this->put(other);
    using Ids = std::vector<std::string>;
    FollowingQuery query;
    query.subject = "XY1";
    EXPECT_EQ(this->ids(query), Ids{"b"});
    query = {};
    query.vehicle = "CD456";
    EXPECT_EQ(this->ids(query), Ids{"a"});
    query = {};
    query.states = {"confirmed", "dismissed"};
    EXPECT_EQ(this->ids(query), Ids{"b"});
    query.states = {"open", "confirmed"};
    EXPECT_EQ(this->ids(query), (Ids{"b", "a"}));
}

TYPED_TEST_P(FollowingStoreContract, ListsByTimeOfTheLastChangeAndByScore) {
    for (const int minute : {1, 2, 3}) {
        FollowingRecord one = this->record(std::to_string(minute), minute);
        one.llr = 10.0 * minute;
        this->put(one);
    }
    using Ids = std::vector<std::string>;
    const auto at = [](int minute) { return WallTime{std::chrono::minutes{minute}}; };
    FollowingQuery query;
    query.from = at(2);
    EXPECT_EQ(this->ids(query), (Ids{"3", "2"}));
    query.to = at(3);
    EXPECT_EQ(this->ids(query), Ids{"2"});
    query.from = {};
    EXPECT_EQ(this->ids(query), (Ids{"2", "1"}));
    query.limit = 1;
    query.cursor = this->store().list(query).value().next;
    EXPECT_EQ(this->ids(query), Ids{"1"}) << "on the second page, too";
    query = {};
    query.min_llr = 20;
    EXPECT_EQ(this->ids(query), (Ids{"3", "2"}));
    query.min_llr = 30.1;
    EXPECT_EQ(this->ids(query), Ids{});
}

TYPED_TEST_P(FollowingStoreContract, RefusesBadQuestionsAndRecords) {
    const auto code = [this](const FollowingQuery& query) {
        return this->store().list(query).error().code();
    };
    FollowingQuery query;
    query.limit = 0;
    EXPECT_EQ(code(query), ErrorCode::invalid_argument);
    query.limit = 501;
    EXPECT_EQ(code(query), ErrorCode::invalid_argument);
    query.limit = 1;
    query.cursor = "no cursor";
    EXPECT_EQ(code(query), ErrorCode::invalid_argument);
    EXPECT_FALSE(this->store().commit(
        {.up_to = {}, .cases = {this->record("")}, .announce = {}, .state = {}}));
    EXPECT_FALSE(this->store().commit(
        {.up_to = {}, .cases = {}, .announce = {this->announcement("a", "")}, .state = {}}));
}

TYPED_TEST_P(FollowingStoreContract, CountsByVersionAndState) {
    this->put(this->record("a"));
    this->put(this->record("b"));
    FollowingRecord judged = this->record("c");
    judged.state = "dismissed";
    this->put(judged);
    EXPECT_THAT(this->store().counts().value(),
                ::testing::ElementsAre(FollowingCount{"following-1", "dismissed", 1},
                                       FollowingCount{"following-1", "open", 2}));
}

TYPED_TEST_P(FollowingStoreContract, CountsBySubjectAndState) {
    EXPECT_TRUE(this->store().subject_counts().value().empty());
    this->put(this->record("a"));
    FollowingRecord judged = this->record("b");
    judged.state = "confirmed";
    this->put(judged);
    FollowingRecord other = this->record("c");
    other.subject = "AA1";
    this->put(other);
    EXPECT_THAT(this->store().subject_counts().value(),
                ::testing::ElementsAre(FollowingSubjectCount{"AA1", "open", 1},
                                       FollowingSubjectCount{"AB123", "confirmed", 1},
                                       FollowingSubjectCount{"AB123", "open", 1}));
}

TYPED_TEST_P(FollowingStoreContract, HoldsAnnouncementsUntilTheyAreOnTheLogAndEachOnce) {
    ASSERT_TRUE(this->store().commit(
        {.up_to = {},
         .cases = {},
         .announce = {this->announcement("a", "2"), this->announcement("a", "1"),
                      this->announcement("a", "2")},
         .state = {}}));
    this->backend_.reopen();
    using Ids = std::vector<std::string>;
    EXPECT_EQ(this->waiting(), (Ids{"2", "1"}));
    EXPECT_EQ(this->waiting(1), Ids{"2"});
    ASSERT_TRUE(this->store().announced({domain::EventId{"2"}, domain::EventId{"unknown"}}));
    EXPECT_EQ(this->waiting(), Ids{"1"});
}

TYPED_TEST_P(FollowingStoreContract, ForgetsAPlateWithEveryTrace) {
    this->put(this->record("a", 1, "CD456"));
    this->put(this->record("b", 2, "EF789"));
    ASSERT_TRUE(this->store().commit(
        {.up_to = LogPosition{3},
         .cases = {},
         .announce = {this->announcement("a", "a.1"), this->announcement("b", "b.1")},
         .state = FollowingState{LogPosition{3}, "CD456 EF789"}}));
    EXPECT_EQ(this->store().forget("CD456").value(), 1U);
    EXPECT_EQ(this->ids(), std::vector<std::string>{"b"});
    EXPECT_EQ(this->waiting(), std::vector<std::string>{"b.1"});
    EXPECT_EQ(this->store().state().value(), std::nullopt);
    EXPECT_EQ(this->store().position().value(), LogPosition{3});
    EXPECT_EQ(this->store().forget("AB123").value(), 1U); // the subject
    EXPECT_EQ(this->store().forget("AB123").value(), 0U);
    EXPECT_TRUE(this->ids().empty());
}

TYPED_TEST_P(FollowingStoreContract, KeepsPausesUntilAStateHasThemInIt) {
    const auto pause = [](std::uint64_t after, int minute) {
        return FollowingPause{LogPosition{after}, WallTime{std::chrono::minutes{minute}}};
    };
    const auto commit = [this](std::vector<FollowingPause> pauses,
                               std::optional<FollowingState> state = {}) {
        return this->store().commit(
            {.up_to = {}, .cases = {}, .announce = {}, .state = state, .pauses = pauses});
    };
    EXPECT_TRUE(this->store().pauses().value().empty());
    ASSERT_TRUE(commit({pause(4, 9), pause(4, 7)}));
    ASSERT_TRUE(commit({pause(3, 8)}));
    this->backend_.reopen();
    using Pauses = std::vector<FollowingPause>;
    EXPECT_EQ(this->store().pauses().value(), (Pauses{pause(4, 9), pause(4, 7), pause(3, 8)}));
    ASSERT_TRUE(commit({pause(5, 1)}, FollowingState{LogPosition{5}, "s"}));
    EXPECT_EQ(this->store().pauses().value(), Pauses{pause(5, 1)}) << "came after that state";
    ASSERT_TRUE(this->store().forget("AB123"));
    EXPECT_TRUE(this->store().pauses().value().empty());
}

TYPED_TEST_P(FollowingStoreContract, RemovesACaseWithWhatWaitsToBeSaidOfIt) {
    this->put(this->record("a"));
    this->put(this->record("b"));
    ASSERT_TRUE(this->store().commit(
        {.up_to = {},
         .cases = {},
         .announce = {this->announcement("a", "a.1"), this->announcement("b", "b.1")},
         .state = {}}));
    const auto remove = [this](std::vector<FollowingRemoval> removals) {
        return this->store().commit({.up_to = LogPosition{9},
                                     .cases = {},
                                     .announce = {},
                                     .state = {},
                                     .pauses = {},
                                     .remove = std::move(removals)});
    };
    const Status refused = remove({{"b", 1}, {"a", 2}}); // somebody changed it meanwhile
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::already_exists);
    EXPECT_EQ(this->ids().size(), 2U);
    EXPECT_EQ(this->store().position().value(), LogPosition{0});
    ASSERT_TRUE(remove({{"a", 1}, {"unknown", 4}}));
    this->backend_.reopen();
    EXPECT_EQ(this->ids(), std::vector<std::string>{"b"});
    EXPECT_EQ(this->waiting(), std::vector<std::string>{"b.1"});
}

REGISTER_TYPED_TEST_SUITE_P(FollowingStoreContract, BeginsEmpty, KeepsAllOfOneCommit,
                            LeavesWhatACommitDoesNotName,
                            RefusesAChangeOfWhatSomebodyChangedMeanwhile,
                            ListsTheLastChangedFirstInPages, ListsWhatIsAskedFor,
                            ListsByTimeOfTheLastChangeAndByScore, RefusesBadQuestionsAndRecords,
                            CountsByVersionAndState, CountsBySubjectAndState,
                            HoldsAnnouncementsUntilTheyAreOnTheLogAndEachOnce,
                            ForgetsAPlateWithEveryTrace, KeepsPausesUntilAStateHasThemInIt,
                            RemovesACaseWithWhatWaitsToBeSaidOfIt);

} // namespace vedette::ports::testing
