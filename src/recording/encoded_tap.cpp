#include "vedette/recording/encoded_tap.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <variant>

#include "encode_load.h"
#include "transcoder.h"
#include "vedette/base/worker.h"

namespace vedette::recording {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostMessages = 1'000; ///< their bytes and their time are limited, too
constexpr seconds kLongestWait{4};
constexpr seconds kLookAtLoad{1};
constexpr seconds kTryAgain{30};
constexpr std::size_t kMostTimes = 500; ///< pictures inside decoder and encoder

/// What it counts.
struct EncodeProbe {
    EncodeProbe(Metrics& metrics, const std::string& camera)
        : pictures{metrics.counter("recording_encoded_pictures_total",
                                   "Pictures that were encoded for recordings",
                                   {{"camera", camera}})},
          lost{metrics.counter("recording_encode_lost_packets_total",
                               "Pictures that came faster than they could be encoded",
                               {{"camera", camera}})},
          replaced{metrics.counter("recording_encoders_replaced_total",
                                   "Encoders that failed and were replaced", {{"camera", camera}})},
          level{metrics.gauge("recording_encode_level",
                              "What is given up under load: 0 nothing, 1 quality, 2 and 3 half of "
                              "the pictures each, 4 all but key frames",
                              {{"camera", camera}})},
          busy{metrics.gauge("recording_encode_busy_ratio",
                             "Share of its time that a camera's encoder was at work",
                             {{"camera", camera}})},
          works{metrics.gauge("recording_encode_works",
                              "1 while recordings are encoded; 0 if they cannot be, or nothing "
                              "comes to be encoded",
                              {{"camera", camera}})} {
        reset();
    }
    /// As long as nothing comes.
    void reset() {
        level->set(0);
        busy->set(0);
        works->set(0);
    }
    const std::shared_ptr<Counter> pictures;
    const std::shared_ptr<Counter> lost;
    const std::shared_ptr<Counter> replaced;
    const std::shared_ptr<Gauge> level;
    const std::shared_ptr<Gauge> busy;
    const std::shared_ptr<Gauge> works;
};

struct Came {
    media::Packet packet;
    std::shared_ptr<const media::StreamInfo> streams;
    WallTime at;         ///< when it came, for the recording
    SteadyTime since;    ///< the same, for how late it is: no clock that is set counts
    bool follows = true; ///< nothing is missing before it
};
struct Ended {
    std::string why;
};
using Message = std::variant<Came, Ended>;

/// For who asks why nothing is recorded.
std::string why_withheld(const Error& why) {
    return "its pictures cannot be encoded, and as they come they would show what is behind its "
           "privacy mask (" +
           why.message() +
           "); make an encoder work, which `vedette doctor` tries, or write another "
           "record.encode.codec or record.encode.encoder";
}

class EncodedTap final : public media::PacketTap {
public:
    EncodedTap(std::unique_ptr<RecorderTap> into, const EncodeOptions& options,
               const EncodeParts& parts)
        : parts_{parts}, into_{std::move(into)}, probe_{parts.metrics, parts.camera.value()},
          transcoder_{
              options,
              {parts.encoders, &parts.log, parts.camera.value(), parts.mask, parts.hwaccel},
              [this](const media::Packet& packet, const auto& streams) { give(packet, *streams); }},
          worker_{"encode", kMostMessages, WhenFull::drop_newest,
                  [this](Message message) { handle(std::move(message)); }} {}

    // ---- on the capture thread ----

    void take(const media::Packet& packet, const media::StreamInfo& streams) override {
        const bool picture = packet.kind() == media::PacketKind::video;
        if (dropping_ && !(picture && packet.key_frame()))
            return lose(picture);
        if (!has_room(packet))
            return lose(picture);
        if (!streams_ || streams_->parameters != streams.parameters ||
            streams_->audio != streams.audio)
            streams_ = std::make_shared<const media::StreamInfo>(streams);
        waiting_bytes_ += packet.size_bytes();
        if (worker_.post(Came{packet, streams_, parts_.clock.wall_now(), parts_.clock.steady_now(),
                              !dropping_})) {
            dropping_ = false;
            return;
        }
        waiting_bytes_ -= packet.size_bytes();
        lose(picture);
    }

    void end(const std::string& why) override {
        if (!worker_.post(Ended{why})) // full: what waits is given up, the end is not
            why_ended_ = why;
        worker_.finish();
        if (!over_)
            handle(Ended{why_ended_.value_or(why)});
    }

    ~EncodedTap() override { worker_.finish(); }
    EncodedTap(const EncodedTap&) = delete;
    EncodedTap& operator=(const EncodedTap&) = delete;

private:
    [[nodiscard]] bool has_room(const media::Packet& packet) const {
        const std::int64_t done_us = done_until_us_.load(std::memory_order_relaxed);
        const bool late =
            worker_.waiting() > 0 && done_us != kNothingYet &&
            packet.decoding_at().time_since_epoch() - StreamClock::duration{done_us} > kLongestWait;
        return !late && waiting_bytes_.load(std::memory_order_relaxed) + packet.size_bytes() <=
                            parts_.max_waiting_bytes;
    }

    void lose(bool picture) {
        dropping_ = true;
        lost_ = true;
        if (picture)
            probe_.lost->add();
    }

    // ---- on the encoder's thread ----

    void handle(Message message) {
        if (!gave_way_) {
            let_others_go_first();
            gave_way_ = true;
        }
        std::visit([this](auto& what) { handle(what); }, message);
    }

