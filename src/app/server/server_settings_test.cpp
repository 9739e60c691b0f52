#include "app/server/server_settings.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ServerSettingsTest : public ::testing::Test {
protected:
    Result<ServerSettings> load(const std::vector<std::string>& words) {
        CLI::App options;
        ServerArguments arguments;
        arguments.declare(options);
        std::vector<std::string> reversed{words.rbegin(), words.rend()};
        options.parse(reversed);
        return arguments.load(machine_.environment());
    }
    std::string file(const std::string& text) {
        return machine_.folder.write("vedette.yaml", text).string();
    }
    testing::TestEnvironment machine_;
};

constexpr const char* kTwoCameras = R"(
server: { listen: "127.0.0.1:9000" }
detect: { fps: 4 }
cameras:
  gate:
    priority: 10
    retry_interval: 3s
    inputs: [{ path: "rtsp://user:secret@host/gate" }]
    detect: { fps: 10 }
  yard:
    inputs: [{ path: "rtsp://host/yard" }]
  old:
    enabled: false
    inputs: [{ path: "rtsp://host/old" }]
)";

TEST_F(ServerSettingsTest, ReadsEveryCameraThatIsEnabled) {
    const auto settings = load({"--config", file(kTwoCameras)});
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->api.port, 9000);
    ASSERT_EQ(settings->cameras.size(), 2U);
    const auto& gate = settings->cameras[0];
    EXPECT_EQ(gate.camera.name, "gate");
    EXPECT_EQ(gate.location, "rtsp://user:secret@host/gate");
    EXPECT_DOUBLE_EQ(gate.camera.detect.fps, 10);
    EXPECT_DOUBLE_EQ(gate.weight, 10);
    EXPECT_EQ(gate.longest_retry, std::chrono::seconds{3});
    EXPECT_DOUBLE_EQ(settings->cameras[1].camera.detect.fps, 4);
}

TEST_F(ServerSettingsTest, AFingerprintChangesWithWhatTheCameraIsMadeOf) {
    const auto before = load({"--config", file(kTwoCameras)});
    std::string text = kTwoCameras;
    text.replace(text.find("fps: 10"), 7, "fps: 12");
    const auto after = load({"--config", file(text)});
    ASSERT_TRUE(before && after);
    EXPECT_NE(before->cameras[0].fingerprint, after->cameras[0].fingerprint);
    EXPECT_EQ(before->cameras[1].fingerprint, after->cameras[1].fingerprint);
}

constexpr const char* kTwoInputs = R"(
cameras:
  gate:
    settle_time: 3s
    inputs:
      - { path: "rtsp://host/main", roles: [record, audio], fallback: { path: "rtsp://host/other" } }
      - { path: "rtsp://host/sub", fallback: { path: "rtsp://u:secret@host/low", after: 5, try_again: 2m } }
)";

TEST_F(ServerSettingsTest, EachInputMayHaveAFallback) {
    const auto settings = load({"--config", file(kTwoInputs)});
    ASSERT_TRUE(settings) << settings.error().message();
    const auto& gate = settings->cameras.at(0);
    EXPECT_EQ(gate.settle_time, std::chrono::seconds{3});
    EXPECT_THAT(gate.roles, ElementsAre("detect", "live"));
    EXPECT_EQ(gate.fallback, (media::FallbackOptions{.location = "rtsp://u:secret@host/low",
                                                     .after = 5,
                                                     .try_again = std::chrono::minutes{2}}));
    EXPECT_EQ(settings->recordings.cameras.at("gate").input.fallback,
              (media::FallbackOptions{.location = "rtsp://host/other"}));
    const auto pathless = load({"--config", file("cameras: { gate: { inputs: [{ path: a, fallback: "
                                                 "{ after: 2 } }] } }\n")});
    ASSERT_FALSE(pathless);
    EXPECT_THAT(pathless.error().message(), HasSubstr("cameras.gate.inputs[0].fallback"));
    const auto strange = load({"--config", file("cameras: { gate: { inputs: [{ path: a, fallback: "
                                                "{ path: 'gopher://x' } }] } }\n")});
    ASSERT_FALSE(strange);
    EXPECT_THAT(strange.error().message(), HasSubstr("gopher"));
}

TEST_F(ServerSettingsTest, AnInputThatIsRecordedAloneAsksNothingOfTheAnalysedOne) {
    const auto before = load({"--config", file(kTwoInputs)});
    const auto with = [this](const std::string& what, const std::string& instead) {
        std::string text = kTwoInputs;
        text.replace(text.find(what), what.size(), instead);
        return load({"--config", file(text)});
    };
    const auto recorded = with("host/main", "host/large");
    const auto nothing = with("[record, audio]", "[audio]");
    const auto analysed = with("host/sub", "host/small");
    ASSERT_TRUE(before && recorded && nothing && analysed);
    EXPECT_EQ(before->cameras[0].fingerprint, recorded->cameras[0].fingerprint);
    EXPECT_NE(before->recordings.cameras, recorded->recordings.cameras);
    EXPECT_NE(before->cameras[0].fingerprint, nothing->cameras[0].fingerprint)
        << "the analysed one is recorded now";
    EXPECT_THAT(nothing->cameras[0].roles, ElementsAre("detect", "live", "record"));
    EXPECT_NE(before->cameras[0].fingerprint, analysed->cameras[0].fingerprint);
}

