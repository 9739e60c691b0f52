#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <pthread.h>
#include <stop_token>
#include <thread>
#include <unistd.h>

#include "app/command_line.h"
#include "vedette/media/ffmpeg_log.h"

namespace vedette::app {
namespace {

/// `nohup` ignores SIGHUP, and then so do we, unless a command wants to hear it.
bool is_ignored(int signal) {
    struct sigaction now {};
    return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

/// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own, so that no code of ours runs inside
/// a signal handler. The first asks to stop, the second ends the process at once; SIGHUP goes to a
/// command that expects it, and is one of them otherwise.
class Signals {
public:
    explicit Signals(ReloadRequests& reloads) : reloads_{reloads} {
        const sigset_t set = our_signals();
        pthread_sigmask(SIG_BLOCK, &set, nullptr); // inherited by every thread that starts later
        waiter_ = std::jthread{[this](const std::stop_token& over) { wait(over); }};
    }
    [[nodiscard]] std::stop_token token() const { return asked_.get_token(); }

private:
    void wait(const std::stop_token& over) {
        const sigset_t set = our_signals();
        const timespec poll{.tv_sec = 0, .tv_nsec = 200'000'000};
        while (!over.stop_requested()) {
            const int signal = sigtimedwait(&set, nullptr, &poll);
            if (signal < 0 || (signal == SIGHUP && (reloads_.request() || hangup_ignored_)))
                continue;
            if (asked_.stop_requested())
                _exit(128 + signal);
            asked_.request_stop();
        }
    }
    ReloadRequests& reloads_;
    const bool hangup_ignored_ = is_ignored(SIGHUP);
    std::stop_source asked_;
    std::jthread waiter_; // last member: joined first
};

int run(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // a closed pipe is an error value of write(), not the end
    std::signal(SIGXFSZ, SIG_IGN); // and so is a file that may not grow (ulimit -f)
    ReloadRequests reloads;
    const Signals signals{reloads};
    const SystemClock clock;
    NullLog log;
    const media::FfmpegLogGuard libav_log{log};
    NullMetrics metrics;
    const Paths paths = Paths::detect();
    const auto registries = Registries::builtin();
    CommandRegistry commands;
    const auto registered = register_builtin_commands(commands);
    if (!registries || !registered) {
        std::cerr << "vedette: " << (registries ? registered.error() : registries.error()).message()
                  << '\n';
        return 1;
    }
    Environment environment{std::cout,
                            std::cerr,
                            isatty(STDOUT_FILENO) == 1,
                            isatty(STDERR_FILENO) == 1,
                            signals.token(),
                            reloads,
                            clock,
                            log,
                            metrics,
                            *registries,
                            paths};
    return run_command_line(argc, argv, commands, environment);
}

} // namespace
} // namespace vedette::app

int main(int argc, char** argv) {
    try {
        return vedette::app::run(argc, argv);
    } catch (const std::bad_alloc&) {
        std::cerr << "vedette: out of memory; what was written is complete up to here\n";
    } catch (const std::exception& error) { // none of ours throws: a library's
        std::cerr << "vedette: " << error.what() << "; this is a mistake of the program\n";
    }
    return 1;
}
