#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/guarded.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/recording/preview_keeper.h"

namespace vedette::app {

/// Makes the previews of what is recorded, on a thread of its own, and takes away those of what is
/// deleted.
///
/// Thread-safe, but for start() and end().
class RecordingPreviews {
public:
    /// Borrowed; must outlive it.
    struct Parts {
        recording::RecordingFiles& files;
        const ports::RecordingIndex& index;
        Metrics& metrics;
        Log& messages;
        const Clock& clock;
    };
    using Latest = std::function<imaging::FramePtr(const domain::CameraId&)>;

    explicit RecordingPreviews(const Parts& parts);

    /// Once, when it is certain what is recorded.
    void start();
    /// See PreviewKeeper.
    void apply(std::map<std::string, imaging::PictureMask> cameras) {
        keeper_.apply(std::move(cameras));
    }
    /// Where pictures are that were decoded for something else.
    void look_at(Latest latest);
    /// No more are made, and nobody looks for pictures any more. One caller, who also destroys it.
    void end();
    /// They are gone, and those of the last day are made anew. \return errors of the folder, after
    /// which the thread tries again.
    Status forget(const std::string& camera);
    /// The same, but soon, by the thread.
    void make_anew(const std::string& camera) { keeper_.forget(camera); }
    /// These recordings are gone.
    void deleted(const std::vector<ports::RecordedSegment>& rows);
    /// Recordings are gone, and nobody says which: the thread looks through all previews, soon.
    void look_for_stale() { may_be_stale_ = true; }

private:
    void remove_stale();
    void work(const std::stop_token& stop);

    const Parts parts_;
    Guarded<Latest> latest_;
    recording::PreviewKeeper keeper_;
    std::atomic<bool> may_be_stale_{true};
    std::optional<SteadyTime> looked_at_; ///< the thread
    std::mutex waiting_;
    std::condition_variable_any wake_;
    std::jthread thread_; // last: stopped and joined first
};

} // namespace vedette::app
