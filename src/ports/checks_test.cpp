#include <gtest/gtest.h>
#include <limits>

#include "vedette/ports/event_log.h"
#include "vedette/ports/event_store.h"
#include "vedette/ports/object_store.h"

namespace vedette::ports {
namespace {

TEST(CheckKey, TakesRelativePathsAlone) {
    for (const char* good : {"a", "2026/11/21/home.gate.1.jpg", "A-b_c~2e/x", "...", "..a/b"})
        EXPECT_TRUE(check_key(good)) << good;
    for (const char* bad : {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "../etc/passwd",
                            "a b", "a\\b", "caf\xc3\xa9", "a\nb"})
        EXPECT_FALSE(check_key(bad)) << bad;
    EXPECT_TRUE(check_key(std::string(512, 'k')));
    EXPECT_FALSE(check_key(std::string(513, 'k')));
    EXPECT_FALSE(check_key(std::string_view{"a\0b", 3}));
}

TEST(CheckEnvelope, NamesWhatIsWrong) {
    Envelope event{domain::EventId{"site.cam.1.1.sighting.0"}, "sighting", {}, {}, "{}"};
    EXPECT_TRUE(check_envelope(event));
    event.kind = "Sighting";
    EXPECT_NE(check_envelope(event).error().message().find("Sighting"), std::string::npos);
    event.kind = "sighting";
    event.payload.assign((1 << 20) + 1, ' ');
    EXPECT_FALSE(check_envelope(event));
    event.payload.clear();
    event.id = domain::EventId{};
    EXPECT_FALSE(check_envelope(event));
}

TEST(CheckQuery, KeepsEveryFieldInItsRange) {
    EXPECT_TRUE(check_query({}));
    for (const std::size_t limit : {std::size_t{0}, std::size_t{501}}) {
        EventQuery query;
        query.limit = limit;
        EXPECT_FALSE(check_query(query)) << limit;
    }
    EventQuery query;
    query.min_confidence = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(check_query(query));
    query = {};
    query.from = query.to = WallTime{std::chrono::seconds{5}};
    EXPECT_FALSE(check_query(query));
    query = {};
    query.plate = "*a*b*c*d*e*f*g*h*";
    query.match = PlateMatch::wildcard;
    EXPECT_FALSE(check_query(query));
    query.match = PlateMatch::exact;
    EXPECT_TRUE(check_query(query));
}

} // namespace
} // namespace vedette::ports
