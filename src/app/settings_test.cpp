#include "app/settings.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
protected:
    Result<Settings> load(const std::string& yaml, const std::string& more = {}) {
        const auto file = machine.folder.write("v.yaml", yaml);
        CLI::App app;
        SettingsArguments arguments;
        arguments.declare(app);
        app.parse("--config " + file.string() + " " + more);
        return arguments.load(machine.environment());
    }

    testing::TestEnvironment machine;
};

TEST_F(SettingsTest, AreQuietByDefaultAndTakeWhatTheTasksNeed) {
    const auto settings = load("");
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->log.level, LogLevel::warn);
    EXPECT_FLOAT_EQ(settings->models.object_score, 0.1F);
    EXPECT_FLOAT_EQ(settings->models.plate_score, settings->job.camera.lpr.detection_threshold);
    EXPECT_EQ(settings->job.limits.memory, config::ByteSize{2'048'000'000});
    EXPECT_TRUE(settings->telemetry.metrics.enabled);
    EXPECT_FALSE(settings->camera_input);
}

TEST_F(SettingsTest, HonourTheScoresOfModels) {
    const auto settings = load("models:\n"
                               "  object: { min_score: 0.35 }\n"
                               "  plate: { min_score: 0.55 }\n"
                               "  ocr: { min_score: 0.25 }\n"
                               "lpr: { detection_threshold: 0.4 }\n");
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_FLOAT_EQ(settings->models.object_score, 0.35F);
    EXPECT_FLOAT_EQ(settings->models.plate_score, 0.55F);
    EXPECT_FLOAT_EQ(settings->models.finder.min_read_confidence, 0.25F);
}

TEST_F(SettingsTest, HonourLimitsAndTelemetry) {
    const auto settings =
        load("limits: { worker_threads: 2, memory: 512MB }\n"
             "detectors: { big: { type: cpu, threads: 16 } }\n"
             "telemetry: { metrics: { enabled: false, file: /var/lib/x.prom } }\n");
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->job.limits.memory, config::ByteSize{512'000'000});
    ASSERT_FALSE(settings->models.chain.empty());
    for (const infer::EngineChoice& link : settings->models.chain)
        EXPECT_EQ(link.options.threads, 2) << link.backend;
    EXPECT_FALSE(settings->telemetry.metrics.enabled);
    EXPECT_EQ(settings->telemetry.metrics.file, "/var/lib/x.prom");
}

TEST_F(SettingsTest, TakeTheLogAsItIsConfigured) {
    const auto settings =
        load("logger: { default: debug, format: json, file: { path: /x/v.log, keep: 3 } }\n");
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->log.level, LogLevel::debug);
    EXPECT_EQ(settings->log.format, observability::LogFormat::json);
    EXPECT_EQ(settings->log.file.path, "/x/v.log");
    EXPECT_EQ(settings->log.file.keep, 3);
}

constexpr const char* kTwoCameras =
    "detect: { fps: 4 }\n"
    "cameras:\n"
    "  gate:\n"
    "    inputs:\n"
    "      - { path: 'rtsp://u:pw@10.0.0.1/main', roles: [record] }\n"
    "      - { path: 'rtsp://u:pw@10.0.0.1/sub' }\n"
    "    hwaccel: none\n"
    "    stall_timeout: 7s\n"
    "    detect: { fps: 9 }\n"
    "  store: { inputs: [{ path: x, roles: [record] }] }\n";

TEST_F(SettingsTest, TakeACamerasOwnValuesAndTheStreamToDetectOn) {
    const auto settings = load(kTwoCameras, "--camera gate");
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_EQ(settings->job.camera.name, "gate");
    EXPECT_DOUBLE_EQ(settings->job.camera.detect.fps, 9);
    EXPECT_EQ(settings->job.decoder.hwaccel, "none");
    EXPECT_EQ(settings->job.source.read_timeout, std::chrono::seconds{7});
    ASSERT_TRUE(settings->camera_input);
    EXPECT_EQ(settings->camera_input->reveal(), "rtsp://u:pw@10.0.0.1/sub");
}

TEST_F(SettingsTest, HaveNoStreamForACameraThatOnlyRecords) {
    const auto settings = load(kTwoCameras, "--camera store");
    ASSERT_TRUE(settings) << settings.error().message();
    EXPECT_FALSE(settings->camera_input);
}

TEST_F(SettingsTest, NameTheCamerasThereAreAndTheFormOfAModel) {
    const auto unknown = load(kTwoCameras, "--camera gat");
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message(), AllOf(HasSubstr("'gat'"), HasSubstr("gate, store")));
    const auto model = load("", "--model yolox");
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(model.error().message(), HasSubstr("TASK=ID"));
}

} // namespace
} // namespace vedette::app
