#include "vedette/analysis/track_file.h"

#include <gtest/gtest.h>
#include <sstream>

#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/track_event.h"

namespace vedette::analysis {
namespace {

const WallTime kFirst = parse_pass_time("2026-03-02T08:05:11Z").value();

Result<std::vector<TrackFix>> read(const std::string& text, TrackReadReport* report = nullptr) {
    std::istringstream in{text};
    return read_track(in, "track", report);
}

TEST(TrackFile, ReadsEveryFormForWhatItIs) {
    const auto csv = read("Time,lat,lon,speed,accuracy\n"
                          "2026-03-02T08:05:12Z,52.6,13.4,,\n"
                          "2026-03-02T08:05:11Z,52.5,13.4,3.5,7\n"
                          "2026-03-02T08:05:11Z,52.5,13.4,3.5,7\n");
    ASSERT_TRUE(csv) << csv.error().message();
    ASSERT_EQ(csv->size(), 2U) << "in order, each time once";
    EXPECT_EQ((*csv)[0].at, kFirst);
    EXPECT_EQ((*csv)[0].speed_mps, 3.5);
    EXPECT_EQ((*csv)[0].accuracy_m, 7);
    EXPECT_EQ((*csv)[1].accuracy_m, 10);
    TrackReadReport report;
    const auto nmea =
        read("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n"
             "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6B\r\n",
             &report);
    ASSERT_TRUE(nmea) << nmea.error().message();
    EXPECT_EQ(nmea->size(), 1U);
    EXPECT_EQ(report.bad, 1U);
    const auto gpsd = read("{\"class\":\"VERSION\"}\n{\"class\":\"TPV\",\"mode\":2,\"time\":"
                           "\"2026-03-02T08:05:11Z\",\"lat\":1,\"lon\":2}\n");
    ASSERT_TRUE(gpsd) << gpsd.error().message();
    EXPECT_EQ(gpsd->front().at, kFirst);
}

TEST(TrackFile, ReadsGpxOfPhonesAndRecorders) {
    TrackReadReport report;
    const auto gpx = read(
        "<?xml version=\"1.0\"?><gpx version=\"1.1\" "
        "creator=\"x\"><metadata><time>2020-01-01T00:00:"
        "00Z</time></metadata><trk><name>a</name><trkseg>\n"
        "<trkpt lat=\"52.5\" lon=\"13.4\"><ele>30</ele><time> 2026-03-02T08:05:11Z "
        "</time></trkpt>\n"
        "<trkpt lat=\"52.6\" lon=\"13.5\"><time>2026-03-02T09:05:12+01:00</time><speed>2.5</speed>"
        "<course>90</course></trkpt><trkpt lat=\"1\" lon=\"2\"/></trkseg></trk></gpx>",
        &report);
    ASSERT_TRUE(gpx) << gpx.error().message();
    ASSERT_EQ(gpx->size(), 2U);
    EXPECT_EQ((*gpx)[0].at, kFirst);
    EXPECT_EQ((*gpx)[1].at, kFirst + std::chrono::seconds{1});
    EXPECT_EQ((*gpx)[1].speed_mps, 2.5);
    EXPECT_EQ(report.without, 1U);
}

TEST(TrackFile, PassesOverByteOrderMarks) {
    for (const std::string text :
         {"time,lat,lon\n2026-03-02T08:05:11Z,1,2\n",
          "<gpx><trkpt lat='1' lon='2'><time>2026-03-02T08:05:11Z</time></trkpt></gpx>",
          "{\"class\":\"TPV\",\"mode\":2,\"time\":\"2026-03-02T08:05:11Z\",\"lat\":1,\"lon\":2}"
          "\n"}) {
        const auto track = read("\xEF\xBB\xBF" + text);
        ASSERT_TRUE(track) << track.error().message();
        EXPECT_EQ(track->front().at, kFirst);
    }
}

TEST(TrackFile, TakesWhatCantBeAsNotKnown) {
    const auto csv = read("time,lat,lon,speed,course,accuracy\n"
                          "2026-03-02T08:05:11Z,1,2,-1,-1,-1\n");
    ASSERT_TRUE(csv) << csv.error().message();
    EXPECT_EQ(csv->front(), (TrackFix{.at = kFirst, .position = {1, 2}}));
    const auto gpx = read("<gpx><trkpt lat='1' lon='2'><time>2026-03-02T08:05:11Z</time>"
                          "<speed>-1.0</speed><course>361</course></trkpt></gpx>");
    ASSERT_TRUE(gpx) << gpx.error().message();
    EXPECT_EQ(gpx->front(), (TrackFix{.at = kFirst, .position = {1, 2}}));
    EXPECT_FALSE(read("time,lat,lon,speed\n2026-03-02T08:05:11Z,1,2,fast\n"));
}

TEST(TrackFile, SaysWhatIsWrongAndWhere) {
    const auto said = [](const std::string& text) {
        const auto track = read(text);
        EXPECT_FALSE(track);
        return track ? std::string{} : track.error().message();
    };
    EXPECT_NE(said("time,lat,lon\n2026-03-02T08:05:11Z,91,2\n").find("track:2"), std::string::npos);
    EXPECT_NE(said("time,lat\n").find("lon"), std::string::npos);
    EXPECT_NE(said("").find("track"), std::string::npos);
    EXPECT_NE(said("$GPGSV,1*00\n").find("NMEA"), std::string::npos);
    EXPECT_NE(said("<gpx><trkpt lat='x' lon='1'></trkpt></gpx>").find("lat"), std::string::npos);
    EXPECT_NE(said("<gpx>\n<trk>\n").find("XML"), std::string::npos);
    EXPECT_FALSE(read_track(std::filesystem::path{"/nowhere/track.csv"}));
}

TEST(TrackEvent, ReadsBackAsItWas) {
    TrackEvent event{.id = domain::EventId{"mobile.van.1.2"},
                     .mobile = "van",
                     .source = "gpsd",
                     .clock_offset = std::chrono::microseconds{-1'500'000},
                     .fixes = {{.at = kFirst,
                                .position = {52.123456789, -13.4},
                                .speed_mps = 0.1,
                                .course_deg = {},
                                .accuracy_m = 2.5},
                               {.at = kFirst + std::chrono::microseconds{7}, .position = {1, 2}}}};
    const auto again = track_event_from_json(track_event_to_json(event));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*again, event);
    EXPECT_FALSE(track_event_from_json("{}"));
    EXPECT_FALSE(track_event_from_json("[1]"));
}

TEST(TrackEvent, RefusesABatchThatIsNone) {
    const auto batch = track_batch_from_json(
        R"({"fixes":[{"time":"2026-03-02T08:05:12Z","lat":1,"lon":2,"speed":null},)"
        R"({"time":"2026-03-02T08:05:11Z","lat":1,"lon":2}]})");
    ASSERT_TRUE(batch) << batch.error().message();
    EXPECT_EQ(batch->front().at, kFirst) << "in order of time";
    for (const auto& [text, named] : std::vector<std::pair<std::string, std::string>>{
             {"", "the body"},
             {R"({"fixes":[]})", "fixes"},
             {R"({"fixes":[7]})", "fixes[0] must"},
             {R"({"fixes":[{"lat":1,"lon":2}]})", "fixes[0].time"},
             {R"({"fixes":[{"time":"noon","lat":1,"lon":2}]})", "fixes[0].time"},
             {R"({"fixes":[{"time":"2026-03-02T08:05:11Z","lat":"1","lon":2}]})", "fixes[0].lat"},
             {R"({"fixes":[{"time":"2026-03-02T08:05:11Z","lat":91,"lon":2}]})", "fixes[0].lat"},
             {R"({"fixes":[{"time":"2026-03-02T08:05:11Z","lat":1,"lon":2}],"a":1})",
              "a is not"}}) {
        const auto bad = track_batch_from_json(text);
        ASSERT_FALSE(bad) << text;
        EXPECT_NE(bad.error().message().find(named), std::string::npos) << bad.error().message();
    }
    std::string many = R"({"fixes":[)";
    for (std::size_t i = 0; i <= kMaxTrackEventFixes; ++i)
        many +=
            std::string{i == 0 ? "" : ","} + R"({"time":"2026-03-02T08:05:11Z","lat":1,"lon":2})";
    EXPECT_FALSE(track_batch_from_json(many + "]}"));
}

} // namespace
} // namespace vedette::analysis
