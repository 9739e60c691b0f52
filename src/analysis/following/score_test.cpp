#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "following/score_parts.h"
#include "following/test_town.h"

namespace vedette::analysis {
namespace {

CoSighting seen(std::uint32_t place, std::int64_t second, double lag_s = 8) {
    CoSighting one;
    one.camera = domain::CameraId{"c" + std::to_string(place)};
    one.place = place;
    one.index = place % 10;
    one.subject_at = testing::at_second(second);
    one.vehicle_at = one.subject_at + std::chrono::milliseconds{std::llround(lag_s * 1000)};
    one.confidence = 0.95;
    one.expected_hz = 2e-6;
    one.turn_chance = 0.4;
    one.travel_spread_s = 40;
    return one;
}

SessionEvidence session(std::uint32_t number, int cameras, double lag_s = 8) {
    SessionEvidence one;
    const std::int64_t second = number * 90'000;
    one.subject_passes = static_cast<std::uint32_t>(cameras);
    one.habit = number;
    one.day = number;
    for (int i = 0; i < cameras; ++i)
        one.together.push_back(
            seen(number * 10 + static_cast<std::uint32_t>(i), second + i * 60, lag_s));
    one.begins = one.together.front().subject_at;
    one.ends = one.together.back().subject_at;
    return one;
}

FollowingEvidence evidence(std::uint32_t sessions, int cameras = 4, double lag_s = 8) {
    FollowingEvidence all{
        .subject = "S", .vehicle = "V", .subject_sessions = 20, .sessions = {}, .options = {}};
    for (std::uint32_t i = 0; i < sessions; ++i)
        all.sessions.push_back(session(i, cameras, lag_s));
    return all;
}

double llr(const FollowingEvidence& of) { return score_following(of).llr; }

TEST(FollowingScore, IsTheSumOfItsTerms) {
    for (const std::uint32_t sessions : {0U, 1U, 2U, 5U, 20U}) {
        const FollowingScore score = score_following(evidence(sessions));
        EXPECT_NEAR(std::accumulate(score.terms.begin(), score.terms.end(), 0.0), score.llr, 1e-9);
    }
}

TEST(FollowingScore, GrowsWithTripsAndWithCameras) {
    EXPECT_LT(score_following(evidence(1)).term(TermKind::one_trip), -1); // once is no following
    EXPECT_GT(llr(evidence(2)), llr(evidence(1)) + 3);
    EXPECT_GT(llr(evidence(3)), llr(evidence(2)) + 3);
    EXPECT_GT(llr(evidence(2, 5)), llr(evidence(2, 2)));
}

TEST(FollowingScore, SaturatesWithinAJourney) {
    const double four = llr(evidence(2, 4));
    const double nine = llr(evidence(2, 9));
    EXPECT_LT(nine - four, 3); // five more cameras on each of two trips
}

TEST(FollowingScore, TakesLikeJourneysForLittleMoreThanOne) {
    FollowingEvidence commute = evidence(8);
    for (SessionEvidence& one : commute.sessions)
        one.habit = 0;
    EXPECT_LT(llr(commute), llr(evidence(3)));
    EXPECT_LT(score_following(commute).term(TermKind::like_journeys), -10);
    FollowingEvidence day = evidence(3);
    for (SessionEvidence& one : day.sessions)
        one.day = 0;
    EXPECT_LT(llr(day), llr(evidence(3)) - 2);
}

TEST(FollowingScore, CountsAheadLikeBehindAndCloseMoreThanFar) {
    EXPECT_NEAR(llr(evidence(2, 4, -8)), llr(evidence(2, 4, 8)), 1e-9);
    EXPECT_GT(llr(evidence(2, 4, 8)), llr(evidence(2, 4, 100)) + 2);
}

TEST(FollowingScore, IsExplainedByHabitByJamsAndByMisreads) {
    for (const auto change :
         {+[](CoSighting& one) { one.habit_hz = 2e-4; }, +[](CoSighting& one) { one.flow = 30; },
          +[](CoSighting& one) { one.misread_hz = 2e-4; },
          +[](CoSighting& one) { one.turn_chance = 1; },
          +[](CoSighting& one) { one.missed = 2; }}) {
        FollowingEvidence explained = evidence(3);
        for (SessionEvidence& one : explained.sessions)
            for (CoSighting& sighting : one.together)
                change(sighting);
        EXPECT_LT(llr(explained), llr(evidence(3)) - 2);
    }
}

TEST(FollowingScore, LetsAFollowerComeLateAndHandOver) {
    FollowingEvidence late = evidence(3, 5);
    for (SessionEvidence& one : late.sessions)
        one.together.erase(one.together.begin(), one.together.begin() + 2);
    EXPECT_GT(llr(late), 5);
    EXPECT_LT(llr(late), llr(evidence(3, 5)));
}

TEST(FollowingScore, CountsAbsenceOnOtherTrips) {
    FollowingEvidence many = evidence(3);
    many.subject_sessions = 200;
    EXPECT_LT(llr(many), llr(evidence(3)));
    EXPECT_GT(llr(many), 5); // but does not clear who follows now and then
}

TEST(FollowingScore, GivesAFiniteNumberForAnyEvidence) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinite = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, infinite, -infinite, 0.0, -1.0, 1e300}) {
        FollowingEvidence odd = evidence(2);
        odd.sessions[0].together[0].expected_hz = bad;
        odd.sessions[0].together[1].turn_chance = bad;
        odd.sessions[0].together[2].flow = bad;
        odd.sessions[1].together[0].habit_hz = bad;
        odd.sessions[1].together[1].travel_spread_s = bad;
        odd.sessions[1].together[2].confidence = bad;
        odd.sessions[1].subject_passes = 0;
        odd.sessions.push_back({});
        EXPECT_TRUE(std::isfinite(llr(odd))) << bad;
    }
    FollowingEvidence none = evidence(2);
    none.options.read_rate = nan;
    EXPECT_EQ(llr(none), 0);
}

TEST(Bounded, FollowsSmallEvidenceAndStopsAtTheShare) {
    EXPECT_NEAR(bounded(0.5, 0.02), 0.5, 0.05);
    EXPECT_NEAR(bounded(50, 0.02), -std::log(0.02), 1e-6);
    EXPECT_NEAR(log_one_plus(700), 700, 1e-9);
}

} // namespace
} // namespace vedette::analysis
