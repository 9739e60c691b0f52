#include "app/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "vedette/base/unique_fd.h"
#include "vedette/base/worker.h"

namespace vedette::app {
namespace {

constexpr std::array<int, 3> kOurs{SIGINT, SIGTERM, SIGHUP};
constexpr int kPollMs = 200;

/// Where a signal's number goes; a handler has no other way to know. Pipes hold thousands of them:
/// what a full one does not take nobody misses.
std::atomic<int> way_in{-1};

extern "C" void hand_on(int signal) {
    const int before = errno;
    const auto number = static_cast<unsigned char>(signal);
    [[maybe_unused]] const auto written = ::write(way_in.load(), &number, 1);
    errno = before;
}

sigset_t ours() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : kOurs)
        sigaddset(&set, signal);
    return set;
}

bool is_ignored(int signal) {
    struct sigaction now {};
    return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

} // namespace

Signals::Signals(ReloadRequests& reloads) : reloads_{reloads}, hangup_ignored_{is_ignored(SIGHUP)} {
    const sigset_t set = ours();
    pthread_sigmask(SIG_BLOCK, &set, nullptr); // inherited by every thread that starts later
    std::array<int, 2> pipe{-1, -1};
    if (pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return; // without any descriptor nothing else will work either; they stay blocked
    way_in = pipe[1];
    struct sigaction how {};
    how.sa_handler = hand_on;
    how.sa_flags = SA_RESTART;
    sigfillset(&how.sa_mask);
    for (const int signal : kOurs)
        sigaction(signal, &how, nullptr);
    waiter_ = std::jthread{
        [this, out = UniqueFd{pipe[0]}](const std::stop_token& over) { wait(out.get(), over); }};
}

/// The pipe's other end stays: a handler may still run.
Signals::~Signals() = default;

void Signals::wait(int out, const std::stop_token& over) {
    name_this_thread("signals");
    const sigset_t set = ours();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    pollfd some{.fd = out, .events = POLLIN, .revents = 0};
    while (!over.stop_requested()) {
        unsigned char number = 0;
        if (::poll(&some, 1, kPollMs) > 0 && ::read(out, &number, 1) == 1)
            came(number);
    }
}

void Signals::came(int signal) {
    if (signal == SIGHUP && (reloads_.request() || hangup_ignored_))
        return;
    if (asked_.stop_requested())
        _exit(128 + signal);
    asked_.request_stop();
}

} // namespace vedette::app
