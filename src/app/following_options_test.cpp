#include "app/following_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/configuration_check.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

config::Node parse(const std::string& yaml) {
    const auto document = config::Document::parse(yaml, "c.yaml");
    EXPECT_TRUE(document) << document.error().message();
    return document->root();
}

std::vector<std::string> problems_of(const std::string& yaml) {
    config::Problems problems;
    check_configuration(parse(yaml), problems);
    std::vector<std::string> out;
    for (const Error& error : problems.all())
        out.push_back(error.message());
    return out;
}

FollowingSettings read(const std::string& yaml) {
    config::Problems problems;
    auto settings = read_following(parse(yaml), problems);
    EXPECT_TRUE(problems.empty()) << problems.summary().message();
    return settings;
}

constexpr const char* kLists = "watchlists:\n"
                               "  family: { kind: known, plates: [ab-12 cde, 'XY?1'],"
                               " cameras: [c1], schedule: [{ hours: 08:00-09:00 }] }\n"
                               "  others: { kind: ignore, match: balanced, plates: [NEXT1] }\n";

/// At three places about 1100 m apart.
std::string cameras(int count = 3) {
    std::string yaml = "cameras:\n";
    for (int i = 1; i <= count; ++i)
        yaml += "  c" + std::to_string(i) + ": { inputs: [{ path: x }], location: { lat: 52.0" +
                std::to_string(i) + ", lon: 13.4 } }\n";
    return yaml;
}

std::string enabled(const std::string& more = "") {
    return "following: { enabled: true, subjects: [family]" + more + " }\n";
}

TEST(FollowingOptions, AreOffUnlessSaidOtherwise) {
    EXPECT_FALSE(read("").enabled);
    EXPECT_FALSE(read("following: { subjects: [family] }").enabled);
}

TEST(FollowingOptions, BringEveryKeyToTheAnalysis) {
    const auto settings = read(kLists + cameras() +
                               "following:\n  enabled: true\n  subjects: [family]\n"
                               "  window: 20d\n  session_gap: 20m\n  min_detections: 7\n"
                               "  min_distinct_places: 2\n  min_sessions: 4\n  max_lag: 90s\n"
                               "  alert_llr: 8.5\n  ignore: [others]\n  reorder: 3s\n"
                               "  utc_offset: 60\n"
                               "  simple_rule: { enabled: true, window_size: 15m, "
                               "min_detections: 4 }\n");
    const auto& following = settings.stream.following;
    EXPECT_EQ(following.horizon, std::chrono::hours{480});
    EXPECT_EQ(following.session_gap, std::chrono::minutes{20});
    EXPECT_EQ(following.min_detections, 7U);
    EXPECT_EQ(following.min_distinct_places, 2U);
    EXPECT_EQ(following.min_sessions, 4U);
    EXPECT_EQ(following.score.max_lag, std::chrono::seconds{90});
    EXPECT_EQ(following.alert_llr, 8.5);
    EXPECT_EQ(following.utc_offset, std::chrono::minutes{60});
    EXPECT_EQ(settings.stream.reorder, std::chrono::seconds{3});
    EXPECT_TRUE(settings.stream.simple.enabled);
    EXPECT_EQ(settings.stream.simple.window_size, std::chrono::minutes{15});
    EXPECT_EQ(settings.stream.simple.min_detections, 4U);
    ASSERT_THAT(settings.subjects, SizeIs(1));
    EXPECT_EQ(settings.subjects[0].name, "family");
    EXPECT_THAT(settings.subjects[0].cameras, IsEmpty()) << "hours and cameras are of its matches";
    EXPECT_THAT(settings.subjects[0].schedule, IsEmpty());
    ASSERT_THAT(settings.ignore, SizeIs(1));
    EXPECT_EQ(settings.ignore[0].rule, analysis::WatchRule::balanced);
}

