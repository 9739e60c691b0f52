#pragma once

#include <filesystem>

#include "vedette/base/log.h"
#include "vedette/config/option_set.h"
#include "vedette/config/units.h"

namespace vedette::observability {

enum class LogFormat {
    text = 1, ///< one line for people: time, level, message, key=value
    json,     ///< one JSON object on a line: time, level, message and the fields
};

/// A log file that is turned over, so that logs never fill a disk.
struct LogFileOptions {
    std::filesystem::path path;            ///< empty: standard error instead of a file
    config::ByteSize max_size{10'000'000}; ///< of one file
    int keep = 5;                          ///< files in all, the current one among them
};

/// What is logged, how and where.
struct LogOptions {
    LogLevel level = LogLevel::info; ///< less important events are dropped
    LogFormat format = LogFormat::text;
    LogFileOptions file;
};

/// The configuration's section `logger`.
[[nodiscard]] config::OptionSet<LogOptions> log_options();

} // namespace vedette::observability
