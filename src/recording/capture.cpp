#include "vedette/recording/capture.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "vedette/base/worker.h"

namespace vedette::recording {

struct Capture::Impl {
    Impl(Options options, media::InputMonitor::Parts parts, Open open_in)
        : camera{options.input.camera}, once{options.once}, open{std::move(open_in)},
          log{*parts.log}, monitor{std::move(options.input), std::move(parts)},
          thread{[this](const std::stop_token& stop) { live(stop); }} {}

    void live(const std::stop_token& stop) {
        name_this_thread("rec " + camera);
        while (!stop.stop_requested()) {
            const Status ended = play(stop);
            if (stop.stop_requested())
                return;
            if (ended && once) {
                monitor.ended();
                return;
            }
            const std::string why = ended ? "it ended" : ended.error().message();
            log.warn("the stream to record is lost", {{"camera", camera}, {"reason", why}});
            wait(monitor.lost(why), stop);
            if (!stop.stop_requested())
                monitor.opens_again();
        }
    }

    /// One opened input to its end.
    Status play(const std::stop_token& stop) {
        VEDETTE_TRY(const auto source, open(monitor, stop));
        while (true) {
            VEDETTE_TRY(const auto packet, source->read(stop));
            if (!packet)
                return {};
        }
    }

    void wait(std::chrono::milliseconds time, const std::stop_token& stop) {
        std::unique_lock lock{mutex};
        wake.wait_for(lock, stop, time, [&stop] { return stop.stop_requested(); });
    }

    const std::string camera;
    const bool once;
    const Open open;
    Log& log;
    media::InputMonitor monitor;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread; // last: stopped and joined first
};

Capture::Capture(Options options, media::InputMonitor::Parts parts, Open open)
    : impl_{std::make_unique<Impl>(std::move(options), std::move(parts), std::move(open))} {}
Capture::~Capture() { end(); }

void Capture::end() {
    if (!impl_->thread.joinable())
        return;
    impl_->thread.request_stop();
    impl_->thread.join();
    impl_->monitor.gone();
}

ports::InputStatus Capture::status() const { return impl_->monitor.status(); }

} // namespace vedette::recording