TEST_F(ServerSettingsTest, ACameraWithNothingToAnalyseIsRefusedWithItsLine) {
    const auto settings =
        load({"--config", file("cameras:\n"
                               "  gate:\n"
                               "    inputs:\n"
                               "      - { path: \"rtsp://host/gate\", roles: [record] }\n")});
    ASSERT_FALSE(settings);
    EXPECT_THAT(settings.error().message(),
                AllOf(HasSubstr("vedette.yaml:3"), HasSubstr("cameras.gate.inputs"),
                      HasSubstr("role detect")));
}

TEST_F(ServerSettingsTest, CamerasMayStandOnTheCommandLine) {
    const auto settings = load({"demo://street?seed=7", "--listen", "[::1]:0"});
    ASSERT_TRUE(settings) << settings.error().message();
    ASSERT_EQ(settings->cameras.size(), 1U);
    EXPECT_EQ(settings->cameras[0].camera.name, "demo-street");
    EXPECT_EQ(settings->api.address, "::1");
    EXPECT_EQ(settings->api.port, 0);
}

TEST_F(ServerSettingsTest, MasksAreTheDecodersAndTheMotions) {
    const auto before = load({"--config", file(kTwoCameras)});
    const auto after = load({"--config", file(std::string{kTwoCameras} + R"(
  hall:
    inputs: [{ path: "rtsp://host/hall" }]
    masks: { privacy: ["0,0,0.5,0,0.5,1"], motion: ["0,0,1,0,1,0.25,0,0.25"] }
)")});
    ASSERT_TRUE(before && after) << after.error().message();
    ASSERT_EQ(after->cameras.size(), 3U);
    const auto& hall = after->cameras[2];
    const imaging::PictureMask privacy{{{{0, 0}, {0.5F, 0}, {0.5F, 1}}}};
    EXPECT_EQ(hall.decoder.mask, privacy);
    EXPECT_EQ(hall.camera.motion.ignored.polygons().front().size(), 4U);
    EXPECT_TRUE(after->cameras[0].decoder.mask.empty());
    EXPECT_EQ(after->masks.at("hall"), privacy);
    EXPECT_EQ(after->masks.size(), 4U) << "also of those that have none, and are not watched";
    EXPECT_TRUE(before->advice.empty());
    EXPECT_THAT(after->advice, ElementsAre(HasSubstr("cameras.hall.masks.privacy")));
}

TEST_F(ServerSettingsTest, RetentionAsksNothingOfACamera) {
    const auto before = load({"--config", file(kTwoCameras)});
    const auto after = load({"--config", file(std::string{kTwoCameras} +
                                              "snapshots: { retain: { default: 3 } }\n"
                                              "events: { log: { retain: 2d, max_size: 1GB } }\n"
                                              "privacy: { retain: { plates: 5d } }\n")});
    ASSERT_TRUE(before && after) << after.error().message();
    EXPECT_EQ(before->cameras[0].fingerprint, after->cameras[0].fingerprint);
    EXPECT_EQ(before->retention.log, std::chrono::days{7});
    EXPECT_EQ(before->retention.sightings, std::chrono::days{30});
    EXPECT_DOUBLE_EQ(before->retention.pictures.default_days, 10);
    EXPECT_EQ(after->retention.log, std::chrono::days{2});
    EXPECT_EQ(after->retention.log_size.bytes, 1'000'000'000U);
    EXPECT_EQ(after->retention.sightings, std::chrono::days{5});
    EXPECT_DOUBLE_EQ(after->retention.pictures.default_days, 3);
}

TEST_F(ServerSettingsTest, ACamerasPicturesMayBeKeptForLessTime) {
    const auto settings = load({"--config", file(R"(
snapshots: { retain: { default: 10, objects: { person: 2 } } }
cameras:
  gate: { inputs: [{ path: a }], snapshots: { retain: { default: 1 } } }
  yard: { inputs: [{ path: b }] }
)")});
    ASSERT_TRUE(settings) << settings.error().message();
    const auto age = [&](const char* camera, const char* label) {
        domain::Event event;
        event.camera = domain::CameraId{camera};
        event.label = label;
        return settings->retention.picture_age(event);
    };
    EXPECT_EQ(age("gate", "car"), std::chrono::days{1});
    EXPECT_EQ(age("gate", "person"), std::chrono::days{2});
    EXPECT_EQ(age("yard", "car"), std::chrono::days{10});
    EXPECT_EQ(age("forgotten", "person"), std::chrono::days{2});
}

TEST_F(ServerSettingsTest, TooManyCamerasAreRefusedWithTheLineOfTheLimit) {
    const auto written =
        load({"--config", file(std::string{"limits: { max_cameras: 1 }"} + kTwoCameras)});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(written.error().message(),
                HasSubstr("vedette.yaml:1: limits.max_cameras: allows 1 cameras, and 2 are "
                          "enabled"));
    const auto given = load({"--config", file("limits: { max_cameras: 1 }"), "a.mp4", "b.mp4"});
    ASSERT_FALSE(given);
    EXPECT_THAT(given.error().message(), HasSubstr("limits.max_cameras: allows 1 cameras"));
}

TEST_F(ServerSettingsTest, TwoCamerasOfOneNameAreRefused) {
    const auto settings = load({"north/gate.mp4", "rtsp://u:secret@host/a", "south/gate.mp4"});
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(settings.error().message(),
                AllOf(HasSubstr("'gate'"), HasSubstr("north/gate.mp4"), HasSubstr("south")));
    const auto mixed = load({"--config", file(kTwoCameras), "gate.mp4"});
    ASSERT_FALSE(mixed);
    EXPECT_THAT(mixed.error().message(), Not(HasSubstr("secret")));
}

TEST_F(ServerSettingsTest, VideosArePlayedOnceWhereTheyAreNotToLoop) {
    const auto settings = load({"--config", file(R"(
cameras:
  gate: { inputs: [{ path: gate.mp4, loop: false }] }
  yard: { inputs: [{ path: yard.mp4 }] }
)")});
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_TRUE(settings->cameras[0].once);
    EXPECT_FALSE(settings->cameras[0].source.loop);
    EXPECT_FALSE(settings->cameras[1].once);
    EXPECT_TRUE(settings->cameras[1].source.loop);
    const auto given = load({"--once", "gate.mp4"});
    ASSERT_TRUE(given) << given.error().message();
    EXPECT_TRUE(given->cameras[0].once);
}

TEST_F(ServerSettingsTest, ASiteIsPartOfItsCameras) {
    const std::string sites = "sites: { home: { cameras: [gate] } }\n";
    const auto before = load({"--config", file(kTwoCameras)});
    const auto after = load({"--config", file(sites + kTwoCameras)});
    ASSERT_TRUE(before && after) << after.error().message();
    EXPECT_EQ(after->cameras[0].camera.site, "home");
    EXPECT_EQ(after->cameras[1].camera.site, "");
    EXPECT_NE(before->cameras[0].fingerprint, after->cameras[0].fingerprint);
    EXPECT_EQ(before->cameras[1].fingerprint, after->cameras[1].fingerprint);
    const auto twice =
        load({"--config", file("sites:\n  a: { cameras: [gate] }\n  b: { cameras: [gate] }\n" +
                               std::string{kTwoCameras})});
    ASSERT_FALSE(twice);
    EXPECT_THAT(twice.error().message(), HasSubstr("vedette.yaml:3: sites.b.cameras[0]: camera "
                                                   "'gate' already stands at 'a'"));
}

TEST_F(ServerSettingsTest, ModelsFindWhatAnyCameraWants) {
    const auto settings = load({"--config", file(R"(
objects: { track: [car] }
lpr: { enabled: false }
cameras:
  gate: { inputs: [{ path: a }], lpr: { enabled: true } }
  yard: { inputs: [{ path: b }], objects: { track: [person] } }
)")});
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_THAT(settings->analysis.models.labels, ElementsAre("car", "person"));
    EXPECT_TRUE(settings->analysis.models.want_plates);
}

TEST_F(ServerSettingsTest, EachCameraHasItsOwnThresholdsAndTheModelServesTheLowest) {
    const std::string cameras = R"(
lpr: { detection_threshold: 0.5 }
cameras:
  gate:
    inputs: [{ path: a }]
    lpr: { detection_threshold: 0.2 }
    objects: { filters: { car: { min_score: 0.3 } } }
  yard:
    inputs: [{ path: b }]
    lpr: { detection_threshold: 0.7 }
    objects: { filters: { car: { min_score: 0.8 } } }
  barn: { inputs: [{ path: c }], lpr: { enabled: false, detection_threshold: 0.1 } }
)";
    const auto settings = load({"--config", file(cameras)});
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_FLOAT_EQ(settings->analysis.models.plate_score, 0.2F);
    const auto weakest_car = [&](std::size_t camera) {
        return pipeline::tracker_options_for(settings->cameras[camera].camera, false)
            .score_of_label.at("car");
    };
    EXPECT_FLOAT_EQ(settings->cameras[0].camera.lpr.detection_threshold, 0.2F);
    EXPECT_FLOAT_EQ(settings->cameras[1].camera.lpr.detection_threshold, 0.7F);
    EXPECT_FLOAT_EQ(weakest_car(0), 0.3F);
    EXPECT_FLOAT_EQ(weakest_car(1), 0.8F);
    const auto fixed = load({"--config", file("models: { plate: { min_score: 0.4 } }" + cameras)});
    ASSERT_TRUE(fixed) << fixed.error().message();
    EXPECT_FLOAT_EQ(fixed->analysis.models.plate_score, 0.4F);
}

TEST(ReadListen, NamesWhatIsNoAddress) {
    api::ApiOptions api;
    for (const char* bad : {"", "8080", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"})
        EXPECT_THAT(read_listen(bad, api).error().message(), HasSubstr("no address and port"))
            << bad;
}

} // namespace
} // namespace vedette::app
