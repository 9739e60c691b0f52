#include "vedette/analysis/case.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "cases/test_cases.h"

namespace vedette::analysis {
namespace {

using testing::finding;
using testing::morning;
using testing::versions;

Case opened() { return open_case(finding(2), morning(1, 12), versions()); }

Case in_state(CaseState state) {
    Case out = opened();
    out.state = state;
    return out;
}

TEST(CaseState, FollowsTheTableOfTheHeader) {
    using S = CaseState;
    struct Row {
        S from;
        S found_again;
        std::optional<S> end;
        std::optional<S> confirm;
        std::optional<S> dismiss;
    };
    const Row rows[]{{S::open, S::updated, S::closed, S::confirmed, S::dismissed},
                     {S::updated, S::updated, S::closed, S::confirmed, S::dismissed},
                     {S::closed, S::updated, {}, S::confirmed, S::dismissed},
                     {S::confirmed, S::confirmed, {}, {}, S::dismissed},
                     {S::dismissed, S::dismissed, {}, S::confirmed, {}}};
    const auto expect = [](S from, CaseStep step, std::optional<S> to) {
        const auto next = next_state(from, step);
        ASSERT_EQ(next.has_value(), to.has_value()) << to_string(from) << ", " << to_string(step);
        if (to)
            EXPECT_EQ(*next, *to);
        else
            EXPECT_EQ(next.error().code(), ErrorCode::invalid_argument);
    };
    for (const Row& row : rows) {
        expect(row.from, CaseStep::found_again, row.found_again);
        expect(row.from, CaseStep::end, row.end);
        expect(row.from, CaseStep::confirm, row.confirm);
        expect(row.from, CaseStep::dismiss, row.dismiss);
        EXPECT_EQ(case_state_from(to_string(row.from)), row.from);
    }
    EXPECT_EQ(case_state_from("solved"), std::nullopt);
}

TEST(CaseState, SaysWhatItRefuses) {
    EXPECT_EQ(next_state(CaseState::closed, CaseStep::end).error().message(),
              "a case that is closed can't be ended");
}

TEST(CaseId, IsTheSameForTheSamePairAndForNoOther) {
    EXPECT_EQ(case_id("AB123", "CD456"), case_id("AB123", "CD456"));
    EXPECT_EQ(case_id("AB123", "CD456"), "fc-8d7bb830ab12ba9e5166da77");
    EXPECT_NE(case_id("AB123", "CD456"), case_id("CD456", "AB123"));
    EXPECT_NE(case_id("AB12", "3CD456"), case_id("AB123", "CD456"));
    EXPECT_TRUE(is_case_id(case_id("AB123", "CD456")));
    for (const char* bad :
         {"", "fc-", "fc-8d7bb830ab12ba9e5166da7G", "../8d7bb830ab12ba9e5166da77"})
        EXPECT_FALSE(is_case_id(bad)) << bad;
}

TEST(Case, BeginsWithWhatTheFindingSays) {
    const Finding found = finding(2);
    const Case one = open_case(found, morning(1, 12), versions());
    EXPECT_EQ(one.id, case_id("AB123", "CD456"));
    EXPECT_EQ(one.state, CaseState::open);
    EXPECT_EQ(one.score, found.score);
    EXPECT_EQ(one.chance.probability, found.probability);
    ASSERT_EQ(one.sightings.size(), 8U);
    EXPECT_EQ(one.sightings[5].camera.value(), "gate-1");
    EXPECT_EQ(one.sightings[5].trip, 1U);
    EXPECT_TRUE(one.sightings[5].merged);
    ASSERT_EQ(one.history.size(), 1U);
    EXPECT_EQ(one.history[0].from, std::nullopt);
    EXPECT_EQ(one.history[0].why, "8 reads together at 4 places on 2 trips");
}

TEST(Case, SaysHowManyReadsChanceWouldHaveGiven) {
    // 8 reads, each within 120 s either way at 1.1 / 3 * 1e-5 + 1e-7 passes a second
    EXPECT_NEAR(opened().chance.expected_sightings, 8 * 240 * (1.1 / 3 * 1e-5 + 1e-7), 1e-12);
}

TEST(Case, KeepsHistoryAndJudgementWhenItIsFoundAgain) {
    auto one = change_case(opened(), CaseStep::confirm, morning(2, 0), "kim", "saw it").value();
    one = update_case(one, finding(3), morning(2, 40), versions()).value();
    EXPECT_EQ(one.state, CaseState::confirmed);
    EXPECT_EQ(one.opened, morning(1, 12));
    EXPECT_EQ(one.updated, morning(2, 40));
    EXPECT_EQ(one.sightings.size(), 12U);
    ASSERT_EQ(one.history.size(), 3U);
    EXPECT_EQ(one.history[1].who, "kim");
    EXPECT_EQ(one.history[1].from, CaseState::open);
}

TEST(Case, RefusesEvidenceOfAnotherPair) {
    EXPECT_EQ(update_case(opened(), finding(3, "XX999"), morning(2, 0), versions()).error().code(),
              ErrorCode::invalid_argument);
}

TEST(Case, RefusesAChangeByNobodyOrWithoutEnd) {
    const auto confirm = [](const std::string& who, const std::string& why) {
        return change_case(opened(), CaseStep::confirm, morning(2, 0), who, why).has_value();
    };
    EXPECT_TRUE(confirm(std::string(kMaxCaseWho, 'k'), std::string(kMaxCaseWhy, 'w')));
    EXPECT_FALSE(confirm("", ""));
    EXPECT_FALSE(confirm(std::string(kMaxCaseWho + 1, 'k'), ""));
    EXPECT_FALSE(confirm("kim", std::string(kMaxCaseWhy + 1, 'w')));
}

TEST(Case, AsksForEventsAndPicturesAndKeepsWhatItKnewOfThem) {
    const ReadLookup lookup = [](const domain::CameraId& camera, WallTime, std::string_view plate,
                                 bool merged) -> std::optional<ReadDetails> {
        EXPECT_EQ(merged, camera.value() == "gate-1" && plate == "CD456");
        return ReadDetails{domain::EventId{camera.value() + "." + std::string{plate}}, "x.jpg"};
    };
    const Case before = open_case(finding(2), morning(1, 12), versions(), lookup);
    EXPECT_EQ(before.sightings[0].subject_event.value(), "gate-0.AB123");
    EXPECT_EQ(before.sightings[0].vehicle_event.value(), "gate-0.CD456");
    EXPECT_EQ(before.sightings[0].vehicle_snapshot, "x.jpg");
    const Case after = update_case(before, finding(3), morning(2, 0), versions()).value();
    EXPECT_EQ(after.sightings[7].vehicle_event, before.sightings[7].vehicle_event);
    EXPECT_TRUE(after.sightings[8].vehicle_event.value().empty());
}

TEST(Case, HoldsSoManySightingsAndDropsTheOldest) {
    Finding many = finding(1);
    const CoSighting one = many.evidence.sessions[0].together[0];
    many.evidence.sessions[0].together.assign(kMaxCaseSightings + 3, one);
    many.evidence.sessions[0].together.back().camera = domain::CameraId{"last"};
    const Case big = open_case(many, morning(1, 0), versions());
    EXPECT_EQ(big.sightings.size(), kMaxCaseSightings);
    EXPECT_EQ(big.sightings_dropped, 3U);
    EXPECT_EQ(big.sightings.back().camera.value(), "last");
}

TEST(Case, HoldsSoManyChangesAndJudgementsTheLongest) {
    Case one = change_case(opened(), CaseStep::confirm, morning(2, 0), "kim", "").value();
    for (std::size_t i = 0; i < kMaxCaseChanges + 50; ++i)
        one = update_case(one, finding(2), morning(3, static_cast<int>(i)), versions()).value();
    EXPECT_EQ(one.history.size(), kMaxCaseChanges);
    EXPECT_EQ(one.changes_dropped, 52U);
    EXPECT_EQ(one.history[0].from, std::nullopt);
    EXPECT_EQ(one.history[1].who, "kim");
    for (std::size_t i = 0; i < kMaxCaseChanges; ++i)
        one = change_case(one, i % 2 == 0 ? CaseStep::dismiss : CaseStep::confirm, morning(4, 0),
                          "kim", std::to_string(i))
                  .value();
    EXPECT_EQ(one.history.size(), kMaxCaseChanges);
    EXPECT_EQ(one.history[0].from, std::nullopt);
    EXPECT_EQ(one.history.back().why, std::to_string(kMaxCaseChanges - 1));
}

TEST(CasePrecision, CountsJudgementsForEachVersionOfTheScore) {
    std::vector<Case> cases{in_state(CaseState::confirmed), in_state(CaseState::confirmed),
                            in_state(CaseState::dismissed), in_state(CaseState::open),
                            in_state(CaseState::closed)};
    cases[1].versions.score = "following-0";
    const auto all = precision_of(cases);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].score, "following-0");
    EXPECT_EQ(all[0].precision, 1.0);
    EXPECT_EQ(all[1].cases, 4U);
    EXPECT_EQ(all[1].precision, 0.5);
}

