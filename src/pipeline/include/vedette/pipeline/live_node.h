#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/media/decoder.h"
#include "vedette/media/input_monitor.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/begin_analysis.h"
#include "vedette/pipeline/options.h"
#include "vedette/pipeline/processor.h"
#include "vedette/ports/camera_directory.h"

namespace vedette::pipeline {

/// One camera of a server.
struct LiveCameraOptions {
    CameraOptions camera;
    std::string location; ///< with credentials; never shown
    media::SourceOptions source{};
    std::optional<media::FallbackOptions> fallback{};
    std::vector<std::string> roles{"detect", "live"}; ///< what this input is used for
    media::DecoderOptions decoder{};
    /// Two cameras with the same one are alike: apply() leaves such a camera running.
    std::string fingerprint;
    double weight = 1; ///< > 0, share of the looks when the machine is too slow
    bool once = false; ///< a recording is over at its end; means nothing for what is live
    std::chrono::milliseconds first_retry{1'000}; ///< doubles from here with every failure in a row
    std::chrono::milliseconds longest_retry{10'000};
    /// Of a connection: pictures that are shown and not looked at; not of a recording.
    std::chrono::milliseconds settle_time{1'000};
};

/// An input that was opened for a camera.
struct OpenedInput {
    std::unique_ptr<media::Source> source;
    std::unique_ptr<media::Decoder> decoder;
    bool recording = true; ///< it has an end; the end of anything else is a loss
};

using OpenInput = std::function<Result<OpenedInput>(const LiveCameraOptions&, media::InputMonitor&,
                                                    const std::stop_token& stop)>;
using TryInput = std::function<Result<std::unique_ptr<media::Source>>(const LiveCameraOptions&,
                                                                      const std::stop_token& stop)>;

/// The models that look at pictures. Those that are pointed to are borrowed, but for as long as
/// `owner` is held, which a picture does until its analysis is over.
struct LiveModels {
    std::vector<DetectorLane> lanes;       ///< as of Processor
    vision::PlateFinder* plates = nullptr; ///< null: no plates are read
    std::vector<domain::ModelUse> used;    ///< what events say of them
    std::shared_ptr<const void> owner{};   ///< null: they outlive the node anyway
};

/// Hears of what happens to the cameras themselves. Called on any thread of the node; must not call
/// back.
class CameraObserver {
public:
    virtual ~CameraObserver() = default;
    /// The camera came online, went offline or ended; `status` says since when and why.
    virtual void state_changed(const ports::CameraStatus& status) = 0;
    /// The connection of its input, or what stands in for that input, became another one.
    virtual void input_changed(const domain::CameraId& camera, const ports::InputStatus& input) = 0;
    /// A camera was tampered with, or is not any more.
    virtual void tamper_changed(const ports::TamperChange& change) = 0;
    /// The machine became too slow for its cameras, or fast enough again.
    /// \param lost  0..1, share of the pictures that were due for a look and got none
    virtual void load_changed(bool overloaded, double lost) = 0;
};

/// What goes on in one picture.
struct CameraActivity {
    WallTime at;
    double moving = 0; ///< 0..1, share of the picture in which something moves
    double surest = 0; ///< 0..1, score of the surest track that is believed and not at rest
    std::map<std::string, double> seen{}; ///< the same by label
};

/// All cameras of one node, from capture to what the sink takes.
///
/// A thread per camera reads and decodes; one thread per lane detects, for whichever camera
/// FrameScheduler chooses; one thread tracks, reads plates and concludes, for all of them. A camera
/// that fails is opened again, later and later; the others do not notice. Memory is bounded by the
/// number of cameras.
///
/// Thread-safe.
class LiveNode final : public ports::CameraDirectory {
public:
    /// What a node needs; everything is borrowed and must outlive it.
    struct Parts {
        /// Opens what the monitor says of a camera, watched by it; called on the camera's own
        /// thread, may block until `stop`.
        OpenInput open;
        /// Opens the input itself, for a trial while its fallback is used; on any thread. May be
        /// empty.
        TryInput open_for_trial{};
        std::vector<DetectorLane> lanes; ///< as of LiveModels, the first ones
        /// Its sink is called on one thread; an error is logged, counted. Its look_observer hears
        /// of detections as well.
        AnalysisParts analysis;
        std::shared_ptr<const void> models_owner{}; ///< of the lanes and the plate finder
        CameraObserver* observer = nullptr;
        /// Hears of every picture that was looked at, on the analysis thread; may be empty.
        std::function<void(const domain::CameraId&, const CameraActivity&)> on_activity{};
        /// Hears of every picture that could not be looked at, on any thread; may be empty.
        std::function<void(const domain::CameraId&, WallTime at)> on_unseen{};
        Metrics* metrics = nullptr;
        Log* log = nullptr;
        const Clock* clock = nullptr;
    };

    explicit LiveNode(Parts parts);
    /// Ends every camera; what is being looked at is concluded and reaches the sink.
    ~LiveNode() override;

    /// From now on these are the cameras. Those that are as before go on undisturbed, others are
    /// ended (and concluded) and started. Calls must not overlap.
    void apply(std::vector<LiveCameraOptions> cameras);

    /// From the next picture on these models look, on every lane and camera; what is being looked
    /// at is finished by those that began it. No picture is left out or looked at twice, and tracks
    /// go on. The former ones are let go once no picture needs them. \return invalid_argument if
    /// there would be more or fewer lanes, or plates were read before and
    ///   not after, or the other way round: cameras are set up for that. Then nothing has changed
    [[nodiscard]] Status exchange_models(LiveModels models);

    [[nodiscard]] std::vector<ports::CameraStatus> cameras() const override;
    [[nodiscard]] Result<ports::CameraStatus> camera(const domain::CameraId& id) const override;
    [[nodiscard]] Result<ports::LivePicture> latest_picture(const domain::CameraId& id,
                                                            int longest_side_px) const override;
    [[nodiscard]] std::optional<WallTime> settled() const override;
    /// The newest picture of a camera that was worth going on with; null if there is none. Let go
    /// of it soon: the camera's decoder has only so many.
    [[nodiscard]] imaging::FramePtr latest_frame(const domain::CameraId& id) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::pipeline
