#include <array>
#include <csignal>
#include <cstdio>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vedette/media/onvif.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kOtherPort = 43'702; // not that of real cameras on this network

/// tools/testing/onvif_camera.py in a process of its own.
class OnvifProcess {
public:
    explicit OnvifProcess(std::vector<std::string> arguments) {
        std::array<int, 2> pipe{};
        if (::pipe(pipe.data()) != 0)
            return;
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(pipe[1], STDOUT_FILENO);
            ::close(pipe[0]);
            arguments.insert(arguments.begin(),
                             std::string{VEDETTE_SOURCE_DIR} + "/tools/testing/onvif_camera.py");
            arguments.insert(arguments.begin(), "python3");
            std::vector<char*> raw;
            for (std::string& one : arguments)
                raw.push_back(one.data());
            raw.push_back(nullptr);
            ::execvp("python3", raw.data());
            ::_exit(127);
        }
        ::close(pipe[1]);
        std::FILE* output = ::fdopen(pipe[0], "r");
        if (std::fscanf(output, "ready %d", &port_) != 1)
            port_ = 0;
        std::fclose(output);
    }
    ~OnvifProcess() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    OnvifProcess(const OnvifProcess&) = delete;
    OnvifProcess& operator=(const OnvifProcess&) = delete;
    [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    pid_t process_ = 0;
    int port_ = 0;
};

class OnvifCameras : public ::testing::Test {
protected:
    OnvifCamera ask(const OnvifProcess& camera, const std::string& user = "",
                    const std::string& password = "") {
        return ask_onvif(
            {.address = camera.host(), .user = user, .password = Secret{password}, .timeout = 5s},
            clock);
    }
    static std::string ids(const OnvifCamera& camera) {
        std::string out;
        for (const Finding& one : camera.findings)
            out += one.id + " ";
        return out;
    }
    SystemClock clock;
};

TEST_F(OnvifCameras, TellsWhatItIsAndWhatItOffers) {
    const OnvifProcess process{{"--user", "viewer", "--password", "let&me<in", "--stream",
                                "rtsp://127.0.0.1:5554/a?x=1&y=2", "--stream",
                                "rtsp://127.0.0.1:5554/b"}};
    const OnvifCamera camera = ask(process, "viewer", "let&me<in");
    EXPECT_EQ(camera.manufacturer, "Acme & Sons");
    EXPECT_EQ(camera.model, "Eye 3");
    EXPECT_EQ(camera.serial, "0042");
    ASSERT_EQ(camera.profiles.size(), 2U) << ids(camera);
    EXPECT_EQ(camera.profiles[0].width_px, 2560) << "the largest first";
    EXPECT_EQ(camera.profiles[0].codec, "H264");
    EXPECT_EQ(camera.profiles[0].key_frame_distance, 250);
    EXPECT_EQ(camera.profiles[0].stream_uri, "rtsp://127.0.0.1:5554/a?x=1&y=2");
    EXPECT_EQ(camera.profiles[1].stream_uri, "rtsp://127.0.0.1:5554/b");
    EXPECT_NE(camera.profiles[1].snapshot_uri.find("/snap.jpg"), std::string::npos);
    EXPECT_LT(std::abs(camera.clock_error->count()), 5);
    EXPECT_EQ(ids(camera), "long-key-frame-interval long-key-frame-interval ");
}

TEST_F(OnvifCameras, Media2KnowsH265) {
    const OnvifProcess process{{"--codec", "H265"}};
    const OnvifCamera camera = ask(process);
    ASSERT_EQ(camera.profiles.size(), 2U) << ids(camera);
    EXPECT_EQ(camera.profiles[0].codec, "H265");
    EXPECT_EQ(camera.profiles[0].audio_codec, "MP4A-LATM");
    EXPECT_EQ(camera.profiles[0].frame_rate, 25);
    EXPECT_FALSE(camera.profiles[0].stream_uri.empty());
}

