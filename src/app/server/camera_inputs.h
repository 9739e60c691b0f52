#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "app/server/recordings.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/media/input_monitor.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/live_node.h"

namespace vedette::app {

/// Opens the inputs that are analysed: at real speed, watched, and recorded on their way where that
/// is asked for.
///
/// Thread-safe.
class CameraInputs {
public:
    /// Borrowed; must outlive it and what it opens.
    struct Parts {
        const media::SourceRegistry& sources;
        Recordings& recordings;
        const Clock& clock;
        Log& log;
    };
    explicit CameraInputs(const Parts& parts) : parts_{parts} {}

    /// May block until `stop`. \return errors of the source and of its decoder
    [[nodiscard]] Result<pipeline::OpenedInput> open(const pipeline::LiveCameraOptions& camera,
                                                     media::InputMonitor& monitor,
                                                     const std::stop_token& stop) const;
    /// The input itself beside its fallback, for a look whether it is well: neither watched nor
    /// recorded.
    [[nodiscard]] Result<std::unique_ptr<media::Source>>
    open_for_trial(const pipeline::LiveCameraOptions& camera, const std::stop_token& stop) const;

private:
    [[nodiscard]] Result<std::unique_ptr<media::Source>>
    open_source(const pipeline::LiveCameraOptions& camera, const std::string& location,
                const std::stop_token& stop) const;

    const Parts parts_;
};

} // namespace vedette::app