    void handle(Came& came) {
        waiting_bytes_ -= came.packet.size_bytes();
        const SteadyTime began = parts_.clock.steady_now();
        if (came.packet.kind() == media::PacketKind::video) {
            times_.emplace_back(came.packet.at(), came.at);
            if (times_.size() > kMostTimes)
                times_.pop_front();
        }
        if (!came.follows)
            transcoder_.skip();
        if (!failed_at_ || began - *failed_at_ >= kTryAgain)
            encode(came, began);
        else
            pass_by(came);
        done_until_us_.store(came.packet.decoding_at().time_since_epoch().count(),
                             std::memory_order_relaxed);
        const SteadyTime now = parts_.clock.steady_now();
        busy_ += now - began;
        look_at_load(came, now);
    }

    /// Where nothing can be encoded.
    void pass_by(const Came& came) {
        passed_by_ = true;
        if (parts_.mask.empty())
            into_->take(came.packet, *came.streams, came.at);
    }

    void encode(const Came& came, SteadyTime now) {
        if (std::exchange(passed_by_, false))
            transcoder_.skip();
        const std::uint64_t before = transcoder_.encoded();
        const std::uint64_t replaced = transcoder_.replaced();
        const Status done = transcoder_.take(came.packet, *came.streams);
        probe_.pictures->add(static_cast<double>(transcoder_.encoded() - before));
        probe_.replaced->add(static_cast<double>(transcoder_.replaced() - replaced));
        if (done) {
            if (transcoder_.encoded() > before) {
                if (failed_at_)
                    parts_.log.info("recordings are encoded again",
                                    {{"camera", parts_.camera.value()}});
                failed_at_.reset();
                probe_.works->set(1);
            }
            return;
        }
        const bool first = !failed_at_;
        if (first)
            parts_.log.error(
                parts_.mask.empty()
                    ? "recordings cannot be encoded: they are recorded as the camera sends them"
                    : "recordings cannot be encoded, and without that they would show what is "
                      "behind the privacy mask: nothing is recorded",
                {{"camera", parts_.camera.value()}, {"reason", done.error().message()}});
        failed_at_ = now;
        probe_.works->set(0);
        if (parts_.mask.empty())
            return;
        if (first)
            into_->end("it could not be encoded, which its privacy mask needs");
        into_->withhold(why_withheld(done.error()));
    }

    void handle(const Ended& ended) {
        over_ = true;
        if (!failed_at_) {
            const std::uint64_t before = transcoder_.encoded();
            if (const Status done = transcoder_.finish(); !done)
                parts_.log.warn(
                    "the last pictures of a recording are missing",
                    {{"camera", parts_.camera.value()}, {"reason", done.error().message()}});
            probe_.pictures->add(static_cast<double>(transcoder_.encoded() - before));
        }
        into_->end(ended.why);
        probe_.reset();
    }

    void give(const media::Packet& packet, const media::StreamInfo& streams) {
        into_->take(packet, streams, came_at(packet));
    }

    /// When the picture came that this packet was made of.
    [[nodiscard]] WallTime came_at(const media::Packet& packet) {
        while (times_.size() > 1 && times_[1].first <= packet.at())
            times_.pop_front();
        if (times_.empty())
            return parts_.clock.wall_now();
        const auto& [at, came] = times_.front();
        return came + std::chrono::duration_cast<WallTime::duration>(packet.at() - at);
    }

    void look_at_load(const Came& came, SteadyTime now) {
        if (!looked_at_)
            looked_at_ = now;
        const auto passed = now - *looked_at_;
        if (passed < kLookAtLoad)
            return;
        const double busy = std::min(1.0, std::chrono::duration<double>(busy_).count() /
                                              std::chrono::duration<double>(passed).count());
        const auto lag = std::chrono::duration_cast<milliseconds>(now - came.since);
        looked_at_ = now;
        busy_ = {};
        probe_.busy->set(busy);
        if (!load_.observe(now, lag, busy, lost_.exchange(false)))
            return;
        transcoder_.change(EncodeLoad::step(load_.level()));
        probe_.level->set(load_.level());
        parts_.log.info("the machine's time for encoding changed what is encoded",
                        {{"camera", parts_.camera.value()}, {"level", load_.level()}});
    }

    static constexpr std::int64_t kNothingYet = INT64_MIN;

    const EncodeParts parts_;
    const std::unique_ptr<RecorderTap> into_; // encoder's thread
    EncodeProbe probe_;

    std::shared_ptr<const media::StreamInfo> streams_; // capture thread
    bool dropping_ = false;                            // capture thread; up to a key frame
    std::optional<std::string> why_ended_;             // capture thread
    std::atomic<bool> lost_{false};                    ///< since the load was looked at
    std::atomic<std::size_t> waiting_bytes_{0};
    std::atomic<std::int64_t> done_until_us_{kNothingYet}; ///< decoding time

    Transcoder transcoder_; // encoder's thread, like all that follows
    EncodeLoad load_;
    std::deque<std::pair<StreamTime, WallTime>> times_; ///< of the newest pictures
    std::optional<SteadyTime> failed_at_;
    bool passed_by_ = false; ///< packets that the transcoder has not seen
    std::optional<SteadyTime> looked_at_;
    SteadyTime::duration busy_{};
    bool gave_way_ = false;
    bool over_ = false;
    Worker<Message> worker_; // last: ends first
};

} // namespace

std::unique_ptr<media::PacketTap> encoded(std::unique_ptr<RecorderTap> into,
                                          const EncodeOptions& options, const EncodeParts& parts) {
    return std::make_unique<EncodedTap>(std::move(into), options, parts);
}

} // namespace vedette::recording
