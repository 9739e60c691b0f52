#include "test_camera.h"
#include "test_media.h"
#include "vedette/media/probe.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class ProbeCamera : public MediaTest {
protected:
    void SetUp() override {
        if (!can_run_camera())
            GTEST_SKIP() << "python3-gi or gir1.2-gst-rtsp-server-1.0 is missing";
        write_clip(folder / "clip.mp4", 25, 320, 240);
    }
    InputReport probe(const CameraProcess& camera, const std::string& path,
                      const std::string& user = "") {
        ProbeOptions options;
        options.source.open_timeout = 10s;
        options.watch = 1500ms;
        options.longest_watch = 7000ms;
        return probe_input(registry,
                           "rtsp://" + user + "127.0.0.1:" + std::to_string(camera.port()) + path,
                           options, clock, log);
    }
    static const Finding* find(const InputReport& report, const std::string& id) {
        for (const Finding& one : report.findings)
            if (one.id == id)
                return &one;
        return nullptr;
    }
};

TEST_F(ProbeCamera, AGoodOneIsDescribed) {
    const CameraProcess camera{folder / "clip.mp4", true};
    const InputReport report = probe(camera, "/both", "viewer:letmein@");
    EXPECT_TRUE(report.works());
    EXPECT_EQ(report.codec, "h264");
    EXPECT_EQ(report.transport, "tcp");
    EXPECT_EQ(report.container, "rtsp");
    EXPECT_EQ(report.audio_codec, "pcm_alaw");
    EXPECT_EQ(report.audio_rate_hz, 8000);
    EXPECT_NEAR(report.measures.frame_rate.value_or(0), 15, 1);
    EXPECT_EQ(report.measures.key_frame_distance, 15);
    ASSERT_TRUE(report.first_picture);
    EXPECT_GE(*report.first_picture, *report.first_packet);
}

TEST_F(ProbeCamera, MissingKeyFramesAreSaid) {
    const CameraProcess camera{folder / "clip.mp4", false};
    const InputReport report = probe(camera, "/long");
    EXPECT_TRUE(report.works());
    EXPECT_NE(find(report, "long-key-frame-interval"), nullptr);
}

TEST_F(ProbeCamera, SoundAloneIsNoVideo) {
    const CameraProcess camera{folder / "clip.mp4", false};
    const InputReport report = probe(camera, "/sound");
    EXPECT_NE(find(report, "no-video"), nullptr);
}

TEST_F(ProbeCamera, AWrongPasswordAndAWrongPathAreToldApart) {
    const CameraProcess camera{folder / "clip.mp4", true};
    const InputReport login = probe(camera, "/live", "viewer:hunter2@");
    const Finding* refused = find(login, "login-refused");
    ASSERT_NE(refused, nullptr);
    EXPECT_NE(refused->text.find("'viewer'"), std::string::npos);
    EXPECT_EQ(refused->text.find("hunter2"), std::string::npos);
    EXPECT_NE(find(probe(camera, "/live"), "no-user"), nullptr);
    EXPECT_NE(find(probe(camera, "/nothing", "viewer:letmein@"), "path-not-found"), nullptr);
}

} // namespace
} // namespace vedette::media
