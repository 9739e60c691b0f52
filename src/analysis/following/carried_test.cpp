// What the words of the score mean for a car that carries its cameras.
#include "following/carried.h"

#include <gmock/gmock.h>
#include <set>

#include "following/cells.h"
#include "following/test_ride.h"

namespace vedette::analysis {
namespace {

using testing::Ride;

Finding found(const FollowingAnalysis& following, const std::string& plate) {
    auto finding = following.finding("van", plate);
    EXPECT_TRUE(finding) << finding.error().message();
    return finding ? *std::move(finding) : Finding{};
}

/// Weeks of rides with nobody behind, so that it is known how many one meets.
Ride used_to_the_road(int rides = 12) {
    Ride ride;
    for (int i = 0; i < rides; ++i) {
        ride.drive(15);
        ride.turn_right();
        ride.drive(10);
        ride.rest(20);
    }
    return ride;
}

/// A ride of half an hour with so many turns, followed.
void follow(Ride& ride, int turns, const std::vector<std::string>& plates) {
    for (int i = 0; i <= turns; ++i) {
        ride.drive(24 / (turns + 1), plates);
        ride.turn_right();
    }
    ride.rest(7);
}

TEST(CarriedCameras, CellsAreSquaresThatHaveAMiddle) {
    for (const GeoPoint at :
         {GeoPoint{52.52, 13.405}, GeoPoint{-33.9, 151.2}, GeoPoint{0, 0}, GeoPoint{0, -0.0001},
          GeoPoint{64.1, -21.9}, GeoPoint{-90, 180}, GeoPoint{90, -180}, GeoPoint{89.99, 179.99}}) {
        const std::string name = cell_name(at);
        const auto middle = cell_middle(name);
        ASSERT_TRUE(middle) << name;
        EXPECT_LT(distance_m(at, *middle), 400) << name;
        EXPECT_TRUE(is_on_earth(*middle)) << name;
        if (std::abs(at.latitude_deg) < 80) {
            EXPECT_EQ(cell_name(*middle), name);
        }
    }
    for (const char* name : {"", "@", "@1", "@,", "@1,x", "gate", "@99999,1", "@1,2,3", "1,2",
                             "@1,99999999", "@99999999999999999999,1"})
        EXPECT_FALSE(cell_middle(name)) << name;
}

TEST(CarriedCameras, OneStraightRoadIsOnePieceOfEvidence) {
    Ride ride = used_to_the_road();
    ride.drive(20, {"ROAD"});
    ride.rest(9);
    const Finding road = found(testing::fold(ride), "ROAD");
    EXPECT_LT(road.score.term(TermKind::turns) + road.score.term(TermKind::one_journey), 4.0);
    EXPECT_EQ(road.score.term(TermKind::lag), 0.0) << "all that it sees is near";
    EXPECT_EQ(road.evidence.sessions.size(), 1U);
    EXPECT_LT(road.score.llr, 3);
    EXPECT_FALSE(road.alert);

    Ride longer = used_to_the_road();
    longer.drive(60, {"ROAD"});
    EXPECT_LT(found(testing::fold(longer), "ROAD").score.llr, road.score.llr + 1)
        << "three times as long proves no more";
}

/// The least chance of an innocent vehicle to go on as this one did, over all of its steps.
double least_turn_chance(const Ride& ride) {
    double least = 1;
    for (const SessionEvidence& session : found(testing::fold(ride), "SHADOW").evidence.sessions)
        for (std::size_t i = 1; i < session.together.size(); ++i)
            least = std::min(least, session.together[i].turn_chance);
    return least;
}

TEST(CarriedCameras, TurnsAndStopsProveMoreThanAStraightWay) {
    Ride straight = used_to_the_road();
    straight.drive(20, {"SHADOW"});
    Ride turned = used_to_the_road();
    follow(turned, 3, {"SHADOW"});
    EXPECT_LT(least_turn_chance(turned), 0.6 * least_turn_chance(straight));
    Ride stopped = used_to_the_road();
    stopped.drive(8, {"SHADOW"});
    stopped.stand(8);
    stopped.drive(8, {"SHADOW"});
    EXPECT_LT(least_turn_chance(stopped), 0.4 * least_turn_chance(straight));
}

TEST(CarriedCameras, AJamIsOnePieceOfEvidence) {
    Ride ride = used_to_the_road();
    ride.drive(2, {"QUEUE"});
    ride.stand(25, {"QUEUE"});
    const Finding queue = found(testing::fold(ride), "QUEUE");
    ASSERT_EQ(queue.evidence.sessions.size(), 1U);
    EXPECT_LE(queue.evidence.sessions[0].together.size(), 2U);
    EXPECT_LE(queue.score.places, 2U);
    EXPECT_FALSE(queue.alert);
}

TEST(CarriedCameras, DifferentDaysAreWhatConvinces) {
    Ride ride = used_to_the_road();
    for (int day = 0; day < 3; ++day) {
        follow(ride, 3, {"SHADOW"});
        ride.rest(20);
        ride.drive(20);
        ride.rest(17);
    }
    auto following = testing::fold(ride);
    following.calibrate();
    const auto findings = following.findings("van");
    ASSERT_TRUE(findings);
    EXPECT_EQ((*findings)[0].vehicle, "SHADOW");
    EXPECT_EQ((*findings)[0].score.sessions, 3U);
    EXPECT_GT((*findings)[0].score.llr, (*findings)[1].score.llr + 6);
    EXPECT_TRUE((*findings)[0].alert);
    EXPECT_EQ(score_following((*findings)[0].evidence).llr, (*findings)[0].score.llr)
        << "by the evidence alone";
}

TEST(CarriedCameras, WhoLivesThereIsNoFollower) {
    Ride ride = used_to_the_road(2);
    for (int day = 0; day < 14; ++day) {
        ride.begin_at({52.3, 13.3});
        ride.see("PARKED", 1); // before the door, every morning
        ride.drive(2, {});
        ride.drive(12);
        ride.rest(23);
    }
    const Finding parked = found(testing::fold(ride), "PARKED");
    EXPECT_LT(parked.score.llr, 2);
    const CoSighting& last = parked.evidence.sessions.back().together.back();
    EXPECT_GT(last.habit_hz * 240, 0.2) << "of the visits to that kilometre";
    EXPECT_FALSE(parked.alert);
}

TEST(CarriedCameras, StandingForLongEndsAJourney) {
    Ride ride = used_to_the_road(1);
    ride.drive(10, {"A1"});
    ride.stand(1, {"A1"}); // it has come there
    ride.stand(4);
    ride.stand(40, {"B1"}); // parked, the cameras on
    ride.turn_right();
    ride.drive(10, {"A1"});
    const auto following = testing::fold(ride);
    EXPECT_EQ(found(following, "A1").evidence.sessions.size(), 2U);
    EXPECT_EQ(found(following, "B1").evidence.sessions.size(), 0U)
        << "who comes by minutes after is not there with it";
}

TEST(CarriedCameras, GoesOnAfterARestartAndForgetsWithoutATrace) {
    Ride ride = used_to_the_road(3);
    follow(ride, 3, {"SHADOW"});
    follow(ride, 2, {"SHADOW"});
    const auto passes = ride.passes();
    auto whole = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(whole->add_mobile_subject("van", testing::ride_cameras()));
    std::optional<FollowingAnalysis> second;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (i == passes.size() / 2) {
            auto restored = FollowingAnalysis::restore(whole->save(), {}, {});
            ASSERT_TRUE(restored) << restored.error().message();
            second = *std::move(restored);
        }
        whole->on_pass(passes[i]);
        if (second)
            second->on_pass(passes[i]);
    }
    EXPECT_EQ(whole->save(), second->save());
    EXPECT_EQ(whole->findings("van").value(), second->findings("van").value());
    EXPECT_EQ(whole->carrier_of(domain::CameraId{"rear"}), "van");
    whole->forget("van");
    EXPECT_FALSE(whole->findings("van"));
    EXPECT_EQ(whole->save().find("van"), std::string::npos);
    EXPECT_EQ(whole->save().find("@115"), std::string::npos) << "nor is where it was";
    EXPECT_EQ(whole->size().passes, 0U);
    EXPECT_EQ(whole->carrier_of(domain::CameraId{"rear"}), "");
}

TEST(CarriedCameras, ForgetsAlsoWhatItsOwnShortPastDoesNotKnow) {
    FollowingOptions options;
    options.max_vehicle_passes = 16;
    auto following = testing::fold(used_to_the_road(4), options);
    ASSERT_GT(following.counts().forgotten_early, 0U);
    EXPECT_TRUE(following.remove_subject("van"));
    EXPECT_EQ(following.size().passes, 0U);
    EXPECT_EQ(following.save().find("@115"), std::string::npos) << "squares older than these, too";
}

TEST(CarriedCameras, KeepsWhatAnotherCarCameTo) {
    const auto passes = used_to_the_road(2).passes();
    auto following = FollowingAnalysis::make({}, {});
    const std::vector<domain::CameraId> bus{domain::CameraId{"bus"}};
    ASSERT_TRUE(following->add_mobile_subject("van", testing::ride_cameras()));
    ASSERT_TRUE(following->add_mobile_subject("bus", bus));
    for (Pass pass : passes) { // behind it, all the way
        following->on_pass(pass);
        pass.camera = bus[0];
        pass.at += std::chrono::microseconds{1};
        pass.id = domain::EventId{"bus-" + pass.id.value()};
        following->on_pass(pass);
    }
    following->on_watermark(passes.back().at + std::chrono::seconds{1});
    EXPECT_TRUE(following->remove_subject("van"));
    EXPECT_GT(following->size().passes, 0U);
    EXPECT_TRUE(following->remove_subject("bus"));
    EXPECT_EQ(following->size().passes, 0U);
}

TEST(CarriedCameras, SquaresGoWithTheReadsThere) {
    const auto passes = used_to_the_road(1).passes();
    auto following = testing::fold(used_to_the_road(1));
    EXPECT_NE(following.save().find("@115"), std::string::npos);
    Pass later = passes.back();
    later.camera = domain::CameraId{"gate"};
    later.position.reset();
    later.at += std::chrono::days{40};
    following.on_pass(later);
    following.on_watermark(later.at + std::chrono::seconds{1});
    EXPECT_EQ(following.save().find("@115"), std::string::npos);
    auto restored = FollowingAnalysis::restore(following.save(), {}, {});
    ASSERT_TRUE(restored) << restored.error().message();
    EXPECT_EQ(restored->save(), following.save());
    for (Pass pass : passes) { // their places in the table are taken again, the same by both
        pass.at += std::chrono::days{41};
        EXPECT_EQ(following.on_pass(pass), PassTaken::taken);
        restored->on_pass(pass);
    }
    EXPECT_EQ(restored->save(), following.save());
    EXPECT_NE(following.save().find("@115"), std::string::npos);
}

TEST(CarriedCameras, RefusesWhatWouldBeTakenForItsOwnNames) {
    auto following = FollowingAnalysis::make({}, {});
    ASSERT_TRUE(following->add_mobile_subject("van", testing::ride_cameras()));
    Pass pass = used_to_the_road(1).passes().front();
    pass.plate = "@van";
    EXPECT_EQ(following->on_pass(pass), PassTaken::refused);
    pass.plate = "AB1";
    pass.camera = domain::CameraId{"@"};
    EXPECT_EQ(following->on_pass(pass), PassTaken::refused);
}

TEST(CarriedCameras, RefusesAPlaceThatIsNotOnTheEarth) {
    auto following = FollowingAnalysis::make({}, {});
    Pass pass = used_to_the_road(1).passes().front();
    pass.position = GeoPoint{std::nan(""), 13};
    EXPECT_EQ(following->on_pass(pass), PassTaken::refused);
}

} // namespace
} // namespace vedette::analysis
