#include "vedette/analysis/pass_file.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "testing/temporary_folder.h"
#include "vedette/events/event_json.h"

namespace vedette::analysis {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr WallTime kMorning =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + std::chrono::hours{10} + 15min;

/// All passes of a text; the first error ends it and goes to `error`.
struct Read {
    std::vector<Pass> passes;
    std::string error;
    PassReadReport report;
};

Read read(const std::string& text, const PassReadOptions& options = {}) {
    std::istringstream in{text};
    auto reader = PassReader::over(in, "in.csv", options);
    if (!reader)
        return {{}, reader.error().message(), {}};
    Read out;
    for (;;) {
        auto pass = reader->next();
        out.report = reader->report();
        if (!pass) {
            out.error = pass.error().message();
            return out;
        }
        if (!*pass)
            return out;
        out.passes.push_back(**std::move(pass));
    }
}

TEST(PassReader, TakesColumnsByNameInAnyOrderAndCase) {
    const Read got = read("Time,extra,CAMERA,Plate,confidence\n"
                          "2026-11-21T10:15:00.25Z,x,gate,b-ab 123,0.5\n");
    ASSERT_EQ(got.passes.size(), 1U) << got.error;
    const Pass& pass = got.passes[0];
    EXPECT_EQ(pass.plate, "BAB123");
    EXPECT_EQ(pass.camera.value(), "gate");
    EXPECT_EQ(pass.at, kMorning + 250ms);
    EXPECT_FLOAT_EQ(pass.confidence, 0.5F);
    EXPECT_FALSE(pass.position.has_value());
    EXPECT_TRUE(pass.character_confidence.empty());
}

TEST(PassReader, TakesWindowsFilesWithSemicolonsAndByteOrderMark) {
    const Read got = read("\xEF\xBB\xBFplate;camera;time;lat;lon;character_confidence\r\n"
                          "AB1;\"a;\"\"b\"\"\";2026-11-21T10:15:00Z;52.5;-13.25;0.5 1 0.25\r\n"
                          "\r\n");
    ASSERT_EQ(got.passes.size(), 1U) << got.error;
    EXPECT_EQ(got.passes[0].camera.value(), "a;\"b\"");
    EXPECT_EQ(got.passes[0].position, (GeoPoint{52.5, -13.25}));
    EXPECT_THAT(got.passes[0].character_confidence, ElementsAre(0.5F, 1.0F, 0.25F));
    EXPECT_FLOAT_EQ(got.passes[0].confidence, 1.0F);
}

TEST(PassReader, NamesFileLineAndWhatItExpected) {
    const std::string header = "plate,camera,time,confidence\n";
    const std::string good = "AB1,gate,2026-11-21T10:15:00Z,1\n";
    const auto error = [&](const std::string& line) { return read(header + good + line).error; };
    EXPECT_THAT(error("AB1,gate,2026-11-21T10:15:00Z,87\n"),
                HasSubstr("in.csv:3: confidence '87' must be a number from 0 to 1 (divide"));
    EXPECT_THAT(error("AB1,gate,yesterday,1\n"), HasSubstr("in.csv:3: time 'yesterday' must be"));
    EXPECT_THAT(error("AB1,gate,2026-11-21T10:15:00,1\n"), HasSubstr("names no zone"));
    EXPECT_THAT(error("?-?,gate,2026-11-21T10:15:00Z,1\n"), HasSubstr("plate '?-?' has no letter"));
    EXPECT_THAT(error("AB1,,2026-11-21T10:15:00Z,1\n"), HasSubstr("camera '' is missing"));
    EXPECT_THAT(error("AB1,gate\n"), HasSubstr("in.csv:3: the row has 2 cells, the header 4"));
    EXPECT_THAT(error("\"AB1,gate\n"), HasSubstr("opened and never closed"));
    EXPECT_THAT(read("plate,time\n").error,
                HasSubstr("in.csv:1: the header names no column 'camera'"));
    EXPECT_THAT(read("").error, HasSubstr("no header"));
    EXPECT_THAT(read("\xFF\xFEp\0").error, HasSubstr("UTF-16"));
}

TEST(PassReader, RefusesALineBeyondTheLimitAndGoesOnBehindIt) {
    const std::string text =
        "plate,camera,time\n" + std::string(5000, 'x') + "\nAB1,gate,2026-11-21T10:15:00Z\n";
    EXPECT_THAT(read(text, {.max_line_bytes = 1000}).error, HasSubstr("in.csv:2: a line longer"));
    const Read got = read(text, {.max_line_bytes = 1000, .skip_bad_lines = true});
    EXPECT_EQ(got.passes.size(), 1U);
    EXPECT_EQ(got.report.skipped, 1U);
}

TEST(PassReader, SkipsAndCountsBadLinesWhereAsked) {
    std::string text = "plate,camera,time\n";
    for (int i = 0; i < 25; ++i)
        text += "AB1,gate,never\nAB1,gate,2026-11-21T10:15:00Z\n";
    const Read got = read(text, {.skip_bad_lines = true});
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.report.passes, 25U);
    EXPECT_EQ(got.report.skipped, 25U);
    ASSERT_EQ(got.report.first_bad.size(), kMaxToldProblems);
    EXPECT_THAT(got.report.first_bad[1], HasSubstr("in.csv:4: time 'never'"));
}

