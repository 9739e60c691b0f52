#include "app/commands/discover/suggestion.h"

#include <cstdlib>
#include <gtest/gtest.h>

#include "app/commands/discover/login.h"
#include "app/configuration_check.h"
#include "app/test_environment.h"
#include "vedette/config/document.h"

namespace vedette::app {
namespace {

using media::OnvifCamera;
using media::OnvifProfile;
using media::UsbCamera;

OnvifProfile profile(const std::string& codec, int width, const std::string& uri) {
    OnvifProfile out;
    out.codec = codec;
    out.width_px = width;
    out.height_px = width * 9 / 16;
    out.stream_uri = uri;
    return out;
}

TEST(Suggestion, TheLargestIsRecordedAndTheSmallestUsefulOneAnalysed) {
    OnvifCamera camera;
    camera.profiles = {profile("H265", 3840, ""),           profile("H264", 2560, "rtsp://h/1"),
                       profile("H264", 1280, "rtsp://h/2"), profile("H264", 640, "rtsp://h/3"),
                       profile("JPEG", 640, "rtsp://h/4"),  profile("H264", 320, "rtsp://h/5")};
    EXPECT_EQ(choose_profiles(camera).record, 1) << "the first has no stream";
    EXPECT_EQ(choose_profiles(camera).detect, 3);
    camera.profiles = {profile("H264", 320, "rtsp://h/5")};
    EXPECT_EQ(choose_profiles(camera).record, 0);
    EXPECT_EQ(choose_profiles(camera).detect, 0);
    camera.profiles = {profile("JPEG", 640, "rtsp://h/4")};
    EXPECT_EQ(choose_profiles(camera).record, -1);
}

TEST(Suggestion, NamesAreGoodAndDifferent) {
    Names names;
    EXPECT_EQ(names.fresh("  Front Door (N)! ", "x"), "front-door-n");
    EXPECT_EQ(names.fresh("front door n", "x"), "front-door-n-2");
    EXPECT_EQ(names.fresh("\xC3\xA4\xC3\xB6", "camera"), "camera");
    EXPECT_EQ(names.fresh("", "camera"), "camera-2");
}

TEST(Suggestion, IsAConfigurationWhateverCamerasSay) {
    OnvifCamera camera;
    camera.profiles = {profile("H264 # \" x", 1280, "rtsp://10.0.0.5/a?b=\"${env:HOME}\\"),
                       profile("H264", 640, "rtsp://10.0.0.5/sub")};
    camera.profiles[0].audio_codec = "AAC";
    UsbCamera usb;
    usb.path = "/dev/video0";
    usb.lasting = "/dev/v4l/by-id/usb-Cam-index0";
    usb.formats = {{.name = "mjpeg",
                    .description = "",
                    .usable = true,
                    .sizes = {{2592, 1944, {2}}, {1280, 720, {30, 15}}}}};
    const std::string text = suggested_configuration({{"usb", usb}}, {{"gate", camera}}, true);
    EXPECT_NE(text.find("/dev/v4l/by-id/usb-Cam-index0"), std::string::npos);
    EXPECT_NE(text.find("width: 1280, height: 720, fps: 30"), std::string::npos) << text;
    EXPECT_NE(text.find("roles: [record, audio]"), std::string::npos) << text;
    EXPECT_NE(text.find("${env:CAM_USER}:${env:CAM_PASS}@10.0.0.5/sub"), std::string::npos) << text;
    config::DocumentOptions options;
    options.use = config::SecretUse::withhold;
    config::Problems problems;
    const auto document = config::Document::parse(text, "suggested.yaml", options, problems);
    ASSERT_TRUE(document) << text;
    check_configuration(document->root(), problems);
    EXPECT_TRUE(problems.empty()) << problems.summary().message() << "\n" << text;
    EXPECT_TRUE(suggested_configuration({}, {}, true).empty());
}

TEST(Login, APasswordComesFromAFileOrAVariableAndFitsIntoAnAddress) {
    const testing::TemporaryFolder folder;
    std::ofstream{folder.path() / "p"} << "a/b@c:d\r\nsecond line\n";
    const auto login = ask_login("view er", folder.path() / "p");
    ASSERT_TRUE(login) << login.error().message();
    EXPECT_EQ(login->password.reveal(), "a/b@c:d");
    EXPECT_EQ(with_login("rtsp://10.0.0.5/x", *login), "rtsp://view%20er:a%2Fb%40c%3Ad@10.0.0.5/x");
    EXPECT_EQ(with_login("rtsp://other@10.0.0.5/x", *login), "rtsp://other@10.0.0.5/x");
    EXPECT_EQ(with_login("demo://street", *login), "demo://street");
    EXPECT_EQ(with_login("/dev/video0", *login), "/dev/video0");
    EXPECT_EQ(ask_login("u", folder.path() / "none").error().code(), ErrorCode::not_found);
    EXPECT_EQ(ask_login("", folder.path() / "p").error().code(), ErrorCode::invalid_argument);
    ::setenv("VEDETTE_CAMERA_PASSWORD", "from outside", 1);
    EXPECT_EQ(ask_login("u", {})->password.reveal(), "from outside");
    ::unsetenv("VEDETTE_CAMERA_PASSWORD");
    EXPECT_TRUE(ask_login("", {})->user.empty());
}

} // namespace
} // namespace vedette::app
