#include "vedette/observability/log_options.h"

namespace vedette::observability {

config::OptionSet<LogOptions> log_options() {
    const auto file =
        config::OptionSet<LogFileOptions>{"A log file that is turned over when it is full."}
            .field("path", &LogFileOptions::path,
                   "The current file; older ones get a number before the extension. Empty: "
                   "standard error")
            .field("max_size", &LogFileOptions::max_size, "Size at which a new file is begun",
                   {.min = 64e3, .max = 10e9})
            .field("keep", &LogFileOptions::keep, "Files in all, the current one among them",
                   {.min = 1, .max = 100});
    return config::OptionSet<LogOptions>{"What is logged, how and where."}
        .field("default", &LogOptions::level, "Least important events that are still written",
               config::choice<LogLevel>({{"trace", LogLevel::trace},
                                         {"debug", LogLevel::debug},
                                         {"info", LogLevel::info},
                                         {"warn", LogLevel::warn},
                                         {"error", LogLevel::error}}))
        .field("format", &LogOptions::format, "Lines for people or for programs",
               config::choice<LogFormat>({{"text", LogFormat::text}, {"json", LogFormat::json}}))
        .section("file", &LogOptions::file, "Where it is written", file);
}

} // namespace vedette::observability