TEST(PassReader, GivesMissingIdsOfTheContentAlone) {
    const std::string header = "plate,camera,time\n";
    const std::string one = "AB1,gate,2026-11-21T10:15:00Z\n";
    const std::string two = "AB2,gate,2026-11-21T10:15:00Z\n";
    const Read all = read(header + two + one + one);
    const Read part = read("camera,time,plate\ngate,2026-11-21T11:15:00+01:00,ab-1\n");
    ASSERT_EQ(all.passes.size(), 3U);
    ASSERT_EQ(part.passes.size(), 1U);
    EXPECT_EQ(all.passes[1].id.value(), "gate.2026-11-21T10:15:00.000Z.AB1.0");
    EXPECT_EQ(all.passes[2].id.value(), "gate.2026-11-21T10:15:00.000Z.AB1.1");
    EXPECT_EQ(part.passes[0].id, all.passes[1].id);
}

TEST(PassReader, ReadsJsonLines) {
    const Read got = read(
        R"({"id":"s1","plate":"ab 1","camera":"gate","time":"2026-11-21T10:15:00.25Z","confidence":0.9})"
        "\n\n"
        R"({"plate":"\u00c4B1","camera":"g\"x","time":"2026-11-21T10:15:00Z","character_confidence":[0.5,1,0],"lat":1e1,"lon":-2,"more":{"a":[1]}})"
        "\n");
    ASSERT_EQ(got.passes.size(), 2U) << got.error;
    EXPECT_EQ(got.passes[0].id.value(), "s1");
    EXPECT_EQ(got.passes[0].plate, "AB1");
    EXPECT_EQ(got.passes[1].plate, "\u00c4B1");
    EXPECT_EQ(got.passes[1].camera.value(), "g\"x");
    EXPECT_EQ(got.passes[1].position, (GeoPoint{10, -2}));
    EXPECT_EQ(got.passes[1].character_confidence.size(), 3U);
}

TEST(PassReader, NamesWhatIsWrongInJson) {
    const auto error = [](const std::string& line) { return read(line).error; };
    EXPECT_THAT(error(R"({"plate":12,"camera":"g","time":"2026-11-21T10:15:00Z"})"),
                HasSubstr("in.csv:1: member 'plate' must be a text"));
    EXPECT_THAT(error(R"({"plate":"A1","camera":"g","time":"2026-11-21T10:15:00Z","lat":"x"})"),
                HasSubstr("member 'lat' must be a number"));
    EXPECT_THAT(error(R"({"plate":"A1","camera":"g"})"), HasSubstr("time '' must be"));
    EXPECT_THAT(error(R"({"plate":"A1")"), HasSubstr("not a JSON object"));
    EXPECT_THAT(
        error(R"({"plate":"A1","camera":"g","time":"2026-11-21T10:15:00Z","confidence":01})"),
        HasSubstr("not a JSON object"));
}

