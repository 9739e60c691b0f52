#include "vedette/recording/capture.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "vedette/base/worker.h"

namespace vedette::recording {

struct Capture::Impl {
    Impl(Options options_in,
         std::function<Result<std::unique_ptr<media::Source>>(const std::stop_token&)> open_in,
         Log& log_in)
        : options{std::move(options_in)}, open{std::move(open_in)}, log{log_in},
          backoff{options.retry, std::hash<std::string>{}(options.camera)},
          thread{[this](const std::stop_token& stop) { live(stop); }} {}

    void live(const std::stop_token& stop) {
        name_this_thread("rec " + options.camera);
        while (!stop.stop_requested()) {
            const Status ended = play(stop);
            if (stop.stop_requested() || (ended && options.once))
                return;
            log.warn("the stream to record is lost",
                     {{"camera", options.camera},
                      {"reason", ended ? "it ended" : ended.error().message()}});
            std::unique_lock lock{mutex};
            wake.wait_for(lock, stop, backoff.next(), [&stop] { return stop.stop_requested(); });
        }
    }

    /// One opened input to its end.
    Status play(const std::stop_token& stop) {
        VEDETTE_TRY(const auto source, open(stop));
        for (;;) {
            VEDETTE_TRY(const auto packet, source->read(stop));
            if (!packet)
                return {};
            if (packet->key_frame())
                backoff.reset();
        }
    }

    const Options options;
    const std::function<Result<std::unique_ptr<media::Source>>(const std::stop_token&)> open;
    Log& log;
    Backoff backoff;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread; // last: stopped and joined first
};

Capture::Capture(
    Options options,
    std::function<Result<std::unique_ptr<media::Source>>(const std::stop_token& stop)> open,
    Log& log)
    : impl_{std::make_unique<Impl>(std::move(options), std::move(open), log)} {}
Capture::~Capture() = default;

} // namespace vedette::recording
