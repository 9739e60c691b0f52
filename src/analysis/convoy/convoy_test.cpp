#include "vedette/analysis/convoy.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <numeric>

#include "convoy/test_traffic.h"
#include "vedette/ports/testing/memory_pass_index.h"

namespace vedette::analysis {
namespace {

using ports::testing::MemoryPassIndex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Streets;

constexpr int kDays = 7;

ports::TimeSpan week() { return {Streets::at(0), Streets::at(kDays * Streets::kDay_us)}; }

ConvoyReport search(const std::vector<domain::Event>& events, const std::string& plate = "SUBJECT",
                    const ConvoyOptions& options = {}, const std::vector<Place>& places = {}) {
    MemoryPassIndex index;
    index.add(events);
    auto report = find_convoy(index, plate, week(), options, places);
    EXPECT_TRUE(report) << report.error().message();
    return report ? *std::move(report) : ConvoyReport{};
}

const Companion* find(const ConvoyReport& report, std::string_view plate) {
    const auto found = std::find_if(report.companions.begin(), report.companions.end(),
                                    [&](const Companion& one) { return one.plate == plate; });
    return found == report.companions.end() ? nullptr : &*found;
}

std::vector<std::string> plates_above_chance(const ConvoyReport& report) {
    std::vector<std::string> plates;
    for (const Companion& one : report.companions)
        if (one.llr > report.chance_llr)
            plates.push_back(one.plate);
    return plates;
}

/// A week in town, two journeys of the subject a day, on ways of its own.
struct Week {
    explicit Week(std::uint64_t seed) : town{seed} {
        town.strangers(250, kDays, 1);
        for (int i = 0; i < 2 * kDays; ++i) {
            trips.push_back(town.trip(i * Streets::kDay_us / 2 + 8 * Streets::kHour_us +
                                          town.number(Streets::kHour_us),
                                      8));
            town.drive("SUBJECT", trips.back());
        }
    }
    Streets town;
    std::vector<Streets::Trip> trips;
};

TEST(Convoy, FindsWhoJoinsThreeJourneysAndNobodyElse) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        Week week{seed};
        for (const std::size_t trip : {2U, 5U, 9U})
            week.town.drive("FOLLOWER",
                            week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
        week.town.drive("FOLLOWER",
                        week.town.trip(Streets::kDay_us * 3 + 2 * Streets::kHour_us, 6));
        const auto report = search(week.town.events);
        EXPECT_EQ(report.sessions, 2 * kDays);
        EXPECT_THAT(plates_above_chance(report), ElementsAre("FOLLOWER")) << "seed " << seed;
        const Companion* follower = find(report, "FOLLOWER");
        ASSERT_NE(follower, nullptr);
        EXPECT_EQ(follower->sessions, 3);
        EXPECT_GE(follower->places, 6);
        EXPECT_EQ(follower->side, ConvoySide::behind);
        EXPECT_NEAR(static_cast<double>(follower->median_lag.count()), 20'000, 3'000);
        EXPECT_LT(follower->expected_sessions, 1);
    }
}

TEST(Convoy, TellsAheadFromBehind) {
    Week week{4};
    for (const std::size_t trip : {1U, 4U, 7U, 11U})
        week.town.drive("SCOUT", week.town.behind(week.trips[trip], -40 * Streets::kSecond_us));
    const auto report = search(week.town.events);
    ASSERT_THAT(plates_above_chance(report), ElementsAre("SCOUT"));
    EXPECT_EQ(report.companions[0].side, ConvoySide::ahead);
    EXPECT_NEAR(static_cast<double>(report.companions[0].median_lag.count()), -40'000, 3'000);
    const auto words = in_words(report.companions[0], report);
    EXPECT_THAT(words, ::testing::Contains(HasSubstr("it drives ahead, by ")));
    EXPECT_THAT(words, ::testing::Contains(HasSubstr("together in 4 of 14 journeys")));
}

TEST(Convoy, AQueueInOneJamIsOnePieceOfEvidence) {
    Week week{5};
    const auto jam = week.town.trip(Streets::kDay_us * 2 + 12 * Streets::kHour_us, 12);
    week.town.drive("SUBJECT", jam);
    for (int i = 0; i < 40; ++i) // who never drives otherwise, bumper to bumper with it
        week.town.drive("JAM" + std::to_string(i),
                        week.town.behind(jam, (i - 20) * 5 * Streets::kSecond_us), 40);
    const auto report = search(week.town.events);
    EXPECT_THAT(plates_above_chance(report), IsEmpty());
    for (const Companion& one : report.companions)
        EXPECT_LE(one.terms.meeting + one.terms.turns + one.terms.missed + one.terms.capped,
                  ConvoyOptions{}.max_session_llr * one.sessions + 1e-9);
}

TEST(Convoy, WhoSharesTheCommuteIsNoCompanion) {
    Week week{6};
    const auto way = week.town.trip(0, 8);
    const auto commute = [&](const std::string& plate, int day) {
        Streets::Trip trip = way;
        const std::int64_t leave = day * Streets::kDay_us + 7 * Streets::kHour_us +
                                   week.town.number(4 * Streets::kMinute_us);
        for (std::int64_t& at_us : trip.at_us)
            at_us += leave;
        week.town.drive(plate, trip);
    };
    for (int day = 0; day < kDays; ++day) {
        commute("SUBJECT", day);
        for (int i = 0; i < 6; ++i)
            commute("NEIGHBOUR" + std::to_string(i), day);
    }
    for (const std::size_t trip : {2U, 5U, 9U})
        week.town.drive("FOLLOWER", week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
    EXPECT_THAT(plates_above_chance(search(week.town.events)), ElementsAre("FOLLOWER"));
}

TEST(Convoy, FindsGroupsThatTravelWithEachOther) {
    Week week{7};
    for (const std::size_t trip : {1U, 3U, 6U, 10U}) {
        week.town.drive("FIRST", week.town.behind(week.trips[trip], -25 * Streets::kSecond_us));
        week.town.drive("SECOND", week.town.behind(week.trips[trip], 25 * Streets::kSecond_us));
    }
    for (const std::size_t trip : {2U, 5U, 8U, 12U}) // alone
        week.town.drive("OTHER", week.town.behind(week.trips[trip], 30 * Streets::kSecond_us));
    const auto report = search(week.town.events);
    EXPECT_THAT(plates_above_chance(report),
                ::testing::UnorderedElementsAre("FIRST", "SECOND", "OTHER"));
    ASSERT_EQ(report.groups.size(), 1U);
    EXPECT_THAT(report.groups[0].plates, ::testing::UnorderedElementsAre("FIRST", "SECOND"));
    EXPECT_EQ(report.groups[0].sessions.size(), 4U);
}

std::string fingerprint(const ConvoyReport& report) {
    std::string all;
    for (const Companion& one : report.companions) {
        all += one.plate + " " + std::to_string(one.llr) + " " + std::to_string(one.sessions);
        for (const CoPass& pass : one.passes)
            all += " " + pass.subject.value() + "/" + pass.companion.value();
        all += "\n";
    }
    return all;
}

TEST(Convoy, TheOrderInWhichPassesCameDoesNotMatter) {
    Week week{8};
    week.town.drive("FOLLOWER", week.town.behind(week.trips[3], 0, 1)); // at equal times
    week.town.drive("FOLLOWER", week.town.behind(week.trips[4], 0, 1));
    const auto before = fingerprint(search(week.town.events));
    for (int round = 0; round < 3; ++round) {
        auto shuffled = week.town.events;
        for (std::size_t i = shuffled.size(); i > 1; --i)
            std::swap(
                shuffled[i - 1],
                shuffled[static_cast<std::size_t>(week.town.number(static_cast<std::int64_t>(i)))]);
        EXPECT_EQ(fingerprint(search(shuffled)), before);
    }
}

TEST(Convoy, AReadThatComesTwiceSaysNoMore) {
    Week week{9};
    for (const std::size_t trip : {2U, 5U, 9U})
        week.town.drive("FOLLOWER", week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
    const auto before = search(week.town.events);
    auto twice = week.town.events;
    twice.insert(twice.end(), week.town.events.begin(), week.town.events.end());
    EXPECT_EQ(fingerprint(search(twice)), fingerprint(before)) << "the same events";
    // Every read of the two again, with an id of its own and three seconds later.
    for (domain::Event again : week.town.events) {
        if (again.plate->resolved != "FOLLOWER" && again.plate->resolved != "SUBJECT")
            continue;
        again.id = domain::EventId{again.id.value() + "-again"};
        again.first_seen += std::chrono::seconds{3};
        twice.push_back(std::move(again));
    }
    const auto after = search(twice);
    ASSERT_NE(find(after, "FOLLOWER"), nullptr);
    EXPECT_EQ(find(after, "FOLLOWER")->sessions, 3);
    EXPECT_LE(find(after, "FOLLOWER")->llr, find(before, "FOLLOWER")->llr + 1e-9)
        << "seen more often there, so chance is larger, not smaller";
}

TEST(Convoy, AWeakReadSaysLess) {
    Week week{10};
    for (const std::size_t trip : {2U, 5U, 9U})
        week.town.drive("FOLLOWER", week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
    const double sure = find(search(week.town.events), "FOLLOWER")->llr;
    for (domain::Event& event : week.town.events)
        if (event.plate->resolved == "FOLLOWER")
            event.plate->confidence = 0.2F;
    const auto doubtful = search(week.town.events);
    const auto* const unsure = find(doubtful, "FOLLOWER");
    ASSERT_NE(unsure, nullptr);
    EXPECT_LT(unsure->llr, sure - 1);
}

TEST(Convoy, TwoCamerasAtOnePlaceAreOnePlace) {
    Streets town{11};
    Streets::Trip trip{{0, 1}, {Streets::kHour_us, Streets::kHour_us + Streets::kMinute_us}};
    town.drive("SUBJECT", trip, 1'000'000);
    town.drive("OTHER", town.behind(trip, 5 * Streets::kSecond_us), 1'000'000);
    EXPECT_EQ(search(town.events).candidates, 1U);
    const std::vector<Place> places{{domain::CameraId{"c0"}, {48, 11}, {}, {}},
                                    {domain::CameraId{"c1"}, {48.001, 11}, {}, {}}};
    EXPECT_EQ(search(town.events, "SUBJECT", {}, places).candidates, 0U);
    ConvoyOptions near;
    near.place_radius_m = 50;
    EXPECT_EQ(search(town.events, "SUBJECT", near, places).candidates, 1U);
}

TEST(Convoy, SaysWhatItsLimitsCutOff) {
    Week week{12};
    for (const std::size_t trip : {2U, 5U})
        week.town.drive("FOLLOWER", week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
    EXPECT_THAT(search(week.town.events).limits, IsEmpty());
    ConvoyOptions tight;
    tight.most_passes = 20;
    tight.most_around = 1;
    tight.most_candidates = 1;
    const auto report = search(week.town.events, "SUBJECT", tight);
    EXPECT_THAT(report.limits, ::testing::Contains(HasSubstr("first 20 passes")));
    EXPECT_THAT(report.limits, ::testing::Contains(HasSubstr("more than 1 vehicles")));
    EXPECT_LE(report.passes, 20U);
    EXPECT_LE(report.candidates, 1U);
}

TEST(Convoy, WithoutPassesThereIsNothingToSay) {
    const auto report = search({});
    EXPECT_EQ(report.passes, 0U);
    EXPECT_EQ(report.sessions, 0);
    EXPECT_THAT(report.companions, IsEmpty());
    EXPECT_THAT(report.groups, IsEmpty());
}

TEST(Convoy, RefusesOptionsOutOfRangeByName) {
    const MemoryPassIndex index;
    const auto refusal = [&](auto change) {
        ConvoyOptions options;
        change(options);
        const auto report = find_convoy(index, "A", week(), options);
        EXPECT_FALSE(report);
        EXPECT_EQ(report.error().code(), ErrorCode::invalid_argument);
        return report.error().message();
    };
    EXPECT_THAT(refusal([](auto& o) { o.max_lag = std::chrono::seconds{0}; }),
                HasSubstr("max_lag must be 1s..1h"));
    EXPECT_THAT(refusal([](auto& o) { o.min_places = 0; }), HasSubstr("min_places"));
    EXPECT_THAT(refusal([](auto& o) { o.read_rate = 1; }), HasSubstr("read_rate"));
    EXPECT_THAT(refusal([](auto& o) { o.most_companions = 501; }), HasSubstr("limit"));
    const auto backwards = find_convoy(index, "A", {Streets::at(5), Streets::at(5)});
    ASSERT_FALSE(backwards);
    EXPECT_THAT(backwards.error().message(), HasSubstr("from must be before to"));
}

TEST(Convoy, ItsTermsAddUp) {
    Week week{13};
    for (const std::size_t trip : {2U, 5U, 9U})
        week.town.drive("FOLLOWER", week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
    for (const Companion& one : search(week.town.events).companions) {
        const ConvoyTerms& terms = one.terms;
        EXPECT_NEAR(one.llr,
                    terms.meeting + terms.turns + terms.missed + terms.capped + terms.sessions +
                        terms.lag,
                    1e-9)
            << one.plate;
    }
}

TEST(Convoy, ACameraThatACarCarriesIsNoPlace) {
    Week week{4};
    for (const std::size_t trip : {2U, 5U, 9U})
        week.town.drive("FOLLOWER", week.town.behind(week.trips[trip], 20 * Streets::kSecond_us));
    const auto without = search(week.town.events);
    auto events = week.town.events;
    for (std::size_t i = 0; i < week.town.events.size(); ++i) { // the same once more, from a car
        domain::Event event = week.town.events[i];
        event.id = domain::EventId{"carried-" + std::to_string(i)};
        event.camera = domain::CameraId{"rear"};
        events.push_back(event);
    }
    ConvoyOptions options;
    options.carried = {domain::CameraId{"rear"}};
    const auto report = search(events, "SUBJECT", options);
    EXPECT_THAT(report.limits, ElementsAre(HasSubstr("a car carries the camera")));
    EXPECT_EQ(report.passes, without.passes);
    ASSERT_NE(find(report, "FOLLOWER"), nullptr);
    EXPECT_EQ(find(report, "FOLLOWER")->llr, find(without, "FOLLOWER")->llr);
}

} // namespace
} // namespace vedette::analysis
