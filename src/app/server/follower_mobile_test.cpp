// Subjects that are no plates, in the running server: a car that carries cameras, a person.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/server/test_follower.h"
#include "vedette/analysis/track_event.h"

namespace vedette::app {
namespace {

using ports::LogPosition;
using ::testing::IsEmpty;
using testing::Read;
using ::testing::SizeIs;

FollowingSettings with_van() {
    auto settings = testing::settings_for({});
    settings.subjects.clear();
    MobileNode van;
    van.name = "van";
    van.source = MobileNode::Source::api;
    van.cameras = {domain::CameraId{"rear"}};
    settings.mobiles = {van};
    return settings;
}

ports::Envelope track_of(const analysis::TrackFix& fix, std::size_t number) {
    const analysis::TrackEvent event{.id =
                                         domain::EventId{"mobile.van.1." + std::to_string(number)},
                                     .mobile = "van",
                                     .source = "api",
                                     .fixes = {fix}};
    return {event.id,
            std::string{analysis::kTrackEvent},
            {},
            fix.at,
            analysis::track_event_to_json(event)};
}

ports::Envelope seen_by_the_van(const Read& read, std::size_t number) {
    auto event = testing::sighting_of(read, number);
    event.camera = domain::CameraId{"rear"};
    return testing::envelope_of(event);
}

/// Six rides with turns over a wide country, followed on the first three; the position comes two
/// seconds behind each sighting.
std::vector<ports::Envelope> rides() {
    std::mt19937 dice{5};
    std::vector<ports::Envelope> log;
    for (int ride = 0; ride < 6; ++ride) {
        double north = 52;
        double east = 13;
        for (int minute = 0; minute < 24; ++minute) {
            const std::int64_t second = ride * 90'000 + minute * 60;
            (minute / 6 % 2 == 0 ? north : east) += 0.008;
            for (int other = 0; other < 3; ++other)
                log.push_back(seen_by_the_van(
                    {"N" + std::to_string(1000 + dice() % 9000), 0, second + other * 5},
                    log.size()));
            if (ride < 3 && minute % 2 == 0)
                log.push_back(seen_by_the_van({"SHADOW", 0, second + 20}, log.size()));
            for (const int after : {-2, 25})
                log.push_back(track_of({.at = testing::town_second(second + after),
                                        .position = {north, east},
                                        .speed_mps = 12},
                                       log.size()));
        }
    }
    return log;
}

class FollowerMobileTest : public ::testing::Test, protected testing::Rig {};

TEST_F(FollowerMobileTest, MakesACaseOfWhoIsBehindTheCar) {
    open(with_van());
    const auto events = rides();
    see(events);
    std::vector<domain::Event> seen;
    for (const auto& event : events)
        if (event.kind == "sighting")
            seen.push_back(events::event_from_json(event.payload).value());
    ASSERT_TRUE(sightings_.apply("store", LogPosition{1}, seen));
    bring_all();
    ASSERT_TRUE(has_case_of("SHADOW", "mobile:van"));
    const auto about = case_of("SHADOW", "mobile:van");
    EXPECT_GE(about.score.sessions, 2U);
    for (const auto& sighting : about.sightings) {
        EXPECT_TRUE(analysis::cell_middle(sighting.camera.value())) << sighting.camera.value();
        EXPECT_FALSE(sighting.vehicle_event.value().empty()) << "whichever camera it was";
    }
    EXPECT_THAT(analysis::places_of(about, {}), SizeIs(::testing::Gt(2U)));
    EXPECT_EQ(outcome().cases.size(), 1U) << "nobody else";
}

TEST_F(FollowerMobileTest, ComesToTheSameHoweverOftenItIsKilled) {
    const auto events = rides();
    const auto expected = undisturbed(events, with_van());
    ASSERT_THAT(expected.cases, SizeIs(1));
    open(with_van());
    std::mt19937 dice{3};
    for (std::size_t i = 0; i < events.size();) {
        const std::size_t next = std::min<std::size_t>(events.size(), i + 20 + dice() % 60);
        see({events.begin() + static_cast<std::ptrdiff_t>(i),
             events.begin() + static_cast<std::ptrdiff_t>(next)});
        i = next;
        lives_.left = static_cast<int>(dice() % 4);
        (void)bring();
        lives_.left = 1'000'000;
        open(with_van());
    }
    bring_all();
    EXPECT_EQ(outcome().cases, expected.cases);
}

TEST_F(FollowerMobileTest, PlacesNothingWithoutATrack) {
    open(with_van());
    auto events = rides();
    std::erase_if(events, [](const auto& event) { return event.kind == analysis::kTrackEvent; });
    see(events);
    bring_all();
    EXPECT_THAT(outcome().cases, IsEmpty());
}

TEST_F(FollowerMobileTest, DropsTheCarThatIsTakenOut) {
    open(with_van());
    see(rides());
    bring_all();
    ASSERT_TRUE(has_case_of("SHADOW", "mobile:van"));
    ASSERT_TRUE(work_->change(testing::settings_for({"OTHER"})));
    EXPECT_FALSE(has_case_of("SHADOW", "mobile:van"));
    EXPECT_EQ(cases_.state().value()->bytes.find("van"), std::string::npos);
}

FollowingSettings with_person(const std::vector<std::string>& plates) {
    auto settings = testing::settings_for({});
    settings.subjects.clear();
    settings.persons = {testing::list_of("anna", plates)};
    return settings;
}

TEST_F(FollowerMobileTest, FollowsAPersonThroughAllOfItsCars) {
    std::vector<ports::Envelope> events;
    for (Read read : testing::town()) { // every other trip with the other car
        if (read.plate == "SUBJ1" && read.second / 43'200 % 2 == 0)
            read.plate = "SUBJ2";
        events.push_back(testing::envelope_of(testing::sighting_of(read, events.size())));
    }
    const auto expected = undisturbed(events, with_person({"SUBJ1", "SUBJ2"}));
    ASSERT_THAT(expected.cases, SizeIs(::testing::Ge(1U)));
    for (const auto& one : expected.cases)
        EXPECT_EQ(one.subject, "person:anna");
    open(with_person({"SUBJ1", "SUBJ2"}));
    see(events);
    bring_all();
    EXPECT_TRUE(has_case_of("SHADOW", "person:anna"));
    ASSERT_TRUE(work_->change(with_person({"SUBJ1"}))); // she sells a car
    EXPECT_TRUE(has_case_of("SHADOW", "person:anna"));
    auto both = with_person({"SUBJ2"}); // and Ben has it now
    both.persons.insert(both.persons.begin(), testing::list_of("abe", {"SUBJ1"}));
    ASSERT_TRUE(work_->change(both));
    ASSERT_TRUE(work_->change(testing::settings_for({"OTHER"})));
    EXPECT_FALSE(has_case_of("SHADOW", "person:anna"));
}

} // namespace
} // namespace vedette::app
