#pragma once

#include "vedette/base/log.h"

namespace vedette::media {

/// Sends what FFmpeg would print on stderr to `log` instead, at debug level, at most 20 lines a
/// second (how many were left out is said with the next one); credentials are removed.
///
/// FFmpeg has one place for its messages per process, so the application makes one guard, early. A
/// command that has a log of its own makes another within: guards nest, the inner one ends first.
/// `log` must outlive its guard.
class FfmpegLogGuard {
public:
    explicit FfmpegLogGuard(Log& log);
    ~FfmpegLogGuard();
    FfmpegLogGuard(const FfmpegLogGuard&) = delete;
    FfmpegLogGuard& operator=(const FfmpegLogGuard&) = delete;

private:
    Log* const before_;
};

} // namespace vedette::media
