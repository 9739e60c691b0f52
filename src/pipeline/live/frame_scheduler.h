#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>

#include "live/live_frame.h"
#include "vedette/base/clock.h"
#include "vedette/pipeline/probe.h"

namespace vedette::pipeline {

/// Chooses whose picture is looked at next.
///
/// Every camera has room for one waiting picture: a newer one takes its place (newest wins), so a
/// machine that is too slow looks less often and never later. At most one picture of a camera is in
/// work, so that each camera's pictures are analysed in order. Among the cameras whose turn it can
/// be, looks are shared by weight: deficit round robin, each look costing one. A picture that
/// waited longer than its camera's limit is dropped when its turn comes.
///
/// Thread-safe. Every picture that is not looked at is counted with its reason in the camera's
/// probe.
///
/// Method: M. Shreedhar and G. Varghese, "Efficient fair queueing using deficit round robin",
/// SIGCOMM 1995.
class FrameScheduler {
public:
    using Slot = std::uint64_t; ///< of one camera; never used again

    struct Camera {
        double weight = 1;                   ///< > 0, share of the looks when there are too few
        std::chrono::milliseconds max_age{}; ///< since it came
        PipelineProbe* probe = nullptr;      ///< borrowed until remove()
    };

    explicit FrameScheduler(const Clock& clock) : clock_{clock} {}

    [[nodiscard]] Slot add(const Camera& camera);
    /// What waits is dropped; what is in work may still be reported done.
    void remove(Slot slot);

    /// \return false once the camera was removed or the scheduler closed.
    bool put(Slot slot, LiveFrame frame);

    /// Whether a picture of this camera waits for its turn.
    [[nodiscard]] bool waits(Slot slot) const;

    /// Whether none waits, and none is in work.
    [[nodiscard]] bool is_idle(Slot slot) const;

    /// A look was due and its picture never came to be put.
    void missed(Slot slot);

    struct Turn {
        Slot slot = 0;
        LiveFrame frame;
    };
    /// Waits for a picture whose turn it is. \return nothing after close() or a stop request.
    [[nodiscard]] std::optional<Turn> take(const std::stop_token& stop);
    /// The picture taken last of this camera is analysed: its next one may be taken.
    void done(Slot slot);
    /// Waits until no picture of this camera waits or is in work. \return false if the scheduler
    /// was closed before.
    bool wait_idle(Slot slot);

    /// Looks of this camera that were due and that it did not get.
    [[nodiscard]] std::uint64_t dropped(Slot slot) const;

    struct Totals {
        std::uint64_t taken = 0;
        std::uint64_t dropped = 0;
        std::size_t waiting = 0; ///< now
    };
    /// Of all cameras since the start.
    [[nodiscard]] Totals totals() const;

    void close();

private:
    struct Queue {
        Camera camera;
        std::optional<LiveFrame> waiting;
        double deficit = 0;
        bool in_work = false;
        std::uint64_t dropped = 0;
    };

    [[nodiscard]] std::optional<Turn> next();
    void drop(Queue& queue, DropReason reason);
    void drop_old();

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<Slot, Queue> queues_;
    Slot last_slot_ = 0;
    Slot turn_ = 0; ///< the camera served last; it goes on while its deficit lasts
    double largest_weight_ = 1;
    Totals totals_;
    bool closed_ = false;
};

} // namespace vedette::pipeline
