#include "vedette/analysis/track.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "following/test_town.h"

namespace vedette::analysis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::at_second;
using testing::Dice;

constexpr double kDegree_m = 111'195;

TrackFix fix_at(std::int64_t second, double metres_north, std::optional<double> speed = {}) {
    return {.at = at_second(second),
            .position = {52 + metres_north / kDegree_m, 13},
            .speed_mps = speed,
            .course_deg = 0,
            .accuracy_m = 4};
}

TrackLog log_of(std::initializer_list<TrackFix> fixes) {
    TrackLog log;
    for (const TrackFix& fix : fixes)
        EXPECT_TRUE(log.add(fix));
    return log;
}

TEST(TrackLog, IsExactAtAFixAndStraightInBetween) {
    const TrackLog log = log_of({fix_at(0, 0, 10), fix_at(10, 100, 10)});
    EXPECT_EQ(log.at(at_second(0)), (TrackPosition{{52, 13}, 4}));
    const auto middle = log.at(at_second(5));
    ASSERT_TRUE(middle);
    EXPECT_NEAR(distance_m(middle->at, {52, 13}), 50, 0.1);
    EXPECT_NEAR(middle->uncertainty_m, 4 + 10 * 5 / 2.0, 0.1);
    const auto near = log.at(at_second(9));
    ASSERT_TRUE(near);
    EXPECT_LT(near->uncertainty_m, middle->uncertainty_m);
}

