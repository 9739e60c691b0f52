#include "event_query.h"

#include <gmock/gmock.h>

#include "target.h"
#include "test_fakes.h"

namespace vedette::api {
namespace {

using ports::PlateMatch;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Request request_for(const std::string& target) {
    auto parsed = parse_target(target);
    EXPECT_TRUE(parsed) << target;
    Request request;
    request.path = parsed->path;
    request.query = parsed->query;
    return request;
}

constexpr auto kSearch = EventScope::Plate::parameter;

ports::EventQuery query_of(const std::string& query) {
    const auto read = event_query(request_for("/events/search?" + query), {.plate = kSearch});
    if (const auto* refused = std::get_if<Response>(&read)) {
        ADD_FAILURE() << query << ": " << refused->body.bytes();
        return {};
    }
    return std::get<ports::EventQuery>(read);
}

/// The parameter that is named, and what is said.
std::string refusal_of(const std::string& query) {
    const auto read = event_query(request_for("/events/search?" + query), {.plate = kSearch});
    const auto* refused = std::get_if<Response>(&read);
    return refused == nullptr ? "" : std::string{refused->body.bytes()};
}

TEST(EventQuery, ReadsEveryParameter) {
    const auto query = query_of("plate=ab+12&match=fuzzy&max_edits=2&camera=gate,drive&camera=yard&"
                                "label=car&from=2026-11-21T10:00:01Z&to=2026-11-21T10:00:02.5Z&"
                                "min_confidence=0.5&discarded=true&limit=7&cursor=x");
    EXPECT_EQ(query.plate, "ab 12");
    EXPECT_EQ(query.match, PlateMatch::fuzzy);
    EXPECT_EQ(query.max_edits, 2);
    EXPECT_THAT(query.cameras, ElementsAre(domain::CameraId{"gate"}, domain::CameraId{"drive"},
                                           domain::CameraId{"yard"}));
    EXPECT_THAT(query.labels, ElementsAre("car"));
    EXPECT_EQ(query.from, test::at_second(1));
    EXPECT_EQ(query.to, test::at_second(2) + std::chrono::milliseconds{500});
    EXPECT_FLOAT_EQ(query.min_confidence, 0.5F);
    EXPECT_TRUE(query.with_discarded);
    EXPECT_EQ(query.limit, 7U);
    EXPECT_EQ(query.cursor, "x");
}

TEST(EventQuery, WithoutParametersIsTheNewestFifty) {
    const auto query = query_of("");
    EXPECT_FALSE(query.plate);
    EXPECT_EQ(query.limit, 50U);
    EXPECT_FALSE(query.with_discarded);
}

TEST(EventQuery, TakesAPlateWithWildcardsAsMeant) {
    EXPECT_EQ(query_of("plate=AB12").match, PlateMatch::exact);
    EXPECT_EQ(query_of("plate=AB*").match, PlateMatch::wildcard);
    EXPECT_EQ(query_of("plate=AB%3F2").match, PlateMatch::wildcard);
    EXPECT_EQ(query_of("plate=AB*&match=prefix").match, PlateMatch::prefix);
}

TEST(EventQuery, NamesTheParameterThatIsWrong) {
    const std::pair<const char*, const char*> cases[] = {
        {"limit=0", "limit"},
        {"limit=501", "limit"},
        {"limit=5x", "limit"},
        {"limit=99999999999999999999", "limit"},
        {"limit=", "limit"},
        {"max_edits=3", "max_edits"},
        {"min_confidence=1.5", "min_confidence"},
        {"min_confidence=nan", "min_confidence"},
        {"min_confidence=-0.1", "min_confidence"},
        {"from=yesterday", "from"},
        {"to=2026-13-01T00:00:00Z", "to"},
        {"from=2026-11-21T10:00:02Z&to=2026-11-21T10:00:01Z", "from"},
        {"discarded=maybe", "discarded"},
        {"plate=A&match=regex", "match"},
        {"match=fuzzy", "match"},
        {"plate=a&plate=b", "plate"},
        {"plate=*********", "plate"},
        {"limt=5", "limt"},
    };
    for (const auto& [query, parameter] : cases) {
        EXPECT_THAT(refusal_of(query),
                    HasSubstr(std::string{"\"parameter\":\""} + parameter + "\""))
            << query;
    }
    EXPECT_THAT(refusal_of("cursor=" + std::string(600, 'a')), HasSubstr("\"cursor\""));
    EXPECT_THAT(refusal_of("limt=5"), HasSubstr("known are"));
}

TEST(EventQuery, KnowsOnlyTheParametersOfItsRoute) {
    const auto recent = event_query(request_for("/events/recent?plate=A"), {});
    EXPECT_TRUE(std::holds_alternative<Response>(recent));
    const auto camera = event_query(request_for("/x?camera=a"), {.camera = "gate"});
    EXPECT_TRUE(std::holds_alternative<Response>(camera));
    const auto plate = event_query(request_for("/x?match=prefix"),
                                   {.plate = EventScope::Plate::path, .plate_text = "AB"});
    EXPECT_EQ(std::get<ports::EventQuery>(plate).plate, "AB");
}

TEST(EventQuery, LinksToTheNextPageWithTheSameQuestion) {
    auto request = request_for("/events/search?plate=A+B&cursor=old&limit=5");
    request.base = "/api/v1";
    EXPECT_EQ(link_to_page(request, "a b/c"),
              "/api/v1/events/search?plate=A%20B&limit=5&cursor=a%20b%2Fc");
}

TEST(LiveFilter, ReadsCamerasAndKinds) {
    const auto filter = live_filter(request_for("/ws/events?camera=gate&kind=sighting,camera.up"));
    EXPECT_THAT(std::get<LiveFilter>(filter).cameras, ElementsAre("gate"));
    EXPECT_THAT(std::get<LiveFilter>(filter).kinds, ElementsAre("sighting", "camera.up"));
    EXPECT_TRUE(std::holds_alternative<Response>(live_filter(request_for("/ws/events?a=b"))));
}

} // namespace
} // namespace vedette::api
