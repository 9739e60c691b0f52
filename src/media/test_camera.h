#pragma once

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

/// A camera of its own process, for tests against a real RTSP server.
namespace vedette::media::testing {

inline constexpr const char* kPython = "/usr/bin/python3"; // Debian's own has `gi`

/// Whether GStreamer's RTSP server is installed.
inline bool can_run_camera() {
    const std::string check = std::string{kPython} +
                              " -c \"import gi; gi.require_version('GstRtspServer', '1.0')\" "
                              "2>/dev/null";
    return std::system(check.c_str()) == 0;
}

/// GStreamer's RTSP server as a camera, in a process of its own that a test may stop or kill.
class CameraProcess {
public:
    CameraProcess(const std::filesystem::path& clip, bool locked) {
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

} // namespace vedette::media::testing
