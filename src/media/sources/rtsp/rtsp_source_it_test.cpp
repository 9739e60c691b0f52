#include <array>
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "test_media.h"
#include "test_server.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using std::chrono::steady_clock;

constexpr const char* kPython = "/usr/bin/python3"; // Debian's own has `gi`

/// GStreamer's RTSP server as a camera, in a process of its own that a test may stop or kill.
class CameraProcess {
public:
    CameraProcess(const fs::path& clip, bool locked) {
        std::array<int, 2> pipe{};
        if (::pipe(pipe.data()) != 0)
            return;
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(pipe[1], STDOUT_FILENO);
            ::close(pipe[0]);
            const std::string script =
                std::string{VEDETTE_SOURCE_DIR} + "/tools/testing/rtsp_server.py";
            ::execl(kPython, kPython, script.c_str(), clip.c_str(), locked ? "--locked" : nullptr,
                    nullptr);
            ::_exit(127);
        }
        ::close(pipe[1]);
        std::FILE* output = ::fdopen(pipe[0], "r");
        if (std::fscanf(output, "ready %d", &port_) != 1)
            port_ = 0;
        std::fclose(output);
    }
    ~CameraProcess() { end(); }
    CameraProcess(const CameraProcess&) = delete;
    CameraProcess& operator=(const CameraProcess&) = delete;

    [[nodiscard]] int port() const { return port_; }
    void pause() const { ::kill(process_, SIGSTOP); }
    void end() {
        if (process_ <= 0)
            return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

private:
    pid_t process_ = 0;
    int port_ = 0;
};

class RtspSource : public MediaTest {
protected:
    void SetUp() override {
        const std::string check =
            std::string{kPython} +
            " -c \"import gi; gi.require_version('GstRtspServer', '1.0')\" 2>/dev/null";
        if (std::system(check.c_str()) != 0)
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
