#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/server/recording_options.h"
#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/media/segment_muxer.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/recording/capture.h"

namespace vedette::app {

/// The inputs of their own that cameras are recorded from.
///
/// apply() and end() have one caller at a time; status_of() is thread-safe.
class RecordedInputs {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        const media::SourceRegistry& sources;
        Metrics& metrics;
        Log& messages;
        const Clock& clock;
        /// See Recordings::Parts.
        std::function<void(const domain::CameraId&, const ports::InputStatus&)> on_input;
        /// What is to see the packets of a camera; called on the thread of its capture.
        std::function<std::unique_ptr<media::PacketTap>(const std::string& camera,
                                                        const RecordedInput& input)>
            tap;
    };
    explicit RecordedInputs(Parts parts) : parts_{std::move(parts)} {}

    /// From now on these; what has not changed goes on.
    /// \param cameras   those that are watched
    /// \param recorded  how each is recorded
    void apply(const std::vector<pipeline::LiveCameraOptions>& cameras,
               const std::map<std::string, CameraRecording>& recorded);
    /// All of them.
    void end();
    /// Nothing for a camera that has none.
    [[nodiscard]] std::optional<ports::InputStatus> status_of(const std::string& camera) const;

private:
    /// What a capture is made of. Compared to notice a change.
    struct CaptureOptions {
        RecordedInput recorded;
        std::chrono::milliseconds stall_timeout{};
        std::chrono::milliseconds first_retry{};
        std::chrono::milliseconds longest_retry{};
        friend bool operator==(const CaptureOptions&, const CaptureOptions&) = default;
    };
    struct Running {
        CaptureOptions from;
        std::shared_ptr<recording::Capture> capture;
    };

    [[nodiscard]] static media::InputMonitor::Options
    monitor_options(const std::string& camera, const CaptureOptions& options);
    [[nodiscard]] Result<std::unique_ptr<media::Source>>
    open(const std::string& location, media::SourceOptions how, const std::stop_token& stop) const;
    void start(const pipeline::LiveCameraOptions& camera, const RecordedInput& recorded);

    const Parts parts_;
    std::map<std::string, Running> captures_; ///< whoever calls apply()
    Guarded<std::map<std::string, std::shared_ptr<recording::Capture>>> shown_; ///< the same
};

} // namespace vedette::app
