#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/frame.h"
#include "vedette/media/decoder.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/camera_analyzer.h"
#include "vedette/pipeline/gate.h"
#include "vedette/pipeline/options.h"
#include "vedette/pipeline/probe.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/motion.h"

namespace vedette::pipeline {

/// Sees every decoded picture after its analysis, in order; for annotated video. Called on the
/// thread of run().
class FrameObserver {
public:
    virtual ~FrameObserver() = default;
    /// \param tracks as of the last picture that was looked at. \return an error to end the run.
    virtual Status frame_done(const imaging::Frame& frame, std::span<const LiveTrack> tracks) = 0;
};

/// How far a run has come.
struct Progress {
    StreamClock::duration position{}; ///< of the input
    std::optional<StreamClock::duration> duration;
    std::uint64_t frames = 0; ///< decoded so far
    std::uint64_t looked = 0; ///< looked at so far
};

/// What a run did; also filled when it ended with an error.
struct RunReport {
    Progress progress;
    media::DecoderStats decoder;
    GateReport gate;
    Status ended; ///< the reason why it stopped early, if it did
};

/// Detectors that look at the same picture one after the other; their detections are put together.
using DetectorLane = std::vector<vision::Detector*>;

/// One input through capture, decode, sample and detect into a CameraAnalyzer.
///
/// Threads: one reads and decodes, one for each lane detects, the caller's analyses. Between them
/// bounded queues: a file waits when they are full, so nothing of it is lost and a run can be
/// repeated; a live camera's newest picture wins. Used once, by one thread.
class Processor {
public:
    /// What a run needs; everything is borrowed and must outlive it.
    struct Parts {
        /// Lanes look at different pictures side by side, each on a thread and with detectors of
        /// its own; the order of the pictures is kept. Without any, whatever moves is followed
        /// under kMovingLabel.
        std::vector<DetectorLane> lanes;
        vision::MotionDetector* motion = nullptr; ///< null: every sampled picture is looked at
        CameraAnalyzer* analyzer = nullptr;
        FrameObserver* observer = nullptr; ///< null: pictures between detections are not kept
        PipelineProbe* probe = nullptr;
        const Clock* clock = nullptr;
        Log* log = nullptr;
        std::function<void(const Progress&)>
            on_progress; ///< called for every picture looked at; may be empty
    };

    Processor(std::unique_ptr<media::Source> source, std::unique_ptr<media::Decoder> decoder,
              DetectOptions options, Parts parts);
    ~Processor();

    /// Runs to the end of the input, a stop request or an error. Tracks are concluded in every
    /// case.
    [[nodiscard]] RunReport run(std::stop_token stop);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::pipeline
