#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "catch_up.h"
#include "gate/gate_probe.h"
#include "gate/packet_gate.h"
#include "live/decoding_share.h"
#include "sampler.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/geometry.h"
#include "vedette/imaging/frame.h"
#include "vedette/media/decoder.h"
#include "vedette/media/quantiser.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/options.h"
#include "vedette/pipeline/probe.h"
#include "vedette/pipeline/trace_ids.h"
#include "vedette/vision/motion.h"
#include "wall_anchor.h"

namespace vedette::pipeline {

class CameraAnalyzer;

/// One decoded picture on its way.
struct FedFrame {
    imaging::FramePtr frame;
    bool look = false;                   ///< whether detectors are to look at it
    std::vector<domain::NormBox> moving; ///< what moves, if motion was looked for
    SteadyTime came_at;                  ///< live: could have been read; otherwise: was decoded
    domain::TraceId trace;               ///< if it is to be looked at
};

/// Who wants to see pictures of an input in which nobody looks for anything.
enum class Viewers {
    nobody = 1,
    now_and_then, ///< previews of recordings, and who looks for tampering
    watching,     ///< somebody is, right now
};

/// What the analysis of an input follows.
struct Followed {
    bool moving = false; ///< something that is not at rest
    bool parked = false; ///< something that is
};

[[nodiscard]] Followed followed_by(const CameraAnalyzer& analysis);

/// capture → gate → decode → sample → motion of one opened input: reads it to its end and gives the
/// pictures that are worth going on with, in order. With the gate `packet` most packets of an input
/// on which nothing happens are never decoded (PacketGate); when it wakes, live, a few packets are
/// decoded for each one that comes, so that reading never waits, until those that were kept back
/// are through. No gate stands before single pictures, nor where every picture is asked for.
///
/// Thread-compatible: run() is called once, on the capture thread; what it gives out may go
/// anywhere. frames() is safe from any thread.
class FrameFeed {
public:
    struct Parts {
        vision::MotionDetector* motion = nullptr; ///< null: every sampled picture is looked at
        PipelineProbe* probe = nullptr;
        const Clock* clock = nullptr;
        const TraceIds* traces = nullptr;     ///< null: pictures have none
        bool every_picture = false;           ///< also those that nobody is to look at
        bool resting = false;                 ///< also those that were due while nothing moved
        StreamClock::duration settle_time{};  ///< from the first picture on nothing is looked at
        SteadyTime::duration no_pictures{};   ///< that is too long; 0: never
        std::uint64_t seed = 0;               ///< another one for each camera
        DecodingShare::Seat* share = nullptr; ///< null: everything is decoded
        std::function<void()> missed = {}; ///< a look that is due, at a picture that is not decoded
        /// What is followed in the pictures given out so far, as far as that is known; a recording
        /// waits until it is known. Empty: nothing is.
        std::function<Followed()> followed = {};
        /// Live: a picture of this input waits for its look, and a newer one would take its place.
        std::function<bool()> look_waits = {};
        /// Live. Empty: somebody always watches.
        std::function<Viewers()> viewers = {};
        GateProbe* gate = nullptr; ///< may be null
    };

    FrameFeed(std::unique_ptr<media::Source> source, std::unique_ptr<media::Decoder> decoder,
              const DetectOptions& options, Parts parts);

    /// \param take  gets every picture; false ends the run
    /// \return nothing at the end of the input; cancelled if `take` or `stop` ended it; data_loss
    /// if packets come that give no pictures; otherwise the source's or the decoder's error.
    [[nodiscard]] Status run(const std::stop_token& stop,
                             const std::function<bool(FedFrame)>& take);

