#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "app/server/camera_news.h"
#include "app/server/memory_watch.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/worker.h"
#include "vedette/pipeline/event_sink.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/ports/event_log.h"
#include "vedette/ports/object_store.h"

namespace vedette::app {

/// Writes down what the cameras saw and what happened to them: pictures first, then the event that
/// names them.
///
/// Fails open: while the disk refuses, events wait in memory, `kept_back` of them at most, and are
/// written in order as soon as it can; more than that are lost, oldest first, counted and logged.
/// Thread-safe. Destroying it writes what is still waiting.
class EventRecorder final : public pipeline::EventSink, public pipeline::CameraObserver {
public:
    struct Parts {
        ports::EventLog* log = nullptr;
        ports::ObjectStore* pictures = nullptr; ///< null: none are kept
        Metrics* metrics = nullptr;
        Log* messages = nullptr;
        const Clock* clock = nullptr;
        std::function<void(const domain::Event&)> on_sighting; ///< may be empty; on its own thread
    };
    struct Options {
        std::string site = "default";
        std::string boot; ///< differs from start to start
        int jpeg_quality = 80;
        std::size_t kept_back = 10'000; ///< events
    };

    EventRecorder(Options options, Parts parts);
    ~EventRecorder() override;

    /// Waits while many are on their way. Tracks that were discarded are counted by the pipeline
    /// and not written.
    Status take(domain::Event event, const pipeline::EventPictures& pictures) override;
    void state_changed(const ports::CameraStatus& status) override;
    void tamper_changed(const ports::TamperChange& change) override;
    void load_changed(bool overloaded, double lost) override;
    /// Inputs by themselves are no events: CameraNews says which of it is.
    void input_changed(const domain::CameraId& /*camera*/,
                       const ports::InputStatus& /*input*/) override {}
    void input_news(const InputNews& news);

    /// The server uses more memory than it may, or not any more.
    void memory_changed(const MemoryWatch::News& news);
    /// From now on no pictures are kept (or they are again): they are most of what an event weighs.
    void spare_memory(bool spare) noexcept { without_pictures_ = spare; }

    /// Tries again to write what waits; to be called now and then.
    void nudge();
    /// Sightings that were taken and are neither on the log nor lost. May outlive this.
    [[nodiscard]] std::shared_ptr<const std::atomic<std::size_t>> sightings_underway() const {
        return underway_;
    }
    /// Events that are not durable yet.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

private:
    struct Sighting {
        domain::Event event;
        pipeline::EventPictures pictures;
        SteadyTime taken;
    };
    struct Load {
        bool overloaded = false;
        double lost = 0;
        WallTime at;
    };
    struct Memory {
        MemoryWatch::News news;
        WallTime at;
    };
    struct Nudge {};
    /// An event that is not durable yet.
    struct Waiting {
        ports::Envelope event;
        SteadyTime since;
        domain::TrackId track{0}; ///< of a sighting
        domain::TraceId trace{};
    };
    using Fact = std::variant<Sighting, ports::CameraStatus, InputNews, ports::TamperChange, Load,
                              Memory, Nudge>;

    void handle(Fact fact);
    void record(Sighting& sighting);
    void record(const ports::CameraStatus& status);
    void record(const InputNews& news);
    void record(const ports::TamperChange& change);
    void record(const Load& load);
    void record(const Memory& memory);
    [[nodiscard]] domain::EventId next_id(const std::string& site, const domain::CameraId& camera,
                                          const std::string& kind);
    void keep_picture(const domain::Event& event, const imaging::Image& picture,
                      const std::string& key, std::string& kept);
    void enqueue(Waiting event);
    void give_up_oldest(std::string_view why);
    [[nodiscard]] Status append_front(std::size_t most);
    void write();

    const Options options_;
    const Parts parts_;
    const std::shared_ptr<Counter> written_;
    const std::shared_ptr<Counter> lost_;
    const std::shared_ptr<Counter> pictures_lost_;
    const std::shared_ptr<Gauge> waiting_gauge_;
    const std::shared_ptr<Gauge> inbox_gauge_;
    const std::shared_ptr<Histogram> record_seconds_;
    std::deque<Waiting> backlog_;   ///< worker thread
    bool refused_ = false;          ///< worker thread; the last attempt failed
    bool pictures_refused_ = false; ///< worker thread; the last one could not be written
    std::uint32_t changes_ = 0;     ///< worker thread; events that are no sightings
    const std::shared_ptr<std::atomic<std::size_t>> underway_ =
        std::make_shared<std::atomic<std::size_t>>(0);
    std::atomic<std::size_t> waiting_{0};
    std::atomic<bool> without_pictures_{false};
    Worker<Fact> worker_; // last: finished first
};

} // namespace vedette::app
