#include "vedette/analysis/case_keeper.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "cases/test_cases.h"
#include "vedette/events/event_json.h"
#include "vedette/ports/testing/memory_following_store.h"

namespace vedette::analysis {
namespace {

using testing::finding;
using testing::morning;
using testing::versions;
using Kept = CaseKeeper::Kept;

class CaseKeeperTest : public ::testing::Test {
protected:
    Kept keep(const std::vector<Finding>& alerts) {
        const auto kept = keeper_.keep(alerts);
        EXPECT_TRUE(kept) << kept.error().message();
        return kept.value_or(Kept{});
    }
    Case kept_case(const std::string& vehicle = "CD456") {
        return case_in(store_.find(case_id("AB123", vehicle)).value()).value();
    }
    std::vector<std::string> said() {
        std::vector<std::string> out;
        const auto all = store_.announcements(100).value();
        for (const auto& one : all)
            out.push_back(one.kind + " " + one.id.value());
        return out;
    }
    ports::testing::MemoryFollowingStore store_;
    CaseKeeper keeper_{store_, versions()};
};

TEST_F(CaseKeeperTest, OpensACaseAndSaysSoOnce) {
    EXPECT_EQ(keep({finding(2)}), (Kept{.opened = 1}));
    EXPECT_EQ(kept_case().state, CaseState::open);
    EXPECT_EQ(kept_case().opened, finding(2).last);
    EXPECT_EQ(said(), std::vector<std::string>{"following.opened " + kept_case().id + ".1"});
    EXPECT_EQ(evidence_from_json(store_.find(kept_case().id).value().evidence).value(),
              finding(2).evidence);
}

TEST_F(CaseKeeperTest, UpdatesItWithALaterTrip) {
    keep({finding(2)});
    EXPECT_EQ(keep({finding(3)}), (Kept{.updated = 1}));
    EXPECT_EQ(kept_case().state, CaseState::updated);
    EXPECT_EQ(said().back(), "following.updated " + kept_case().id + ".2");
}

TEST_F(CaseKeeperTest, ChangesNothingWhenTheSameAlertsComeAgain) {
    keep({finding(2)});
    keep({finding(3)});
    const auto before = store_.find(kept_case().id).value();
    EXPECT_EQ(keep({finding(2), finding(3)}), (Kept{.known = 2}));
    EXPECT_EQ(store_.find(before.id).value(), before);
    EXPECT_EQ(said().size(), 2U);
}

TEST_F(CaseKeeperTest, TakesSeveralAlertsOfOnePairAtOnce) {
    EXPECT_EQ(keep({finding(2), finding(2, "EF789"), finding(3)}),
              (Kept{.opened = 2, .updated = 1}));
    EXPECT_EQ(kept_case().history.size(), 2U);
    EXPECT_EQ(kept_case("EF789").history.size(), 1U);
    EXPECT_EQ(store_.find(kept_case().id).value().revision, 1U);
}

TEST_F(CaseKeeperTest, MovesThePositionWithTheCases) {
    ASSERT_TRUE(keeper_.keep({}, ports::LogPosition{7}));
    EXPECT_EQ(store_.position().value(), ports::LogPosition{7});
}

TEST_F(CaseKeeperTest, SaysNothingWhereNobodyListens) {
    ASSERT_TRUE(keeper_.keep(std::vector{finding(2)}, {}, /*announce=*/false));
    EXPECT_TRUE(said().empty());
}

TEST_F(CaseKeeperTest, KeepsAJudgementWhenItIsFoundAgain) {
    keep({finding(2)});
    const auto judged = judge_case(store_, kept_case().id,
                                   {CaseStep::dismiss, morning(1, 59), "kim", "my neighbour"});
    ASSERT_TRUE(judged) << judged.error().message();
    keep({finding(3)});
    EXPECT_EQ(kept_case().state, CaseState::dismissed);
    EXPECT_EQ(kept_case().sightings.size(), 12U);
    EXPECT_EQ(kept_case().history.at(1).why, "my neighbour");
}

TEST_F(CaseKeeperTest, JudgesNoCaseThatIsNotThereAndNoneTwice) {
    EXPECT_EQ(judge_case(store_, "fc-none", {CaseStep::confirm, {}, "kim", ""}).error().code(),
              ErrorCode::not_found);
    keep({finding(2)});
    ASSERT_TRUE(judge_case(store_, kept_case().id, {CaseStep::confirm, {}, "kim", ""}));
    EXPECT_EQ(judge_case(store_, kept_case().id, {CaseStep::confirm, {}, "kim", ""}).error().code(),
              ErrorCode::invalid_argument);
    const auto precision = precision_in(store_).value();
    ASSERT_EQ(precision.size(), 1U);
    EXPECT_EQ(precision[0].confirmed, 1U);
    EXPECT_EQ(precision[0].precision, 1.0);
}

TEST_F(CaseKeeperTest, JudgesTheCaseThatWasLookedAtAndNoNewerOne) {
    keep({finding(2)});
    const std::string id = kept_case().id;
    const auto seen = store_.find(id).value().revision;
    keep({finding(3)});
    const auto refused = judge_case(store_, id, {CaseStep::confirm, {}, "kim", "", seen});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::already_exists);
    EXPECT_NE(refused.error().message().find("look at it again"), std::string::npos);
    EXPECT_EQ(kept_case().state, CaseState::updated);
    EXPECT_TRUE(judge_case(store_, id, {CaseStep::confirm, {}, "kim", "", seen + 1}));
}

TEST_F(CaseKeeperTest, ItsEventsSayWhatTheCaseSays) {
    keep({finding(2)});
    const auto event = store_.announcements(1).value().at(0);
    const auto json = nlohmann::json::parse(event.payload);
    EXPECT_EQ(json["event_id"], event.id.value());
    EXPECT_EQ(json["type"], event.kind);
    EXPECT_EQ(json["at"], events::format_time(finding(2).last));
    EXPECT_EQ(json["case"], kept_case().id);
    EXPECT_EQ(json["subject"], "AB123");
    EXPECT_EQ(json["plate"], "CD456");
    EXPECT_EQ(json["state"], "open");
    EXPECT_EQ(json["llr"], finding(2).score.llr);
    EXPECT_EQ(json["probability"], finding(2).probability);
    EXPECT_EQ(json["expected_false_alarms_per_subject_month"], finding(2).false_alarms_per_month);
    EXPECT_EQ(json["trips"], finding(2).score.sessions);
    EXPECT_EQ(json["cameras"], (std::vector<std::string>{"gate-0", "gate-1", "gate-2", "gate-3"}));
    EXPECT_EQ(json["camera"], event.camera.value());
    EXPECT_EQ(json["model"], kFollowingModel);
    EXPECT_FALSE(json.contains("snapshot")) << "there is no picture";
}

TEST_F(CaseKeeperTest, KeepsEventsPicturesAndModelsOfReads) {
    CaseKeeper keeper{store_, versions(),
                      [](const domain::CameraId& camera, WallTime, std::string_view plate, bool) {
                          return std::optional{
                              ReadDetails{domain::EventId{camera.value() + std::string{plate}},
                                          std::string{plate} + ".jpg",
                                          {{"ocr", plate == "AB123" ? "reader@1" : "reader@2"}}}};
                      }};
    ASSERT_TRUE(keeper.keep(std::vector{finding(2)}));
    const Case about = kept_case();
    EXPECT_EQ(about.sightings[0].vehicle_event, domain::EventId{"gate-0CD456"});
    EXPECT_EQ(about.sightings[0].subject_snapshot, "AB123.jpg");
    using Model = CaseVersions::Model;
    EXPECT_EQ(about.versions.models, (std::vector<Model>{{"ocr", "glyph-row-plate"},
                                                         {"ocr", "reader@1"},
                                                         {"ocr", "reader@2"},
                                                         {"plate", "yolox-s"}}));
    const auto event = store_.announcements(1).value().at(0);
    EXPECT_EQ(nlohmann::json::parse(event.payload)["snapshot"], "CD456.jpg");
    ASSERT_TRUE(keeper_.keep(std::vector{finding(3)})); // that knows nothing of them any more
    EXPECT_EQ(kept_case().sightings[0].subject_snapshot, "AB123.jpg");
    EXPECT_EQ(kept_case().versions.models, about.versions.models);
}

TEST_F(CaseKeeperTest, NamesTheCasesOfASubjectThatNobodyJudged) {
    keep({finding(2), finding(3, "EF789"), finding(2, "GH111")});
    ASSERT_TRUE(judge_case(store_, kept_case("GH111").id, {CaseStep::dismiss, {}, "kim", ""}));
    ASSERT_TRUE(keeper_.close_ended(morning(2, 0), morning(32, 0)));
    const auto named = keeper_.unjudged_of("AB123").value();
    std::vector<std::string> ids;
    for (const auto& one : named)
        ids.push_back(one.id);
    std::sort(ids.begin(), ids.end());
    std::vector<std::string> expected{kept_case("CD456").id, kept_case("EF789").id};
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(ids, expected);
    EXPECT_TRUE(keeper_.unjudged_of("CD456").value().empty()) << "it is no subject";
    ASSERT_TRUE(store_.commit(
        {.up_to = {}, .cases = {}, .announce = {}, .state = {}, .pauses = {}, .remove = named}));
    EXPECT_FALSE(store_.find(expected[0]));
}

TEST_F(CaseKeeperTest, NamesTheCasesThatEndedLongAgo) {
    keep({finding(2), finding(3, "EF789"), finding(2, "GH111"), finding(2, "IJ222")});
    const auto judge = [&](const std::string& vehicle, CaseStep step) {
        ASSERT_TRUE(judge_case(store_, kept_case(vehicle).id, {step, morning(5, 0), "kim", ""}));
    };
    judge("GH111", CaseStep::dismiss);
    judge("IJ222", CaseStep::confirm);
    ASSERT_TRUE(keeper_.close_ended(morning(2, 0), morning(32, 0)));
    EXPECT_TRUE(keeper_.ended_before(morning(5, 0)).value().empty());
    const auto dismissed = keeper_.ended_before(morning(5, 1)).value();
    ASSERT_EQ(dismissed.size(), 1U);
    EXPECT_EQ(dismissed[0].id, kept_case("GH111").id);
    EXPECT_EQ(keeper_.ended_before(morning(32, 1)).value().size(), 2U) << "and the closed one";
}

TEST_F(CaseKeeperTest, ClosesWhatEndedAndNobodyJudged) {
    keep({finding(2), finding(3, "EF789"), finding(2, "GH111")});
    ASSERT_TRUE(judge_case(store_, kept_case("GH111").id, {CaseStep::confirm, {}, "kim", ""}));
    EXPECT_EQ(keeper_.close_ended(morning(2, 0), morning(32, 0)).value(), 1U);
    EXPECT_EQ(kept_case().state, CaseState::closed);
    EXPECT_EQ(kept_case().updated, morning(32, 0));
    EXPECT_EQ(said().back(), "following.closed " + kept_case().id + ".2");
    EXPECT_EQ(kept_case("EF789").state, CaseState::open);
    EXPECT_EQ(kept_case("GH111").state, CaseState::confirmed);
    EXPECT_EQ(keeper_.close_ended(morning(2, 0), morning(32, 0)).value(), 0U);
}

/// Lets somebody judge the case between the moment it is read and the moment it is written.
class MeddledStore final : public ports::FollowingStore {
public:
    explicit MeddledStore(ports::testing::MemoryFollowingStore& store) : store_{store} {}
    Status commit(const ports::FollowingCommit& commit) override {
        if (!std::exchange(meddled_, true)) {
            EXPECT_TRUE(
                judge_case(store_, commit.cases.at(0).id, {CaseStep::confirm, {}, "kim", ""}));
        }
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
        return store_.announced(ids);
    }
    Result<std::uint64_t> forget(std::string_view plate) override { return store_.forget(plate); }

private:
    ports::testing::MemoryFollowingStore& store_;
    bool meddled_ = false;
};

TEST_F(CaseKeeperTest, LosesNoJudgementThatComesMeanwhile) {
    keep({finding(2)});
    MeddledStore meddled{store_};
    ASSERT_TRUE(CaseKeeper(meddled, versions()).keep(std::vector{finding(3)}));
    EXPECT_EQ(kept_case().state, CaseState::confirmed);
    EXPECT_EQ(kept_case().sightings.size(), 12U);
}

} // namespace
} // namespace vedette::analysis
