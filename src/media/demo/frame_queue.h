#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "demo/frame_renderer.h"

namespace vedette::media::demo {

/// Frames of a scene in order, drawn ahead by several threads; at most a few finished ones wait.
///
/// Thread-compatible: one thread takes. Destroying it stops the drawing.
class FrameQueue {
public:
    /// \param scene must outlive the queue; \param threads at least 1
    FrameQueue(const Scene& scene, int threads);
    ~FrameQueue();
    FrameQueue(const FrameQueue&) = delete;
    FrameQueue& operator=(const FrameQueue&) = delete;

    /// Waits for the next frame. \return nothing after the last one, or when `stop` is requested
    [[nodiscard]] std::optional<RenderedFrame> next(const std::stop_token& stop);

private:
    void draw(const std::stop_token& stop);

    const Scene& scene_;
    const int ahead_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<int, RenderedFrame> finished_; ///< guarded by mutex_
    int next_to_draw_ = 0;                  ///< guarded by mutex_
    int next_to_take_ = 0;                  ///< guarded by mutex_
    std::vector<std::jthread> threads_;     // last member: stopped and joined first
};

} // namespace vedette::media::demo
