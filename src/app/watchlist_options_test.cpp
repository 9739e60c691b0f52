#include "app/watchlist_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/configuration_check.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

config::Node parse(std::string_view yaml) {
    config::Problems problems;
    const auto document = config::Document::parse(yaml, "c.yaml", {}, problems);
    EXPECT_TRUE(document);
    return document ? document->root() : config::Node{};
}

std::vector<std::string> problems_of(std::string_view yaml) {
    config::Problems problems;
    check_configuration(parse(yaml), problems);
    std::vector<std::string> out;
    for (const Error& error : problems.all())
        out.push_back(error.message());
    return out;
}

TEST(WatchlistOptions, AreReadWithEverythingThatCanBeSaid) {
    const auto root = parse("cameras: { gate: { inputs: [{ path: x }] } }\n"
                            "watchlists:\n"
                            "  wanted:\n"
                            "    kind: watch\n"
                            "    match: strict\n"
                            "    plates: [AB12CDE, \"AB12?DE\"]\n"
                            "    cameras: [gate]\n"
                            "    schedule: [{ days: [fri, sat], hours: 22:00-06:00, "
                            "time_zone: +01:00 }]\n"
                            "    note: call the office\n"
                            "  family: { kind: known, plates: [XY1] }\n");
    config::Problems problems;
    const auto lists = read_watch_lists(root, problems);
    EXPECT_TRUE(problems.empty()) << problems.summary().message();
    ASSERT_EQ(lists.size(), 2U);
    EXPECT_EQ(lists[0].name, "family");
    EXPECT_EQ(lists[0].rule, analysis::WatchRule::exact) << "the default";
    const analysis::WatchList& wanted = lists[1];
    EXPECT_EQ(wanted.kind, analysis::WatchKind::watch);
    EXPECT_EQ(wanted.rule, analysis::WatchRule::strict);
    EXPECT_THAT(wanted.plates, ElementsAre("AB12CDE", "AB12?DE"));
    EXPECT_THAT(wanted.cameras, ElementsAre(domain::CameraId{"gate"}));
    ASSERT_EQ(wanted.schedule.size(), 1U);
    EXPECT_THAT(wanted.schedule[0].days, ElementsAre(std::chrono::Friday, std::chrono::Saturday));
    EXPECT_EQ(wanted.schedule[0].from, 22h);
    EXPECT_EQ(wanted.schedule[0].to, 6h);
    EXPECT_EQ(wanted.schedule[0].zone.offset_at(WallTime{}), 1h);
    EXPECT_EQ(wanted.note, "call the office");
    EXPECT_EQ(watch_index(root)->plates(), 3U);
}

TEST(WatchlistOptions, EveryMistakeIsToldWithItsLineAndKey) {
    EXPECT_THAT(
        problems_of("watchlists:\n  wanted:\n    plates: [AB1, \"- -\"]\n"
                    "    match: strict\n    schedule:\n    - { hours: 22-6 }\n"
                    "    - { time_zone: Mars }\n"),
        ElementsAre(
            HasSubstr("c.yaml:6: watchlists.wanted.schedule[0].hours: must be two different times"),
            HasSubstr("c.yaml:7: watchlists.wanted.schedule[1].time_zone: there is no time zone "
                      "'Mars'"),
            HasSubstr("c.yaml:3: watchlists.wanted.plates[1]: plate '- -' has no letter")));
    EXPECT_THAT(problems_of("watchlists: { wanted: { kind: wanted } }\n"),
                ElementsAre(HasSubstr("watchlists.wanted.kind: must be")));
    EXPECT_THAT(problems_of("cameras: { gate: { inputs: [{ path: x }] } }\n"
                            "watchlists: { wanted: { cameras: [gaet] } }\n"),
                ElementsAre("c.yaml:2: watchlists.wanted.cameras[0]: there is no 'gaet' in "
                            "`cameras`"));
    for (const char* hours : {"08:00", "24:00-08:00", "08:00-08:00", "08:60-09:00", "8:00-9:00"})
        EXPECT_THAT(problems_of("watchlists: { a: { schedule: [{ hours: \"" + std::string{hours} +
                                "\" }] } }\n"),
                    ElementsAre(HasSubstr("watchlists.a.schedule[0].hours")))
            << hours;
    EXPECT_THAT(problems_of("watchlists: { a: { schedule: [{ hours: \"00:00-24:00\" }] } }\n"),
                IsEmpty());
}

} // namespace
} // namespace vedette::app