TEST(PassReader, ReadsEventsAndCountsThoseWithoutABelievedPlate) {
    domain::Event event;
    event.id = domain::EventId{"home.gate.1"};
    event.camera = domain::CameraId{"gate"};
    event.verdict = domain::Verdict::published;
    event.label = "car";
    event.best_seen = kMorning;
    event.plate = domain::PlateText{.observed = "AB-1",
                                    .normalized = "AB1",
                                    .resolved = "AB1",
                                    .confidence = 0.75F,
                                    .character_confidence = {0.5F, 1, 1},
                                    .regions = {},
                                    .reads = 3};
    std::string text = events::to_json(event) + '\n';
    event.verdict = domain::Verdict::plate_unreadable;
    text += events::to_json(event) + '\n';
    event.verdict = domain::Verdict::published;
    event.plate.reset();
    text += events::to_json(event) + '\n';

    const Read got = read(text);
    ASSERT_EQ(got.passes.size(), 1U) << got.error;
    EXPECT_EQ(got.report.without_plate, 2U);
    EXPECT_EQ(got.passes[0], (Pass{.id = domain::EventId{"home.gate.1"},
                                   .camera = domain::CameraId{"gate"},
                                   .at = kMorning,
                                   .plate = "AB1",
                                   .confidence = 0.75F,
                                   .character_confidence = {0.5F, 1, 1},
                                   .position = std::nullopt}));
}

TEST(PassWriter, WritesWhatReadsBackAsTheSame) {
    const std::vector<Pass> passes{{.id = domain::EventId{"a,\"b\""},
                                    .camera = domain::CameraId{"Gate \"1\""},
                                    .at = kMorning + 1us,
                                    .plate = "\u00c4B1",
                                    .confidence = 0.1F,
                                    .character_confidence = {0.1F, 0.2F, 0.3F},
                                    .position = GeoPoint{52.123456789, -0.1}},
                                   {.id = domain::EventId{"2"},
                                    .camera = domain::CameraId{"gate"},
                                    .at = kMorning,
                                    .plate = "AB1",
                                    .confidence = 1,
                                    .character_confidence = {},
                                    .position = std::nullopt}};
    std::string csv = pass_csv_header() + '\n';
    std::string lines;
    for (const Pass& pass : passes) {
        csv += pass_to_csv(pass) + '\n';
        lines += pass_to_json(pass) + '\n';
    }
    EXPECT_EQ(read(csv).passes, passes);
    EXPECT_EQ(read(lines).passes, passes);
    EXPECT_EQ(pass_to_json(passes[1]), R"({"id":"2","plate":"AB1","camera":"gate",)"
                                       R"("time":"2026-11-21T10:15:00.000Z","confidence":1})");
}

TEST(PassTime, TakesTheFormsOfIso8601ThatNameOneMoment) {
    for (const char* text :
         {"2026-11-21T10:15:00Z", "2026-11-21 10:15:00z", "2026-11-21T11:15:00+01:00",
          "2026-11-21T11:15:00.000+0100", "2026-11-21T11:15:00,0+01", "2026-11-20T22:45:00-11:30",
          "2026-11-21T10:15:00.000000999Z"})
        EXPECT_EQ(parse_pass_time(text).value(), kMorning) << text;
    EXPECT_EQ(parse_pass_time("2026-11-21T11:15:00", 60min).value(), kMorning);
}

TEST(PassTime, RefusesWhatIsNoMoment) {
    for (const char* text :
         {"", "2026", "2026-02-30T10:15:00Z", "2026-11-21T24:15:00Z", "2026-11-21T10:60:00Z",
          "2026-11-21T10:15:60Z", "2026-11-21T10:15Z", "2026-11-21T10:15:00.Z",
          "2026-11-21T10:15:00Zx", "2026-11-21T10:15:00+1", "2026-11-21T10:15:00+25:00",
          "0000-01-01T00:00:00Z", "1970-01-01T00:00:00+01:00"})
        EXPECT_FALSE(parse_pass_time(text)) << text;
}

TEST(ReadPasses, GivesThemInTheOrderOfAnalyses) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "passes.csv";
    std::ofstream{file} << "id,plate,camera,time\n"
                           "c,AB1,gate,2026-11-21T10:15:01Z\n"
                           "b,AB1,gate,2026-11-21T10:15:00Z\n"
                           "a,AB1,gate,2026-11-21T10:15:00Z\n";
    const auto passes = read_passes(file);
    ASSERT_TRUE(passes);
    ASSERT_EQ(passes->size(), 3U);
    EXPECT_EQ((*passes)[0].id.value(), "a");
    EXPECT_EQ((*passes)[2].id.value(), "c");

    const auto too_many = read_passes(file, {.max_passes = 2});
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code(), ErrorCode::resource_exhausted);
    EXPECT_EQ(read_passes(folder.path() / "none.csv").error().code(), ErrorCode::not_found);
    EXPECT_THAT(read_passes(folder.path()).error().message(), HasSubstr("is a folder"));
}

} // namespace
} // namespace vedette::analysis
