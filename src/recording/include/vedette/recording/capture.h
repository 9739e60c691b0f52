#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "vedette/base/result.h"
#include "vedette/media/input_monitor.h"
#include "vedette/media/source.h"

namespace vedette::recording {

/// Reads an input for nothing but its tap: the main stream of a camera that is analysed by another
/// one. Opens it again when it is lost, later and later, or its fallback.
///
/// Thread-safe, except end(). Destroying it ends the reading, too.
class Capture {
public:
    struct Options {
        media::InputMonitor::Options input;
        bool once = false; ///< it is over when the input ends
    };
    /// Gives the input that the monitor says, watched by it, tapped; called on the capture's
    /// thread, may block until `stop`.
    using Open = std::function<Result<std::unique_ptr<media::Source>>(media::InputMonitor& monitor,
                                                                      const std::stop_token& stop)>;

    Capture(Options options, media::InputMonitor::Parts parts, Open open);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// Ends the reading; somebody may still hold it for its status.
    void end();

    [[nodiscard]] ports::InputStatus status() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::recording
