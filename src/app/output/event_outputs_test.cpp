#include "app/output/event_outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/output/progress_bar.h"
#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

domain::Event event(domain::Verdict verdict = domain::Verdict::no_plate_found, int track = 1) {
    domain::Event made;
    made.id = domain::EventId{"home.gate.0." + std::to_string(track) + ".sighting.0"};
    made.camera = domain::CameraId{"gate"};
    made.track = domain::TrackId{track};
    made.verdict = verdict;
    made.label = "car";
    made.score = 0.91F;
    made.media_offset = 14'260ms;
    return made;
}

pipeline::EventPictures pictures() {
    return {imaging::Image{imaging::PixelFormat::bgr24, 32, 16}, {}};
}

class EventOutputsTest : public ::testing::Test {
protected:
    EventOutputs open(const EventOutputOptions& options) {
        return std::move(EventOutputs::open(options, out)).value();
    }

    testing::TemporaryFolder folder;
    std::ostringstream out;
};

TEST_F(EventOutputsTest, WritesThePictureAndThenTheLineThatNamesIt) {
    const auto file = folder.path() / "events.jsonl";
    auto outputs = open({.json_lines = file, .snapshots = folder.path() / "made/shots"});
    ASSERT_TRUE(outputs.take(event(), pictures()));
    ASSERT_TRUE(outputs.finish());
    const auto line = nlohmann::json::parse(testing::content_of(file));
    const std::string snapshot = line["snapshot"];
    EXPECT_EQ(snapshot, "home.gate.0.1.sighting.0.jpg");
    EXPECT_GT(std::filesystem::file_size(folder.path() / "made/shots" / snapshot), 100U);
    EXPECT_THAT(out.str(), HasSubstr("00:14.2"));
}

TEST_F(EventOutputsTest, LeavesOutWhatIsNoSightingUnlessAsked) {
    auto quiet = open({});
    ASSERT_TRUE(quiet.take(event(domain::Verdict::too_brief), pictures()));
    EXPECT_THAT(out.str(), IsEmpty());
    auto all = open({.json_lines = "-", .with_discarded = true});
    ASSERT_TRUE(all.take(event(domain::Verdict::too_brief), pictures()));
    EXPECT_EQ(nlohmann::json::parse(out.str())["verdict"], "too_brief");
}

TEST_F(EventOutputsTest, RemembersThatSomethingCouldNotBeWritten) {
    auto outputs = open({.json_lines = "/dev/full"});
    EXPECT_FALSE(outputs.broken());
    const Status refused = outputs.take(event(), pictures());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::resource_exhausted);
    EXPECT_THAT(refused.error().message(), HasSubstr("/dev/full"));
    EXPECT_TRUE(outputs.broken());
}

TEST_F(EventOutputsTest, TellsWhenStandardOutputIsGone) {
    auto outputs = open({.json_lines = "-"});
    out.setstate(std::ios::badbit);
    const Status refused = outputs.take(event(), pictures());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("standard output"));
}

TEST_F(EventOutputsTest, NamesTheFolderThatCannotBeMade) {
    const auto in_the_way = folder.write("file", "x");
    const auto outputs = EventOutputs::open({.snapshots = in_the_way / "shots"}, out);
    ASSERT_FALSE(outputs);
    EXPECT_THAT(outputs.error().message(), HasSubstr(in_the_way.string()));
}

TEST(DescribeForPeople, SaysTheTextOrWhyThereIsNone) {
    domain::Event seen = event(domain::Verdict::published);
    seen.plate = domain::PlateText{};
    seen.plate->resolved = "AB12CDE";
    seen.plate->confidence = 0.98F;
    seen.plate->regions = {{"gb", 0.9F}};
    EXPECT_THAT(describe_for_people(seen), HasSubstr("AB12CDE     98 %  gb"));
    EXPECT_THAT(describe_for_people(event(domain::Verdict::plate_too_small)),
                HasSubstr("91 %  plate too small to read"));
    domain::Event parked = event();
    parked.stationary = true;
    EXPECT_THAT(describe_for_people(parked), ::testing::EndsWith("91 %  at rest"));
}

TEST(FormatPosition, HasHoursOnlyWhenThereAreAny) {
    EXPECT_EQ(format_position(0us), "00:00.0");
    EXPECT_EQ(format_position(123'450ms), "02:03.4");
    EXPECT_EQ(format_position(1h + 2min + 3'400ms), "1:02:03.4");
}

TEST(LineFile, LeavesWhatIsThereWhenItOnlyLooks) {
    const testing::TemporaryFolder folder;
    const auto file = folder.write("m.prom", "old\n");
    EXPECT_TRUE(check_writable(file));
    EXPECT_EQ(testing::content_of(file), "old\n");
    EXPECT_TRUE(write_text(file, "new\n"));
    EXPECT_EQ(testing::content_of(file), "new\n");
    EXPECT_EQ(check_writable(folder.path()).error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(check_writable(folder.path() / "no/m.prom").error().code(), ErrorCode::not_found);
}

TEST(ProgressBar, DrawsOnATerminalAloneAndNotTooOften) {
    ManualClock clock;
    std::ostringstream err;
    const pipeline::Progress half{.position = 5s, .duration = 10s};
    {
        ProgressBar silent{err, false, clock, "x.mp4"};
        silent.show(half);
    }
    EXPECT_THAT(err.str(), IsEmpty());
    ProgressBar bar{err, true, clock, "x.mp4"};
    clock.advance(1s);
    bar.show(half);
    EXPECT_THAT(err.str(), HasSubstr(" 50 %  00:05.0  5.0x"));
    const std::string drawn = err.str();
    clock.advance(99ms);
    bar.show(half);
    EXPECT_EQ(err.str(), drawn);
    bar.clear();
    EXPECT_THAT(err.str(), ::testing::EndsWith("\r\x1b[K"));
}

} // namespace
} // namespace vedette::app
