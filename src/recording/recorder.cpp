#include "vedette/recording/recorder.h"

#include <atomic>
#include <map>
#include <utility>
#include <variant>

#include "camera_recording.h"
#include "vedette/base/guarded.h"
#include "vedette/base/worker.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kMostMessages = 1 << 16; ///< their bytes are limited, too
constexpr const char* kTooSlow = "the disk was too slow";

/// What one camera's packets have in common.
struct Channel {
    explicit Channel(domain::CameraId camera_in, CameraRecording recording_in, Metrics& metrics)
        : camera{std::move(camera_in)}, recording{std::move(recording_in)},
          bytes{metrics.counter("recording_bytes_total", "Bytes of finished segments",
                                {{"camera", camera.value()}})},
          segments{metrics.counter("recording_segments_total", "Finished segments",
                                   {{"camera", camera.value()}})},
          lost{metrics.counter("recording_lost_packets_total",
                               "Pictures that came and were not recorded",
                               {{"camera", camera.value()}})},
          works{metrics.gauge("recording_works", "1 while what comes is recorded",
                              {{"camera", camera.value()}})} {}

    const domain::CameraId camera;
    CameraRecording recording;       // writer's thread
    CameraRecording::Totals told;    // writer's thread
    std::string withheld;            ///< why packets that come may not be recorded; likewise
    std::atomic<bool> missed{false}; ///< packets since the last one that was handed over
    Guarded<RecordingStatus> status;
    const std::shared_ptr<Counter> bytes;
    const std::shared_ptr<Counter> segments;
    const std::shared_ptr<Counter> lost;
    const std::shared_ptr<Gauge> works;
};

struct Came {
    std::shared_ptr<Channel> channel;
    media::Packet packet;
    std::shared_ptr<const media::StreamInfo> streams;
    WallTime at;
};
struct Missed {
    std::shared_ptr<Channel> channel;
};
struct Ended {
    std::shared_ptr<Channel> channel;
    std::string why;
};
struct Withheld {
    std::shared_ptr<Channel> channel;
    std::string why;
};
struct Noted {
    std::shared_ptr<Channel> channel;
    WallTime from;
    WallTime to;
    ports::RecordedActivity activity;
};
struct Triggered {
    std::shared_ptr<Channel> channel;
    WallTime from;
    WallTime to;
    bool keep = false;
};
using Message = std::variant<Came, Missed, Ended, Withheld, Noted, Triggered>;

} // namespace

struct Recorder::Impl {
    Impl(const Options& options_in, const Parts& parts_in)
        : options{options_in}, parts{parts_in}, waiting{parts.metrics.gauge(
                                                    "recording_waiting_bytes",
                                                    "Packets that wait for the disk")},
          worker{"record", kMostMessages, WhenFull::drop_newest, [this](Message message) {
                     std::visit([this](auto& what) { handle(what); }, message);
                 }} {}

    // ---- on the threads of the cameras ----

    void offer(const std::shared_ptr<Channel>& channel, const media::Packet& packet,
               const std::shared_ptr<const media::StreamInfo>& streams, WallTime came) {
        const std::size_t bytes = packet.size_bytes();
        if (waiting_bytes.load(std::memory_order_relaxed) + bytes > options.max_waiting_bytes ||
            !say_what_is_missing(channel)) {
            lose(channel);
            return;
        }
        waiting_bytes += bytes;
        if (worker.post(Came{channel, packet, streams, came}))
            return;
        waiting_bytes -= bytes;
        lose(channel);
    }

    static void lose(const std::shared_ptr<Channel>& channel) {
        channel->missed = true;
        channel->lost->add();
    }

    /// \return whether nothing is missing, or that is said now.
    bool say_what_is_missing(const std::shared_ptr<Channel>& channel) {
        if (!channel->missed)
            return true;
        if (!worker.post(Missed{channel}))
            return false;
        channel->missed = false;
        return true;
    }

    [[nodiscard]] std::shared_ptr<Channel> channel_of(const domain::CameraId& camera) {
        return channels.with([&](auto& all) {
            std::shared_ptr<Channel>& channel = all[camera.value()];
            if (!channel)
                channel = std::make_shared<Channel>(
                    camera,
                    CameraRecording{{.camera = camera, .segment = options.segment},
                                    {&parts.files, &parts.index, &parts.log}},
                    parts.metrics);
            return channel;
        });
    }

    // ---- on the writer's thread ----

