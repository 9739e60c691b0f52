#include "app/server/recording_previews.h"

#include <utility>

#include "vedette/base/worker.h"
#include "vedette/recording/previews.h"

namespace vedette::app {
namespace {

constexpr std::chrono::minutes kBetweenLooks{10}; ///< the names of all recordings are read

} // namespace

RecordingPreviews::RecordingPreviews(const Parts& parts)
    : parts_{parts}, keeper_{recording::PreviewKeeper::Parts{
                         parts.files, parts.index, parts.metrics, parts.messages, parts.clock,
                         [this](const domain::CameraId& camera) -> imaging::FramePtr {
                             const auto look = latest_.with([](const Latest& now) { return now; });
                             return look ? look(camera) : nullptr;
                         }}} {}

void RecordingPreviews::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) { work(stop); }};
}

void RecordingPreviews::look_at(Latest latest) {
    latest_.with([&](Latest& now) { now = std::move(latest); });
}

void RecordingPreviews::end() {
    thread_.request_stop();
    if (thread_.joinable())
        thread_.join();
}

Status RecordingPreviews::forget(const std::string& camera) {
    const auto removed = recording::remove_all_strips(parts_.files, domain::CameraId{camera});
    make_anew(camera);
    return removed ? Status{} : Status{removed.error()};
}

void RecordingPreviews::deleted(const std::vector<ports::RecordedSegment>& rows) {
    if (const auto removed = recording::remove_strips_of(parts_.files, parts_.index, rows);
        !removed) {
        parts_.messages.warn("previews of deleted recordings cannot be removed",
                             {{"reason", removed.error().message()}});
        look_for_stale();
    }
}

void RecordingPreviews::remove_stale() {
    const SteadyTime now = parts_.clock.steady_now();
    if (looked_at_ && now - *looked_at_ < kBetweenLooks)
        return;
    if (!may_be_stale_.exchange(false))
        return;
    looked_at_ = now;
    if (const auto removed = recording::remove_stale_strips(parts_.files, parts_.index); !removed) {
        parts_.messages.warn("previews of deleted recordings cannot be removed",
                             {{"reason", removed.error().message()}});
        look_for_stale();
    }
}

void RecordingPreviews::work(const std::stop_token& stop) {
    name_this_thread("previews");
    let_others_go_first();
    bool failing = false;
    while (!stop.stop_requested()) {
        remove_stale();
        const Status done = keeper_.work(parts_.clock.wall_now(), stop);
        if (!done && !failing)
            parts_.messages.error("previews of recordings cannot be made",
                                  {{"reason", done.error().message()}});
        failing = !done;
        std::unique_lock lock{waiting_};
        wake_.wait_for(lock, stop, recording::PreviewKeeper::kPause,
                       [&stop] { return stop.stop_requested(); });
    }
}

} // namespace vedette::app
