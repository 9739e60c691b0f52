#include "app/server/server_settings.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;

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

TEST_F(ServerSettingsTest, CamerasMayStandOnTheCommandLine) {
    const auto settings = load({"demo://street?seed=7", "--listen", "[::1]:0"});
    ASSERT_TRUE(settings) << settings.error().message();
    ASSERT_EQ(settings->cameras.size(), 1U);
    EXPECT_EQ(settings->cameras[0].camera.name, "demo-street");
    EXPECT_EQ(settings->api.address, "::1");
    EXPECT_EQ(settings->api.port, 0);
}

TEST(ReadListen, NamesWhatIsNoAddress) {
    api::ApiOptions api;
    for (const char* bad : {"", "8080", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"})
        EXPECT_THAT(read_listen(bad, api).error().message(), HasSubstr("no address and port"))
            << bad;
}

} // namespace
} // namespace vedette::app
