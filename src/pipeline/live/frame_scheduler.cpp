#include "live/frame_scheduler.h"

#include <algorithm>
#include <utility>

#include "vedette/base/assert.h"

namespace vedette::pipeline {

void FrameScheduler::drop(Queue& queue, DropReason reason) {
    queue.camera.probe->frame_dropped(reason);
    queue.waiting.reset();
    ++queue.dropped;
    ++totals_.dropped;
}

FrameScheduler::Slot FrameScheduler::add(const Camera& camera) {
    VEDETTE_ASSERT(camera.weight > 0);
    VEDETTE_ASSERT(camera.probe != nullptr);
    const std::scoped_lock lock{mutex_};
    queues_[++last_slot_].camera = camera;
    largest_weight_ = std::max(largest_weight_, camera.weight);
    return last_slot_;
}

void FrameScheduler::remove(Slot slot) {
    const std::scoped_lock lock{mutex_};
    queues_.erase(slot);
    largest_weight_ = 0;
    for (const auto& [other, queue] : queues_)
        largest_weight_ = std::max(largest_weight_, queue.camera.weight);
}

bool FrameScheduler::put(Slot slot, LiveFrame frame) {
    {
        const std::scoped_lock lock{mutex_};
        const auto found = queues_.find(slot);
        if (closed_ || found == queues_.end())
            return false;
        Queue& queue = found->second;
        if (queue.waiting)
            drop(queue, DropReason::too_slow);
        queue.waiting = std::move(frame);
    }
    changed_.notify_all();
    return true;
}

bool FrameScheduler::waits(Slot slot) const {
    const std::scoped_lock lock{mutex_};
    const auto found = queues_.find(slot);
    return found != queues_.end() && found->second.waiting.has_value();
}

bool FrameScheduler::is_idle(Slot slot) const {
    const std::scoped_lock lock{mutex_};
    const auto found = queues_.find(slot);
    return found == queues_.end() || (!found->second.waiting && !found->second.in_work);
}

void FrameScheduler::missed(Slot slot) {
    const std::scoped_lock lock{mutex_};
    if (const auto found = queues_.find(slot); found != queues_.end()) {
        ++found->second.dropped;
        ++totals_.dropped;
    }
}

std::optional<FrameScheduler::Turn> FrameScheduler::take(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    std::optional<Turn> turn;
    changed_.wait(lock, stop, [&] {
        if (!closed_)
            turn = next();
        return closed_ || turn.has_value();
    });
    return turn;
}

void FrameScheduler::done(Slot slot) {
    {
        const std::scoped_lock lock{mutex_};
        if (const auto found = queues_.find(slot); found != queues_.end())
            found->second.in_work = false;
    }
    changed_.notify_all();
}

bool FrameScheduler::wait_idle(Slot slot) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] {
        const auto found = queues_.find(slot);
        return closed_ || found == queues_.end() ||
               (!found->second.waiting && !found->second.in_work);
    });
    return !closed_;
}

std::uint64_t FrameScheduler::dropped(Slot slot) const {
    const std::scoped_lock lock{mutex_};
    const auto found = queues_.find(slot);
    return found == queues_.end() ? 0 : found->second.dropped;
}

FrameScheduler::Totals FrameScheduler::totals() const {
    const std::scoped_lock lock{mutex_};
    Totals totals = totals_;
    totals.waiting = static_cast<std::size_t>(
        std::count_if(queues_.begin(), queues_.end(),
                      [](const auto& entry) { return entry.second.waiting.has_value(); }));
    return totals;
}

void FrameScheduler::close() {
    {
        const std::scoped_lock lock{mutex_};
        closed_ = true;
    }
    changed_.notify_all();
}

void FrameScheduler::drop_old() {
    const SteadyTime now = clock_.steady_now();
    for (auto& [slot, queue] : queues_)
        if (queue.waiting && now - queue.waiting->came_at > queue.camera.max_age) {
            drop(queue, DropReason::too_old);
            changed_.notify_all();
        }
}

/// One pass of the round gives every camera that waits its share of the largest weight, so at most
/// largest / smallest passes are needed. A camera that has nothing to offer saves nothing up.
std::optional<FrameScheduler::Turn> FrameScheduler::next() {
    drop_old();
    const auto ready = [](const Queue& queue) { return queue.waiting && !queue.in_work; };
    if (std::none_of(queues_.begin(), queues_.end(),
                     [&](const auto& entry) { return ready(entry.second); }))
        return std::nullopt;
    for (auto at = queues_.upper_bound(turn_);; ++at) {
        if (at == queues_.end())
            at = queues_.begin();
        auto& [slot, queue] = *at;
        if (!queue.waiting && !queue.in_work)
            queue.deficit = 0;
        if (!ready(queue))
            continue;
        queue.deficit += queue.camera.weight / largest_weight_;
        if (queue.deficit < 1)
            continue;
        queue.deficit -= 1;
        queue.in_work = true;
        ++totals_.taken;
        turn_ = slot;
        Turn turn{slot, std::move(*queue.waiting)};
        queue.waiting.reset();
        return turn;
    }
}

} // namespace vedette::pipeline
