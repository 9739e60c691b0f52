#include "demo/frame_queue.h"

#include "vedette/base/worker.h"

namespace vedette::media::demo {

FrameQueue::FrameQueue(const Scene& scene, int threads) : scene_{scene}, ahead_{2 * threads + 2} {
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { draw(stop); });
}

FrameQueue::~FrameQueue() = default;

void FrameQueue::draw(const std::stop_token& stop) {
    name_this_thread("demo-street");
    FrameRenderer renderer{scene_};
    while (true) {
        int frame = 0;
        {
            std::unique_lock lock{mutex_};
            if (!changed_.wait(lock, stop,
                               [this] { return next_to_draw_ < next_to_take_ + ahead_; }) ||
                next_to_draw_ >= scene_.frame_count())
                return;
            frame = next_to_draw_++;
        }
        RenderedFrame done = renderer.render(frame);
        {
            const std::scoped_lock lock{mutex_};
            finished_.emplace(frame, std::move(done));
        }
        changed_.notify_all();
    }
}

std::optional<RenderedFrame> FrameQueue::next(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    if (next_to_take_ >= scene_.frame_count() ||
        !changed_.wait(lock, stop, [this] { return finished_.contains(next_to_take_); }))
        return std::nullopt;
    auto taken = finished_.extract(next_to_take_++);
    lock.unlock();
    changed_.notify_all();
    return std::move(taken.mapped());
}

} // namespace vedette::media::demo