TEST(FollowingOptions, TakePlacesFromTheCamerasThatHaveOne) {
    const std::string yaml =
        "cameras:\n"
        "  b: { inputs: [{ path: x }], location: { lat: 52.5, lon: -13.25, bearing: 90, "
        "clock_error: 250ms } }\n"
        "  a: { inputs: [{ path: x }], location: { lat: -1, lon: 2 } }\n"
        "  off: { enabled: false, inputs: [{ path: x }], location: { lat: 3, lon: 4 } }\n"
        "  none: { inputs: [{ path: x }] }\n";
    const auto places = read(yaml).places;
    ASSERT_THAT(places, SizeIs(3)) << "what a camera that is off read before is remembered";
    EXPECT_EQ(places[0].camera, domain::CameraId{"a"});
    EXPECT_EQ(places[0].bearing_deg, std::nullopt);
    EXPECT_EQ(places[1].at, (analysis::GeoPoint{52.5, -13.25}));
    EXPECT_EQ(places[1].bearing_deg, 90.0);
    EXPECT_EQ(places[1].clock_error, std::chrono::milliseconds{250});
}

TEST(FollowingOptions, NeedAPlaceForEveryCameraThatReadsPlates) {
    EXPECT_THAT(problems_of(kLists + cameras() + enabled()), IsEmpty());
    EXPECT_THAT(problems_of(kLists + cameras() + "  c9: { inputs: [{ path: x }] }\n" + enabled()),
                ElementsAre(HasSubstr("cameras.c9: has no place")));
    EXPECT_THAT(problems_of(kLists + cameras() +
                            "  c9: { inputs: [{ path: x }], lpr: { enabled: false } }\n" +
                            enabled()),
                IsEmpty());
    EXPECT_THAT(problems_of(kLists + cameras() +
                            "  c9: { enabled: false, inputs: [{ path: x }] }\n" + enabled()),
                IsEmpty());
    EXPECT_THAT(problems_of(kLists + cameras() + "  c9: { inputs: [{ path: x }] }\n"), IsEmpty())
        << "nothing is asked of a section that is off";
}

TEST(FollowingOptions, RefuseWhatCouldNeverFindAnything) {
    EXPECT_THAT(problems_of(kLists + cameras(2) + enabled()),
                ElementsAre(HasSubstr("following.min_distinct_places: is 3, but the enabled "
                                      "cameras stand at 2")));
    EXPECT_THAT(problems_of(kLists + cameras(2) + enabled(", min_distinct_places: 2")), IsEmpty());
    EXPECT_THAT(problems_of(kLists + cameras(2) +
                            "  off: { enabled: false, inputs: [{ path: x }], location: { lat: 3, "
                            "lon: 4 } }\n" +
                            enabled()),
                ElementsAre(HasSubstr("cameras stand at 2")));
    EXPECT_THAT(problems_of(cameras() + "following: { enabled: true }\n"),
                ElementsAre(HasSubstr("following.subjects: name nobody")));
}

TEST(FollowingOptions, RefuseNamesOfNoListAndPlatesKeptTooLong) {
    EXPECT_THAT(problems_of(kLists + cameras() + "following: { enabled: true, subjects: [famly] }"),
                ElementsAre("c.yaml:8: following.subjects[0]: there is no 'famly' in "
                            "`watchlists`"));
    EXPECT_THAT(problems_of(kLists + cameras() + enabled(", ignore: [nobody]")),
                ElementsAre(HasSubstr("following.ignore[0]: there is no 'nobody'")));
    EXPECT_THAT(
        problems_of(kLists + cameras() + "privacy: { retain: { plates: 7d } }\n" + enabled()),
        ElementsAre(HasSubstr("following.window: remembers plates longer than")));
    EXPECT_THAT(problems_of(kLists + cameras() + "privacy: { retain: { plates: 7d } }\n" +
                            enabled(", window: 7d")),
                IsEmpty());
}

constexpr const char* kVan = "  front: { inputs: [{ path: x }], mobile: van }\n"
                             "  rear: { inputs: [{ path: x }], mobile: van }\n";