TEST(TrackLog, ForgetsWhatNothingWillBeAskedOf) {
    TrackLog log = log_of({fix_at(0, 0, 10), fix_at(10, 100, 10), fix_at(20, 200, 10)});
    const auto before = log.at(at_second(15));
    log.forget_before(at_second(15));
    EXPECT_EQ(log.size(), 2U);
    EXPECT_EQ(log.at(at_second(15)), before);
    log.forget_before(at_second(1'000));
    EXPECT_EQ(log.latest(), fix_at(20, 200, 10)) << "it may stand there";
    EXPECT_EQ(log.size(), 1U);
}

TEST(TrackLog, SaysNothingWhereItCannotKnow) {
    EXPECT_FALSE(TrackLog{}.at(at_second(0)));
    const TrackLog driving = log_of({fix_at(0, 0, 20), fix_at(61, 1'220, 20)});
    EXPECT_FALSE(driving.at(at_second(-1))) << "before the first";
    EXPECT_FALSE(driving.at(at_second(30))) << "a gap of more than a minute";
    EXPECT_TRUE(driving.at(at_second(64))) << "it drives on for a moment";
    EXPECT_FALSE(driving.at(at_second(67)));
    const TrackLog fast = log_of({fix_at(0, 0, 60), fix_at(40, 2'400, 60)});
    EXPECT_TRUE(fast.at(at_second(4)));
    EXPECT_FALSE(fast.at(at_second(20))) << "600 m either way";
    TrackFix vague = fix_at(0, 0);
    vague.accuracy_m = TrackLog::kMostUncertain_m + 1;
    EXPECT_FALSE(log_of({vague}).at(vague.at));
}

TEST(TrackLog, LetsStandWhatStands) {
    const TrackLog parked = log_of({fix_at(0, 0, 0), fix_at(300, 20, 0)});
    EXPECT_TRUE(parked.at(at_second(150))) << "both ends are one place";
    EXPECT_TRUE(parked.at(at_second(380)));
    EXPECT_FALSE(parked.at(at_second(400)));
    EXPECT_FALSE(log_of({fix_at(0, 0, 0), fix_at(700, 20, 0)}).at(at_second(350)))
        << "it may have been away";
}

TEST(TrackLog, GoesTheShortWayAroundTheEarth) {
    TrackFix west = fix_at(0, 0);
    west.position = {0, 179.9995};
    TrackFix east = fix_at(10, 0);
    east.position = {0, -179.9995};
    const auto middle = log_of({west, east}).at(at_second(5));
    ASSERT_TRUE(middle);
    EXPECT_NEAR(std::abs(middle->at.longitude_deg), 180, 1e-6);
}

TEST(TrackLog, TakesFixesInAnyOrderAndEachOnce) {
    TrackLog ordered;
    TrackLog shuffled;
    std::vector<TrackFix> fixes;
    for (int i = 0; i < 200; ++i)
        fixes.push_back(fix_at(i * 2, i * 30, 15));
    for (const TrackFix& fix : fixes)
        EXPECT_TRUE(ordered.add(fix));
    Dice dice{7};
    for (std::size_t i = fixes.size(); i > 1; --i)
        std::swap(fixes[i - 1], fixes[static_cast<std::size_t>(dice.below(static_cast<int>(i)))]);
    for (const TrackFix& fix : fixes)
        EXPECT_TRUE(shuffled.add(fix));
    EXPECT_FALSE(shuffled.add(fixes[3]));
    EXPECT_EQ(shuffled.save(), ordered.save());
}

TEST(TrackLog, ForgetsTheOldestBeyondItsBound) {
    TrackLog log{10};
    for (int i = 0; i < 1'000; ++i)
        log.add(fix_at(i, i));
    EXPECT_EQ(log.size(), 10U);
    EXPECT_FALSE(log.at(at_second(980)));
    EXPECT_TRUE(log.at(at_second(995)));
    EXPECT_FALSE(log.add(fix_at(5, 5))) << "older than all that are kept";
}

TEST(TrackLog, RefusesWhatIsNoPosition) {
    TrackLog log;
    TrackFix bad = fix_at(0, 0);
    bad.position.latitude_deg = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(log.add(bad));
    bad = fix_at(0, 0);
    bad.speed_mps = -1;
    EXPECT_FALSE(log.add(bad));
    EXPECT_NE(check(bad).error().message().find("speed"), std::string::npos);
    bad = fix_at(0, 0);
    bad.course_deg = 361;
    EXPECT_FALSE(log.add(bad));
    EXPECT_EQ(log.size(), 0U);
}

/// Whatever the way: nothing is said that is further from it than what it says of itself allows.
TEST(TrackLog, IsAsRightAsItSays) {
    Dice dice{19};
    std::size_t said = 0;
    std::size_t off = 0;
    for (int round = 0; round < 50; ++round) {
        TrackLog log;
        std::vector<TrackFix> way; // ten a second
        GeoPoint at{52, 13};
        double speed = 10;
        double course = dice.below(360);
        for (int i = 0; i < 3'000; ++i) {
            if (dice.below(100) == 0)
                course += dice.below(180) - 90;
            if (dice.below(50) == 0)
                speed = dice.below(4) == 0 ? 0 : dice.below(25);
            constexpr double kRadians = 3.14159265358979 / 180;
            at.latitude_deg += speed / 10 * std::cos(course * kRadians) / kDegree_m;
            at.longitude_deg += speed / 10 * std::sin(course * kRadians) /
                                (kDegree_m * std::cos(at.latitude_deg * kRadians));
            way.push_back({.at = at_second(0) + milliseconds{100 * i},
                           .position = at,
                           .speed_mps = speed,
                           .course_deg = std::fmod(course + 720, 360),
                           .accuracy_m = 3});
        }
        for (std::size_t i = 0; i < way.size(); i += static_cast<std::size_t>(10 + dice.below(80)))
            log.add(way[i]);
        for (const TrackFix& truth : way) {
            const auto where = log.at(truth.at);
            if (!where)
                continue;
            ++said;
            off += distance_m(where->at, truth.position) > 2.5 * where->uncertainty_m ? 1 : 0;
        }
    }
    EXPECT_GT(said, 100'000U);
    EXPECT_LT(static_cast<double>(off), 0.01 * static_cast<double>(said));
}

TEST(TrackLog, GoesOnAfterARestart) {
    const TrackLog log = log_of({fix_at(0, 0, 10), fix_at(10, 100), fix_at(20, 150, 3)});
    TrackLog again;
    ASSERT_TRUE(again.restore(log.save()));
    EXPECT_EQ(again.save(), log.save());
    EXPECT_EQ(again.at(at_second(13)), log.at(at_second(13)));
    const std::string state = log.save();
    for (std::size_t size = 0; size < state.size(); ++size)
        EXPECT_FALSE(again.restore(state.substr(0, size))) << size;
    EXPECT_EQ(again.save(), log.save()) << "nothing was changed";
}

} // namespace
} // namespace vedette::analysis
