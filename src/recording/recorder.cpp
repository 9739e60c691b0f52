#include "vedette/recording/recorder.h"

#include <atomic>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "camera_recording.h"
#include "inbox.h"
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
    Guarded<Inbox> inbox;
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

struct Arrived {
    std::shared_ptr<Channel> channel;
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
using Message = std::variant<Arrived, Noted, Triggered>;

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
        if (waiting_bytes.load(std::memory_order_relaxed) + bytes > options.max_waiting_bytes) {
            channel->missed = true;
            channel->lost->add();
            return;
        }
        if (channel->missed.exchange(false))
            hand_over(channel, Missed{});
        waiting_bytes += bytes;
        hand_over(channel, Came{packet, streams, came});
    }

    void hand_over(const std::shared_ptr<Channel>& channel, Arrival arrival) {
        const bool tell =
            channel->inbox.with([&](Inbox& inbox) { return inbox.add(std::move(arrival)); });
        if (tell && !worker.post(Arrived{channel}))
            channel->inbox.with([](Inbox& inbox) { inbox.not_told(); });
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

    void handle(Arrived& arrived) {
        Channel& channel = *arrived.channel;
        channel.inbox.with([this](Inbox& inbox) { inbox.take(batch); });
        for (Arrival& arrival : batch)
            std::visit([&](auto& what) { record(channel, what); }, arrival);
        if (!batch.empty())
            tell(channel, !std::holds_alternative<Ended>(batch.back()));
        batch.clear();
        waiting->set(static_cast<double>(waiting_bytes.load(std::memory_order_relaxed)));
    }
    /// The packet is let go of, and counted as waiting until then.
    void record(Channel& channel, Came& came) {
        const std::size_t bytes = came.packet.size_bytes();
        channel.withheld.clear();
        channel.recording.take(std::exchange(came.packet, media::Packet{nullptr}), *came.streams,
                               came.at);
        waiting_bytes -= bytes;
    }
    void record(Channel& channel, const Missed& /*missed*/) {
        channel.recording.miss(kTooSlow);
        parts.log.warn("packets were not recorded",
                       {{"camera", channel.camera.value()}, {"reason", kTooSlow}});
    }
    static void record(Channel& channel, const Ended& ended) {
        channel.withheld.clear();
        channel.recording.end(ended.why);
    }
    static void record(Channel& channel, const Withheld& withheld) {
        channel.withheld = withheld.why;
    }
    static void handle(Noted& noted) {
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
            hand_over(channel, Ended{"the server was stopped"});
        worker.finish();
    }

    const Options options;
    const Parts parts;
    std::atomic<std::size_t> waiting_bytes{0};
    const std::shared_ptr<Gauge> waiting;
    Guarded<std::map<std::string, std::shared_ptr<Channel>>> channels;
    std::vector<Arrival> batch; // writer's thread; keeps its memory
    Worker<Message> worker;     // last: ends first
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
            recorder->hand_over(channel_, Withheld{why});
    }
    void end(const std::string& why) override {
        if (const auto recorder = recorder_.lock())
            recorder->hand_over(channel_, Ended{why});
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