    [[nodiscard]] const media::StreamInfo& info() const { return source_->info(); }
    /// Nothing where there is no gate. After run().
    [[nodiscard]] GateReport gate_report() const { return gate_ ? gate_->report() : GateReport{}; }
    [[nodiscard]] const media::DecoderStats& decoder_stats() const { return decoder_->stats(); }
    /// Decoded so far.
    [[nodiscard]] std::uint64_t frames() const noexcept {
        return frames_.load(std::memory_order_relaxed);
    }

private:
    [[nodiscard]] Result<std::optional<media::Packet>> next(const std::stop_token& stop);
    [[nodiscard]] bool leaves_out(const media::Packet& packet, const DecodingShare::Work& work);
    [[nodiscard]] media::Wanted wanted_of(const media::Packet& packet);
    void leave_out(const media::Packet& packet);
    [[nodiscard]] SteadyTime came_at(const imaging::Frame& frame) const;
    using Take = std::function<bool(FedFrame)>;
    [[nodiscard]] Status decode(const media::Packet& packet, const Take& take);
    [[nodiscard]] Status go_on(const media::Packet& packet, const Take& take);
    [[nodiscard]] Status glance(const media::Packet& packet, const Take& take);
    [[nodiscard]] Status over(Result<std::optional<media::Packet>> last, const Take& take);
    [[nodiscard]] Status empty_decoder(const Take& take);
    [[nodiscard]] Result<imaging::FramePtr> next_picture();
    [[nodiscard]] Status pass_on(const Take& take);
    [[nodiscard]] FedFrame fed_from(imaging::FramePtr picture) const;
    [[nodiscard]] Status hand_on(FedFrame fed, bool due, const Take& take);
    [[nodiscard]] bool judge(FedFrame& fed);
    [[nodiscard]] bool is_settling(StreamTime at) const;
    [[nodiscard]] Status check_that_pictures_come(const media::Packet& sent);

    // with the gate `packet`
    [[nodiscard]] bool wants_gate() const;
    [[nodiscard]] Status through_gate(const media::Packet& packet, const Take& take);
    [[nodiscard]] Status probe(const media::Packet& packet, const Take& take);
    [[nodiscard]] Result<imaging::FramePtr> decode_alone(const media::Packet& packet);
    [[nodiscard]] Status drain(const Take& take, bool all);
    [[nodiscard]] bool has_done_enough(int packets, SteadyTime began);
    [[nodiscard]] StreamClock::duration at_rest() const;
    void tell_gate() const;

    void count_drops();

    const std::unique_ptr<media::Source> source_;
    const std::unique_ptr<media::Decoder> decoder_;
    const DetectOptions options_;
    const Parts parts_;
    const StreamClock::duration spacing_; ///< of pictures; 0 if the stream does not say
    RateSampler sampler_;
    MotionGate motion_gate_;
    CatchUp catch_up_;
    mutable WallAnchor anchor_;
    std::optional<PacketGate> gate_;
    media::QuantiserReader quantiser_;
    std::optional<StreamTime> first_picture_;
    std::optional<SteadyTime> fruitless_since_; ///< packets since then gave no picture
    std::uint64_t seen_frames_ = 0;             ///< pictures when that was last asked
    int fruitless_key_frames_ = 0;
    std::optional<StreamTime> passed_until_; ///< newest picture that came out, with a gate
    std::optional<StreamTime> glanced_at_;   ///< nobody looks: the last picture that was decoded
    bool decoder_is_empty_ = true;
    bool late_by_gate_ = false;               ///< the packet at hand was kept back
    SteadyTime::duration waited_for_looks_{}; ///< since it woke
    SteadyTime waiting_since_;
    bool passing_over_ = false;            ///< the newest packet
    std::optional<SteadyTime> got_;        ///< when, the newest packet
    std::chrono::nanoseconds processor_{}; ///< that this thread had had when it got it
    StreamTime newest_;                    ///< of all packets
    StreamTime left_out_until_;
    std::atomic<std::uint64_t> frames_{0};
    std::uint64_t told_drops_ = 0;
    std::chrono::nanoseconds decoding_{}; ///< of the packet at hand, inside the decoder
};

} // namespace vedette::pipeline