TEST(CasePrecision, SaysHowLittleAFewJudgementsTell) {
    // Wilson's interval for 9 of 10, as in textbooks: 0.596 to 0.982
    const auto nine = precision_of("x", 12, 9, 1);
    EXPECT_NEAR(nine.low, 0.5958, 5e-4);
    EXPECT_NEAR(nine.high, 0.9821, 5e-4);
    const auto none = precision_of("x", 12, 0, 0);
    EXPECT_EQ(none.precision, std::nullopt);
    EXPECT_EQ(none.low, 0);
    EXPECT_EQ(none.high, 1);
}

TEST(CaseJson, ReadsBackTheSameValue) {
    Case one = opened();
    one.sightings[2].vehicle_event = domain::EventId{"home.gate-2.7.1.sighting.0"};
    one.sightings[2].vehicle_snapshot = "2026-11-02/x.jpg";
    one.sightings[3].subject_event = domain::EventId{"home.gate-3.7.1.sighting.0"};
    one.sightings[3].subject_snapshot = "2026-11-02/y.jpg";
    one = change_case(one, CaseStep::dismiss, morning(2, 0), "kim", "a \"neighbour\" – ünïcode\n")
              .value();
    const std::string json = case_to_json(one);
    const auto back = case_from_json(json);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, one);
    EXPECT_EQ(case_to_json(*back), json);
}