    void handle(Came& came) {
        waiting_bytes -= came.packet.size_bytes();
        waiting->set(static_cast<double>(waiting_bytes.load(std::memory_order_relaxed)));
        came.channel->withheld.clear();
        came.channel->recording.take(came.packet, *came.streams, came.at);
        tell(*came.channel, true);
    }
    void handle(Missed& missed) {
        missed.channel->recording.miss(kTooSlow);
        parts.log.warn("packets were not recorded",
                       {{"camera", missed.channel->camera.value()}, {"reason", kTooSlow}});
    }
    void handle(Ended& ended) {
        ended.channel->withheld.clear();
        ended.channel->recording.end(ended.why);
        tell(*ended.channel, false);
    }
    static void handle(Withheld& withheld) {
        withheld.channel->withheld = withheld.why;
        tell(*withheld.channel, true);
    }
    void handle(Noted& noted) {
        noted.channel->recording.note(noted.from, noted.to, noted.activity);
    }

    static void handle(Triggered& triggered) {
        triggered.channel->recording.trigger(triggered.from, triggered.to, triggered.keep);
    }

    static void tell(Channel& channel, bool comes) {
        const CameraRecording::Totals& now = channel.recording.totals();
        channel.bytes->add(static_cast<double>(now.bytes - channel.told.bytes));
        channel.segments->add(static_cast<double>(now.segments - channel.told.segments));
        channel.lost->add(static_cast<double>(now.lost_packets - channel.told.lost_packets));
        channel.told = now;
        const std::string problem =
            channel.withheld.empty() ? channel.recording.problem() : channel.withheld;
        channel.works->set(comes && problem.empty() ? 1 : 0);
        channel.status.with([&](RecordingStatus& status) {
            status = {.camera = channel.camera,
                      .recording = comes && problem.empty(),
                      .problem = problem,
                      .segments = now.segments,
                      .bytes = now.bytes,
                      .lost_packets = now.lost_packets};
        });
    }

    /// Every segment that is open, after the last packet.
    void finish() {
        const auto all = channels.with([](const auto& map) { return map; });
        for (const auto& [name, channel] : all)
            (void)worker.post(Ended{channel, "the server was stopped"});
        worker.finish();
    }

    const Options options;
    const Parts parts;
    std::atomic<std::size_t> waiting_bytes{0};
    const std::shared_ptr<Gauge> waiting;
    Guarded<std::map<std::string, std::shared_ptr<Channel>>> channels;
    Worker<Message> worker; // last: ends first
};

namespace {

template <class Impl>
class Tap final : public RecorderTap {
public:
    Tap(std::weak_ptr<Impl> recorder, std::shared_ptr<Channel> channel)
        : recorder_{std::move(recorder)}, channel_{std::move(channel)} {}

    void take(const media::Packet& packet, const media::StreamInfo& streams) override {
        if (const auto recorder = recorder_.lock())
            take(packet, streams, recorder->parts.clock.wall_now());
    }
    void take(const media::Packet& packet, const media::StreamInfo& streams,
              WallTime came) override {
        const auto recorder = recorder_.lock();
        if (!recorder)
            return;
        if (!streams_ || streams_->parameters != streams.parameters ||
            streams_->audio != streams.audio)
            streams_ = std::make_shared<const media::StreamInfo>(streams);
        recorder->offer(channel_, packet, streams_, came);
    }
    void withhold(const std::string& why) override {
        if (const auto recorder = recorder_.lock())
            (void)recorder->worker.post(Withheld{channel_, why});
    }
    void end(const std::string& why) override {
        if (const auto recorder = recorder_.lock())
            (void)recorder->worker.post(Ended{channel_, why});
    }

private:
    const std::weak_ptr<Impl> recorder_;
    const std::shared_ptr<Channel> channel_;
    std::shared_ptr<const media::StreamInfo> streams_;
};

} // namespace

Recorder::Recorder(const Options& options, const Parts& parts)
    : impl_{std::make_shared<Impl>(options, parts)} {}

Recorder::~Recorder() { impl_->finish(); }

std::unique_ptr<RecorderTap> Recorder::tap(const domain::CameraId& camera) {
    return std::make_unique<Tap<Impl>>(impl_, impl_->channel_of(camera));
}

void Recorder::note(const domain::CameraId& camera, WallTime from, WallTime to,
                    const ports::RecordedActivity& activity) {
    (void)impl_->worker.post(Noted{impl_->channel_of(camera), from, to, activity});
}

Status Recorder::trigger(const ports::RecordingTrigger& trigger) {
    if (impl_->worker.post(
            Triggered{impl_->channel_of(trigger.camera), trigger.from, trigger.to, trigger.keep}))
        return {};
    return Error{ErrorCode::resource_exhausted, "too much waits to be recorded; try again"};
}

std::vector<RecordingStatus> Recorder::status() const {
    std::vector<RecordingStatus> out;
    for (const auto& [name, channel] : impl_->channels.with([](const auto& map) { return map; }))
        out.push_back(channel->status.with([](const RecordingStatus& status) { return status; }));
    return out;
}

} // namespace vedette::recording
