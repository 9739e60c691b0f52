#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <unistd.h>

#include "app/command_line.h"
#include "app/signals.h"
#include "vedette/media/ffmpeg_log.h"

namespace vedette::app {
namespace {

int run(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // a closed pipe is an error value of write(), not the end
    std::signal(SIGXFSZ, SIG_IGN); // and so is a file that may not grow (ulimit -f)
    // The one library that writes to stderr by itself; nothing runs yet.
    ::setenv("SVT_LOG", "1", 0); // NOLINT(concurrency-mt-unsafe): see above
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
