#include "vedette/events/event_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::events {
namespace {

using domain::Event;
using domain::Verdict;
using ::testing::HasSubstr;

Event full_event() {
    Event event;
    event.id = domain::EventId{"home.gate.b1.42.sighting.0"};
    event.camera = domain::CameraId{"gate"};
    event.track = domain::TrackId{42};
    event.verdict = Verdict::published;
    event.label = "car";
    event.score = 0.875F;
    event.first_seen = *parse_time("2026-11-21T10:15:00Z");
    event.last_seen = *parse_time("2026-11-21T10:15:04.25Z");
    event.best_seen = *parse_time("2026-11-21T10:15:03.000001Z");
    event.media_offset = std::chrono::microseconds{3'000'001};
    event.box = {0.25F, 0.5F, 0.125F, 0.0625F};
    event.plate =
        domain::PlateText{"AB12CDE", "AB12CDE", "AB12CDE", 0.75F, {0.75F, 1.0F}, {{"gb", 0.5F}}, 3};
    event.plate_corners =
        domain::NormQuad{{{0.25F, 0.5F}, {0.5F, 0.5F}, {0.5F, 0.75F}, {0.25F, 0.75F}}};
    event.stationary = true;
    event.detections = 17;
    event.travelled = 0.5F;
    event.snapshot = "gate/42.jpg";
    event.plate_snapshot = "gate/42-plate.jpg";
    event.source = "rtsp://***@10.0.0.10/main";
    event.models = {{"object", "yolox-nano@1", std::string(64, '1')},
                    {"object", "yolox-tiny@2", std::string(64, '2')},
                    {"plate", "glyph-row@1"},
                    {"ocr", "cct-xs@1", std::string(64, 'f')}};
    event.trace = *domain::TraceId::from_hex("4bf92f3577b34da6a3ce929d0e0e4736");
    return event;
}

/// The text of an event with one piece replaced.
std::string with(const std::string& from, const std::string& to) {
    std::string json = to_json(full_event());
    const auto at = json.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return json.replace(at, from.size(), to);
}

TEST(EventJson, ComesBackAsItWas) {
    const auto back = event_from_json(to_json(full_event()));
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, full_event());
}

TEST(EventJson, IsOneLineAndTheSameEveryTime) {
    const std::string json = to_json(full_event());
    EXPECT_EQ(json.find('\n'), std::string::npos);
    EXPECT_EQ(json, to_json(full_event()));
}

TEST(EventJson, AWeakTextIsACandidateAndNotAPlate) {
    Event event = full_event();
    event.verdict = Verdict::plate_unreadable;
    const std::string json = to_json(event);
    EXPECT_THAT(json, HasSubstr("\"plate_candidate\":{"));
    EXPECT_EQ(json.find("\"plate\":{"), std::string::npos);
    EXPECT_EQ(*event_from_json(json), event);
}

TEST(EventJson, ADiscardedTrackSaysSoInItsType) {
    Event event;
    event.verdict = Verdict::too_brief;
    EXPECT_THAT(to_json(event), HasSubstr("\"type\":\"discarded\""));
    EXPECT_EQ(*event_from_json(to_json(event)), event);
}

TEST(EventJson, BytesThatAreNoTextDoNotBreakIt) {
    Event event = full_event();
    event.plate->observed = "A\xFF\"\n";
    const auto back = event_from_json(to_json(event));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->plate->observed, "A\xEF\xBF\xBD\"\n");
}

