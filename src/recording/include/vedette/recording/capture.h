#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "vedette/base/backoff.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/media/source.h"

namespace vedette::recording {

/// Reads an input for nothing but its tap: the main stream of a camera that is analysed by another
/// one. Opens it again when it is lost, later and later.
///
/// Thread-safe. Destroying it ends the reading.
class Capture {
public:
    struct Options {
        std::string camera;
        BackoffOptions retry{};
        bool once = false; ///< it is over when the input ends
    };
    /// \param open  gives the input, tapped; called on the capture's thread, may block until `stop`
    /// \param log   borrowed
    Capture(Options options,
            std::function<Result<std::unique_ptr<media::Source>>(const std::stop_token& stop)> open,
            Log& log);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::recording