std::string with_mobile(const std::string& van) {
    return "following: { enabled: true, mobile: { van: { " + van + " } } }\n";
}

TEST(FollowingOptions, TakeCarsWithTheCamerasThatNameThem) {
    const auto settings =
        read(std::string{"cameras:\n"} + kVan + with_mobile("address: '[::1]:2948'"));
    ASSERT_THAT(settings.mobiles, SizeIs(1));
    const MobileNode& van = settings.mobiles[0];
    EXPECT_EQ(van.subject(), "mobile:van");
    EXPECT_EQ(van.source, MobileNode::Source::gpsd);
    EXPECT_EQ(van.host, "::1");
    EXPECT_EQ(van.port, 2948);
    EXPECT_THAT(van.cameras, ElementsAre(domain::CameraId{"front"}, domain::CameraId{"rear"}));
    EXPECT_THAT(settings.places, IsEmpty());
    const auto usual = read(std::string{"cameras:\n"} + kVan + with_mobile(""));
    EXPECT_EQ(usual.mobiles[0].host, "127.0.0.1");
    EXPECT_EQ(usual.mobiles[0].port, 2947);
}

TEST(FollowingOptions, SayWhatACarLacks) {
    const std::string cars = std::string{"cameras:\n"} + kVan;
    EXPECT_THAT(problems_of(cars + with_mobile("source: nmea")),
                ElementsAre(HasSubstr("following.mobile.van.path: is missing")));
    EXPECT_THAT(problems_of(cars + with_mobile("source: nmea, path: /dev/ttyUSB0")), IsEmpty());
    EXPECT_THAT(problems_of(cars + with_mobile("address: localhost")),
                ElementsAre(HasSubstr("must be host and port")));
    EXPECT_THAT(problems_of(cameras() + with_mobile("source: api")),
                ElementsAre(HasSubstr("write mobile: van at the cameras")));
    EXPECT_THAT(problems_of("cameras:\n  rear: { inputs: [{ path: x }], mobile: bus }\n"),
                ElementsAre(HasSubstr("there is no 'bus' in `following.mobile`")));
    EXPECT_THAT(problems_of(cars +
                            "  both: { inputs: [{ path: x }], mobile: van, location: { lat: "
                            "1, lon: 2 } }\n" +
                            with_mobile("source: api")),
                ElementsAre(HasSubstr("can't be said of a camera with `mobile`")));
}

TEST(FollowingOptions, TakeAListForOnePerson) {
    const std::string lists = "watchlists:\n  anna: { plates: [ab 1, AB2] }\n"
                              "  ben: { plates: [AB2] }\n  odd: { plates: ['X*'] }\n"
                              "  none: { plates: [] }\n";
    const auto persons = [&](const std::string& names) {
        return lists + cameras() + "following: { enabled: true, persons: [" + names + "] }\n";
    };
    const auto settings = read(persons("anna"));
    ASSERT_THAT(settings.persons, SizeIs(1));
    EXPECT_EQ(person_subject(settings.persons[0].name), "person:anna");
    EXPECT_THAT(problems_of(persons("anna, ben")),
                ElementsAre(HasSubstr("give AB2 to both 'anna' and 'ben'")));
    EXPECT_THAT(problems_of(persons("odd")), ElementsAre(HasSubstr("has a wildcard")));
    EXPECT_THAT(problems_of(persons("none")), ElementsAre(HasSubstr("has no plates")));
    EXPECT_THAT(problems_of(persons("nobody")), ElementsAre(HasSubstr("there is no 'nobody'")));
}

TEST(FollowingOptions, KnowASubjectThatIsNoPlate) {
    EXPECT_EQ(analysis::subject_from("ab-12 cde"), "AB12CDE");
    EXPECT_EQ(analysis::subject_from("mobile:van-1"), "mobile:van-1");
    EXPECT_EQ(analysis::subject_from("person:Anna"), "person:Anna");
    EXPECT_EQ(analysis::subject_from("--"), "");
}

} // namespace
} // namespace vedette::app