TEST(CaseJson, NamesTheMemberThatIsWrong) {
    const std::string good = case_to_json(opened());
    const auto with = [&good](const std::string& from, const std::string& to) {
        std::string json = good;
        const auto at = json.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        const auto result = case_from_json(json.replace(at, from.size(), to));
        return result ? std::string{"taken"} : result.error().message();
    };
    EXPECT_EQ(with(R"("state":"open")", R"("state":"solved")"),
              "case.state must be open, updated, closed, confirmed or dismissed");
    EXPECT_EQ(with(R"("schema":1)", R"("schema":2)"),
              "case.schema must be 1: a newer program wrote this");
    EXPECT_EQ(with(R"("term":"flow")", R"("term":"floe")"),
              "case.score.terms[1].term must be flow");
    EXPECT_EQ(with(R"("trip":1)", R"("trip":-1)"),
              "case.sightings[4].trip must be a whole number from 0 to 4294967295");
    EXPECT_EQ(with(R"("vehicle":"CD456")", R"("vehicle":7)"),
              "case.vehicle must be a text of at most 1024 bytes");
    EXPECT_EQ(with(R"("probability":0.9171)", R"("probability":1.5)"),
              "case.chance.probability must be a finite number in range");
    EXPECT_EQ(with(R"("merged":false)", R"("merged":0)"),
              "case.sightings[0].merged must be true or false");
    EXPECT_EQ(with(R"("history":[)", R"("history":[3,)"), "case.history[0] must be an object");
    EXPECT_EQ(case_from_json("[]").error().message(), "case must be an object");
    EXPECT_EQ(case_from_json("{").error().message(), "case is no JSON");
}

TEST(EvidenceJson, ReadsBackBitForBitSoThatTheScoreIsTheSame) {
    Finding found = finding(3);
    found.evidence.options.leave = 0.1 + 0.2; // 0.30000000000000004
    found.evidence.sessions[1].together[2].expected_hz = 5e-324;
    found.evidence.sessions[1].together[3].habit_hz = std::numeric_limits<double>::max();
    found.evidence.sessions[2].together[0].flow = -0.0;
    const auto json = evidence_to_json(found.evidence);
    ASSERT_TRUE(json) << json.error().message();
    const auto back = evidence_from_json(*json);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, found.evidence);
    EXPECT_TRUE(std::signbit(back->sessions[2].together[0].flow));
    EXPECT_EQ(score_following(*back), score_following(found.evidence));
    EXPECT_EQ(evidence_to_json(*back).value(), *json);
}

TEST(EvidenceJson, RefusesWhatIsNoNumber) {
    Finding found = finding(1);
    found.evidence.sessions[0].together[1].flow = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(evidence_to_json(found.evidence).error().message(),
              "the evidence of trip 0 has a number that is not finite");
    found = finding(1);
    std::string json = evidence_to_json(found.evidence).value();
    const auto at = json.find("\"flow\":1.1");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(evidence_from_json(json.replace(at, 10, "\"flow\":null")).error().message(),
              "evidence.sessions[0].together[0].flow must be there");
}

TEST(EvidenceJson, RefusesOptionsThatNoAnalysisHas) {
    std::string json = evidence_to_json(finding(1).evidence).value();
    const std::string from = "\"read_rate\":0.8";
    const auto at = json.find(from);
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(evidence_from_json(json.replace(at, from.size(), "\"read_rate\":1.5")).error().code(),
              ErrorCode::invalid_argument);
}

TEST(EvidenceJson, HasABound) {
    Finding found = finding(1);
    const CoSighting one = found.evidence.sessions[0].together[0];
    found.evidence.sessions[0].together.assign(kMaxEvidenceSightings + 1, one);
    EXPECT_EQ(evidence_to_json(found.evidence).error().code(), ErrorCode::invalid_argument);
}

} // namespace
} // namespace vedette::analysis
