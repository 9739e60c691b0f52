#include <thread>

#include "test_camera.h"
#include "test_media.h"
#include "test_server.h"
#include "vedette/net/testing/tls_server.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using std::chrono::steady_clock;

class RtspSource : public MediaTest {
protected:
    void SetUp() override {
        if (!can_run_camera())
            GTEST_SKIP() << "python3-gi or gir1.2-gst-rtsp-server-1.0 is missing";
    }
    void start_camera(bool locked = false) {
        write_clip(folder / "clip.mp4", 75, 320, 240);
        camera = std::make_unique<CameraProcess>(folder / "clip.mp4", locked);
        ASSERT_GT(camera->port(), 0);
    }
    [[nodiscard]] std::string url(const std::string& path, const std::string& user = "") const {
        return "rtsp://" + user + "127.0.0.1:" + std::to_string(camera->port()) + path;
    }
    static SourceOptions
    quick(SourceOptions::Transport transport = SourceOptions::Transport::automatic) {
        SourceOptions out;
        out.open_timeout = 8000ms;
        out.read_timeout = 5000ms;
        out.transport = transport;
        return out;
    }
    ErrorCode refusal(const std::string& location) {
        auto source = open(location, quick());
        EXPECT_FALSE(source);
        if (source)
            return ErrorCode::internal;
        EXPECT_EQ(source.error().message().find("wrong-password"), std::string::npos);
        return source.error().code();
    }

    std::unique_ptr<CameraProcess> camera;
};

TEST_F(RtspSource, DeliversFramesOverTcpUdpAndByItself) {
    start_camera();
    for (const auto transport : {SourceOptions::Transport::tcp, SourceOptions::Transport::udp,
                                 SourceOptions::Transport::automatic}) {
        auto opened = reader(url("/live"), quick(transport));
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_TRUE(opened->info().live);
        EXPECT_EQ(opened->info().codec, "h264");
        EXPECT_EQ(opened->info().width_px, 320);
        std::optional<StreamTime> last;
        for (int i = 0; i < 12; ++i) {
            const auto frame = opened->next();
            ASSERT_TRUE(frame && *frame) << i;
            EXPECT_EQ((**frame)->view.height_px, 240);
            EXPECT_GT((**frame)->at, last.value_or(StreamTime::min()));
            last = (**frame)->at;
        }
        EXPECT_GT((last->time_since_epoch()), 500ms);
    }
}

TEST_F(RtspSource, APasswordIsUsedAndNeverShown) {
    start_camera(true);
    auto opened = open(url("/live", "viewer:letmein@"), quick());
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_EQ((*opened)->name().find("letmein"), std::string::npos);
    const auto packet = (*opened)->read({});
    EXPECT_TRUE(packet && *packet);
}

TEST_F(RtspSource, WrongPasswordAndNoPasswordAreDenied) {
    start_camera(true);
    EXPECT_EQ(refusal(url("/live", "viewer:wrong-password@")), ErrorCode::permission_denied);
    EXPECT_EQ(refusal(url("/live")), ErrorCode::permission_denied);
}

TEST_F(RtspSource, UnderTlsTheCertificateIsChecked) {
    start_camera(true);
    const net::testing::TestCertificate certificate;
    const net::testing::TlsServer tls{certificate,
                                      net::testing::TlsServer::in_front_of(camera->port())};
    write_bytes(folder / "ca.pem", certificate.pem());
    const std::string secure =
        "rtsps://viewer:letmein@127.0.0.1:" + std::to_string(tls.port()) + "/live";
    auto options = quick();
    const auto stranger = open(secure, options);
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().code(), ErrorCode::permission_denied);
    EXPECT_NE(stranger.error().message().find("signed by itself"), std::string::npos)
        << stranger.error().message();
    EXPECT_EQ(stranger.error().message().find("letmein"), std::string::npos);
    options.tls.ca_file = folder / "ca.pem";
    {
        auto opened = reader(secure, options);
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_EQ(opened->info().transport, "tls");
        for (int i = 0; i < 5; ++i) {
            const auto frame = opened->next();
            ASSERT_TRUE(frame && *frame) << i;
        }
    }
    options.tls = {.verify = false};
    const auto believed = open(secure, options);
    ASSERT_TRUE(believed) << believed.error().message();
    EXPECT_EQ((*believed)->name(), without_credentials(secure));
}

TEST_F(RtspSource, UnderTlsAWrongPasswordIsDeniedAndADeadCameraIsNoticed) {
    start_camera(true);
    const net::testing::TestCertificate certificate;
    const net::testing::TlsServer tls{certificate,
                                      net::testing::TlsServer::in_front_of(camera->port())};
    const std::string host = "127.0.0.1:" + std::to_string(tls.port()) + "/live";
    auto options = quick();
    options.tls.verify = false;
    const auto refused = open("rtsps://viewer:wrong-password@" + host, options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::permission_denied) << refused.error().message();
    auto source = open("rtsps://viewer:letmein@" + host, options);
    ASSERT_TRUE(source) << source.error().message();
    ASSERT_TRUE((*source)->read({}));
    camera->end();
    Result<std::optional<Packet>> packet = std::optional<Packet>{};
    do
        packet = (*source)->read({});
    while (packet && *packet);
    ASSERT_FALSE(packet);
    EXPECT_EQ(packet.error().code(), ErrorCode::unavailable) << packet.error().message();
}

