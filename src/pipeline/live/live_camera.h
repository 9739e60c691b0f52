#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "frame_feed.h"
#include "gate/gate_probe.h"
#include "live/camera_probe.h"
#include "live/decoding_share.h"
#include "live/frame_scheduler.h"
#include "live/live_frame.h"
#include "live/rate_meter.h"
#include "live/settled_time.h"
#include "live/tamper_watch.h"
#include "vedette/base/guarded.h"
#include "vedette/media/input_monitor.h"
#include "vedette/pipeline/begin_analysis.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/pipeline/probe.h"

namespace vedette::pipeline {

/// What a camera asks of its node.
struct CameraServices {
    FrameScheduler* scheduler = nullptr;
    DecodingShare* decoding = nullptr;
    OpenInput open;
    TryInput open_for_trial{};
    /// With the models that look now.
    std::function<AnalysisParts()> analysis;
    /// No more pictures will come for this analysis: conclude it. Returns once that is done.
    std::function<void(std::shared_ptr<CameraAnalyzer>)> end_analysis;
    CameraObserver* observer = nullptr;
    Metrics* metrics = nullptr;
    Log* log = nullptr;
    const Clock* clock = nullptr;
};

/// One camera's thread: opens its input, reads and decodes it, puts pictures forward to be looked
/// at, and opens it again when it is lost.
///
/// Thread-safe, except start(), which comes once and first, and join().
class LiveCamera {
public:
    LiveCamera(LiveCameraOptions options, CameraServices services);
    ~LiveCamera();

    void start();
    void request_stop() { thread_.request_stop(); }
    /// Returns when the thread has ended and what it saw is concluded.
    void join();

    [[nodiscard]] const LiveCameraOptions& options() const noexcept { return options_; }
    [[nodiscard]] FrameScheduler::Slot slot() const noexcept { return slot_; }
    [[nodiscard]] PipelineProbe& probe() noexcept { return probe_; }

    /// Told by the analysis thread after each picture.
    void looked_at(const imaging::FramePtr& frame, const CameraAnalyzer& analysis);

    [[nodiscard]] ports::CameraStatus status() const;
    /// See SettledTime.
    [[nodiscard]] std::optional<WallTime> settled() const { return settled_.until(); }
    [[nodiscard]] Result<ports::LivePicture> latest_picture(int longest_side_px) const;
    /// Null before the first.
    [[nodiscard]] imaging::FramePtr latest_frame() const;

private:
    /// What others may ask for.
    struct Shown {
        ports::CameraStatus status;
        imaging::FramePtr newest;
        std::vector<ports::LivePicture::Box> boxes; ///< of the last picture that was looked at
        RateMeter frames;
        RateMeter looks;
        Funnel before;                       ///< of the analyses that are over
        std::optional<SteadyTime> asked_for; ///< when somebody last wanted to see a picture
        std::optional<SteadyTime> previewed; ///< likewise, of latest_frame()
    };

    [[nodiscard]] Viewers viewers() const;
    void live(const std::stop_token& stop);
    [[nodiscard]] Status play(const std::stop_token& stop);
    [[nodiscard]] bool may_tell_plates() const;
    [[nodiscard]] bool take(FedFrame fed, const std::shared_ptr<CameraAnalyzer>& analysis,
                            std::uint64_t decoded);
    void count_decoded(std::uint64_t decoded);
    void wait(std::chrono::milliseconds time, const std::stop_token& stop);
    void change_state(ports::CameraState state, const std::string& problem);

    const LiveCameraOptions options_;
    const CameraServices services_;
    PipelineProbe probe_;
    CameraProbe connection_;
    GateProbe gate_;
    TamperWatch tamper_; ///< looks on the camera thread
    const FrameScheduler::Slot slot_;
    DecodingShare::Seat share_;
    media::InputMonitor monitor_;
    bool recording_ = true;      ///< camera thread; the last input
    bool pictures_came_ = false; ///< camera thread; of the input that is open
    SteadyTime last_picture_;    ///< camera thread; of any input
    std::uint64_t decoded_ = 0;  ///< camera thread; pictures of that input, as far as counted
    std::unique_ptr<vision::MotionDetector> motion_;
    SettledTime settled_;
    Guarded<Followed> followed_; ///< in the input that is open, as of the last look
    mutable Guarded<Shown> shown_;
    std::mutex waiting_;
    std::condition_variable_any wake_;
    std::jthread thread_; // last: stopped and joined first
};

} // namespace vedette::pipeline