TEST_F(OnvifCameras, AClockThatIsWrongIsMadeUpForAndTold) {
    for (const char* ahead : {"86400", "-7200"}) {
        const OnvifProcess process{{"--user", "viewer", "--password", "x", "--clock-ahead", ahead}};
        const OnvifCamera camera = ask(process, "viewer", "x");
        EXPECT_EQ(camera.profiles.size(), 2U) << ids(camera);
        EXPECT_NE(ids(camera).find("clock-wrong"), std::string::npos);
        EXPECT_NEAR(static_cast<double>(camera.clock_error->count()), std::atof(ahead), 5);
    }
}

TEST_F(OnvifCameras, AWrongPasswordAndNoneAreToldOnce) {
    const OnvifProcess process{{"--user", "viewer", "--password", "right"}};
    const OnvifCamera wrong = ask(process, "viewer", "wrong");
    EXPECT_EQ(ids(wrong), "login-refused ");
    EXPECT_NE(wrong.findings[0].text.find("'viewer'"), std::string::npos);
    EXPECT_EQ(wrong.findings[0].text.find("wrong"), std::string::npos);
    EXPECT_EQ(ids(ask(process)), "no-user ");
}

TEST_F(OnvifCameras, ALoginOfHttpIsGivenWhereItIsAskedFor) {
    const OnvifProcess process{
        {"--behaviour", "digest", "--user", "viewer", "--password", "right"}};
    EXPECT_EQ(ask(process, "viewer", "right").profiles.size(), 2U);
    EXPECT_EQ(ids(ask(process, "viewer", "wrong")), "login-refused ");
    EXPECT_EQ(ids(ask(process)), "no-user ");
}

TEST_F(OnvifCameras, ServicesBehindARouterAreAskedAtTheHostThatWasReached) {
    const OnvifProcess process{{"--behaviour", "other-host"}};
    EXPECT_EQ(ask(process).profiles.size(), 2U);
}

TEST_F(OnvifCameras, FaultsGarbageAndTooMuchAreFindings) {
    EXPECT_EQ(ids(ask(OnvifProcess{{"--behaviour", "fault"}})), "onvif-failed onvif-failed ");
    EXPECT_EQ(ids(ask(OnvifProcess{{"--behaviour", "garbage"}})), "no-onvif ");
    EXPECT_EQ(ids(ask(OnvifProcess{{"--behaviour", "huge"}})), "no-onvif ");
    EXPECT_EQ(ids(ask(OnvifProcess{{"--behaviour", "page"}})), "no-onvif ");
    const OnvifProcess silent{{"--behaviour", "silent"}};
    const OnvifCamera camera = ask_onvif({.address = silent.host(), .timeout = 300ms}, clock);
    EXPECT_EQ(ids(camera), "no-onvif ");
}

TEST_F(OnvifCameras, AreFoundOnTheWire) {
    const OnvifProcess process{{"--discovery", std::to_string(kOtherPort), "--name", "Gate"}};
    const auto found =
        search_onvif({.interfaces = {"lo"}, .timeout = 1500ms, .port = kOtherPort}, clock);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().address, "http://" + process.host() + "/onvif/device_service");
    EXPECT_EQ(found->front().name, "Gate");
    EXPECT_EQ(found->front().hardware, "Eye 3");
    EXPECT_EQ(found->front().place, "front door");
    EXPECT_EQ(ask_onvif({.address = found->front().address}, clock).model, "Eye 3");
}

TEST_F(OnvifCameras, AStopEndsASearch) {
    std::stop_source stop;
    stop.request_stop();
    const auto before = clock.steady_now();
    EXPECT_TRUE(search_onvif(
        {.interfaces = {"lo"}, .timeout = 60s, .port = kOtherPort, .stop = stop.get_token()},
        clock));
    EXPECT_LT(clock.steady_now() - before, 30s);
}

} // namespace
} // namespace vedette::media