TEST_F(RtspSource, SoundComesIfItIsWantedAndTheTransportIsTold) {
    start_camera();
    auto options = quick(SourceOptions::Transport::udp);
    {
        const auto silent = open(url("/both"), options);
        ASSERT_TRUE(silent) << silent.error().message();
        EXPECT_EQ((*silent)->info().audio_codec, "");
        EXPECT_EQ((*silent)->info().transport, "udp");
    }
    options = quick();
    options.audio = true;
    const auto heard = open(url("/both"), options);
    ASSERT_TRUE(heard) << heard.error().message();
    EXPECT_EQ((*heard)->info().audio_codec, "pcm_alaw");
    EXPECT_EQ((*heard)->info().transport, "tcp");
    int pictures = 0;
    int sounds = 0;
    for (int i = 0; i < 200 && (pictures < 3 || sounds < 3); ++i) {
        const auto packet = (*heard)->read({});
        ASSERT_TRUE(packet && *packet);
        ++((*packet)->kind() == PacketKind::audio ? sounds : pictures);
    }
    EXPECT_GE(pictures, 3);
    EXPECT_GE(sounds, 3);
}

TEST_F(RtspSource, AWrongPathIsNotFound) {
    start_camera();
    EXPECT_EQ(refusal(url("/nothing")), ErrorCode::not_found);
}

TEST_F(RtspSource, NobodyThereIsUnavailable) {
    int port = 0;
    {
        const LoopbackServer gone{""};
        port = gone.port();
    }
    EXPECT_EQ(refusal("rtsp://127.0.0.1:" + std::to_string(port) + "/live"),
              ErrorCode::unavailable);
}

TEST_F(RtspSource, AServerThatSpeaksSomethingElseIsUnavailable) {
    const LoopbackServer garbage{"SSH-2.0-OpenSSH_9.2\r\n\x01\x02\x03 what?\r\n\r\n"};
    EXPECT_EQ(refusal("rtsp://127.0.0.1:" + std::to_string(garbage.port()) + "/live"),
              ErrorCode::unavailable);
}

TEST_F(RtspSource, AServerThatNeverAnswersEndsAtTheOpenTimeout) {
    const LoopbackServer silent{""};
    SourceOptions options = quick();
    options.open_timeout = 400ms;
    const auto started = steady_clock::now();
    const auto source =
        open("rtsp://127.0.0.1:" + std::to_string(silent.port()) + "/live", options);
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code(), ErrorCode::deadline_exceeded) << source.error().message();
    EXPECT_LT(steady_clock::now() - started, 4s); // far from hanging, on a busy machine too
}

TEST_F(RtspSource, ARequestToStopEndsAnOpenThatHangs) {
    const LoopbackServer silent{""};
    std::stop_source stop;
    SourceOptions options = quick();
    options.open_timeout = 60s;
    options.stop = stop.get_token();
    Result<std::unique_ptr<Source>> source = Error{ErrorCode::internal, "not yet"};
    std::jthread opening{[&] {
        source = open("rtsp://127.0.0.1:" + std::to_string(silent.port()) + "/live", options);
    }};
    stop.request_stop();
    opening.join();
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code(), ErrorCode::cancelled);
}

TEST_F(RtspSource, AStallIsDeadlineExceeded) {
    for (const auto transport : {SourceOptions::Transport::tcp, SourceOptions::Transport::udp}) {
        start_camera();
        auto options = quick(transport);
        options.read_timeout = 1000ms;
        auto source = open(url("/live"), options);
        ASSERT_TRUE(source) << source.error().message();
        ASSERT_TRUE((*source)->read({}));
        camera->pause();
        Result<std::optional<Packet>> packet = std::optional<Packet>{};
        do
            packet = (*source)->read({});
        while (packet && *packet); // what was on its way
        ASSERT_FALSE(packet);
        EXPECT_EQ(packet.error().code(), ErrorCode::deadline_exceeded) << packet.error().message();
        source =
            Error{ErrorCode::cancelled, "closed"}; // must not wait for the silent camera either
        camera->end();
    }
}

TEST_F(RtspSource, ReadStopsSoonAfterARequestToStop) {
    start_camera();
    SourceOptions options = quick(SourceOptions::Transport::tcp);
    options.read_timeout = 60s;
    auto source = open(url("/live"), options);
    ASSERT_TRUE(source) << source.error().message();
    ASSERT_TRUE((*source)->read({}));
    camera->pause();
    std::stop_source stop;
    std::jthread stopper{[&] { stop.request_stop(); }};
    Result<std::optional<Packet>> packet = std::optional<Packet>{};
    do
        packet = (*source)->read(stop.get_token());
    while (packet && *packet);
    ASSERT_FALSE(packet);
    EXPECT_EQ(packet.error().code(), ErrorCode::cancelled);
    camera->end();
}

TEST_F(RtspSource, ACameraThatDiesIsUnavailable) {
    start_camera();
    auto source = open(url("/live"), quick(SourceOptions::Transport::tcp));
    ASSERT_TRUE(source) << source.error().message();
    ASSERT_TRUE((*source)->read({}));
    camera->end();
    Result<std::optional<Packet>> packet = std::optional<Packet>{};
    do
        packet = (*source)->read({});
    while (packet && *packet);
    ASSERT_FALSE(packet);
    EXPECT_EQ(packet.error().code(), ErrorCode::unavailable) << packet.error().message();
}

} // namespace
} // namespace vedette::media