TEST(EventJson, SaysWhichMemberIsWrong) {
    const auto message = [](const std::string& json) {
        return event_from_json(json).error().message();
    };
    EXPECT_THAT(message("{"), HasSubstr("not valid JSON"));
    EXPECT_THAT(message("[]"), HasSubstr("must be a JSON object"));
    EXPECT_THAT(message(with("\"schema\":1", "\"schema\":2")), HasSubstr("'schema' must be 1"));
    EXPECT_THAT(message(with("\"score\":0.875", "\"score\":1.5")),
                HasSubstr("'score' must lie in 0..1"));
    EXPECT_THAT(message(with("\"track\":42", "\"track\":1e300")), HasSubstr("'track'"));
    EXPECT_THAT(message(with("\"detections\":17", "\"detections\":99999999999")),
                HasSubstr("'detections'"));
    EXPECT_THAT(message(with("\"label\":\"car\",", "")), HasSubstr("'label' is missing"));
    EXPECT_THAT(message(with("2026-11-21T10:15:00.000000Z", "yesterday")),
                HasSubstr("'first_seen'"));
    EXPECT_THAT(message(with("[0.25,0.5,0.125,0.0625]", "[0.25]")), HasSubstr("'box'"));
    EXPECT_THAT(message(with("\"reads\":3", "\"reads\":\"3\"")), HasSubstr("'plate'"));
    EXPECT_THAT(message(with("published", "perhaps")), HasSubstr("'verdict'"));
    EXPECT_THAT(message(with("4bf92f", "4BF92F")), HasSubstr("'trace_id' must be 32 lower-case"));
    EXPECT_THAT(message(with("\"models_used\":[{", "\"models_used\":[7,{")),
                HasSubstr("'models_used' must hold objects"));
    EXPECT_THAT(message(with("\"sha256\":\"1", "\"sha256\":\"x")),
                HasSubstr("'sha256' must be 64"));
    EXPECT_THAT(message(with("\"sha256\":\"1", "\"sha256\":\"11")),
                HasSubstr("'sha256' must be 64"));
    EXPECT_THAT(message(with("\"id\":\"glyph-row@1\"", "\"id\":[]")), HasSubstr("'models_used'"));
    EXPECT_THAT(message(with("\"4bf92f3577b34da6a3ce929d0e0e4736\"", "7")),
                HasSubstr("'trace_id'"));
}

TEST(EventJson, UnknownMembersAreForNewerReaders) {
    EXPECT_EQ(*event_from_json(with("{\"schema\":1", "{\"colour\":\"red\",\"schema\":1")),
              full_event());
}

TEST(EventJson, NamesTheModelOfATaskAndAllThatTookPart) {
    const std::string json = to_json(full_event());
    EXPECT_THAT(json, HasSubstr(R"("models":{"object":"yolox-tiny@2","plate":"glyph-row@1",)"));
    EXPECT_THAT(json,
                HasSubstr(R"("models_used":[{"task":"object","id":"yolox-nano@1","sha256":"11)"));
    EXPECT_THAT(json, HasSubstr(R"({"task":"plate","id":"glyph-row@1"})"));
}

TEST(EventJson, AnEventFromBeforeThereWereHashesIsReadAsThen) {
    std::string json = to_json(full_event());
    const auto from = json.find(",\"models_used\"");
    json.erase(from, json.find(']', from) + 1 - from);
    const auto back = event_from_json(json);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->models,
              (std::vector<domain::ModelUse>{
                  {"object", "yolox-tiny@2"}, {"plate", "glyph-row@1"}, {"ocr", "cct-xs@1"}}));
}

TEST(EventJson, AnEventWithoutATraceIsReadAsBefore) {
    Event event = full_event();
    event.trace = {};
    EXPECT_EQ(to_json(event).find("trace"), std::string::npos);
    EXPECT_EQ(*event_from_json(to_json(event)), event);
}

TEST(EventTime, HasOneFormAndKeepsMicroseconds) {
    EXPECT_EQ(format_time(WallTime{}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(format_time(*parse_time("2024-02-29T23:59:59.9Z")), "2024-02-29T23:59:59.900000Z");
    EXPECT_EQ(format_time(*parse_time("1969-12-31T23:59:59.999999Z")),
              "1969-12-31T23:59:59.999999Z");
}

TEST(EventTime, RefusesWhatIsNoTime) {
    for (const char* text :
         {"", "2026-11-21", "2026-11-21T10:15:00", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z",
          "2026-11-21T10:15:00.Z", "2026-11-21T10:15:00.1234567Z", "2026-11-21T10:15:00+01:00",
          "2026-1-21T10:15:00Z", "x026-11-21T10:15:00Z"})
        EXPECT_FALSE(parse_time(text)) << text;
}

} // namespace
} // namespace vedette::events
