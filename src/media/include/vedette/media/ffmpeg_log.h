#pragma once

#include <utility>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"

namespace vedette::media {

/// Sends what FFmpeg would print on stderr to `log` instead, at debug level, at most 20 lines a
/// second (how many were left out is said with the next one); credentials are removed.
///
/// FFmpeg has one place for its messages per process, so the application makes one guard, early. A
/// command that has a log of its own makes another within: guards nest, the inner one ends first.
/// `log` and `clock` must outlive their guard.
class FfmpegLogGuard {
public:
    /// Counts seconds by the machine's own clock.
    explicit FfmpegLogGuard(Log& log);
    FfmpegLogGuard(Log& log, const Clock& clock);
    ~FfmpegLogGuard();
    FfmpegLogGuard(const FfmpegLogGuard&) = delete;
    FfmpegLogGuard& operator=(const FfmpegLogGuard&) = delete;

private:
    explicit FfmpegLogGuard(std::pair<Log*, const Clock*> before)
        : log_before_{before.first}, clock_before_{before.second} {}

    Log* const log_before_;
    const Clock* const clock_before_;
};

} // namespace vedette::media
