#include "vedette/pipeline/processor.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "frame_feed.h"
#include "gate/follow_up.h"
#include "lane_look.h"
#include "turns.h"
#include "vedette/base/bounded_queue.h"
#include "vedette/base/worker.h"

namespace vedette::pipeline {
namespace {

/// Enough to keep three threads busy, few enough that a decoder needs few buffers.
constexpr std::size_t kFileQueue = 4;
/// A live picture that waits is already late.
constexpr std::size_t kLiveQueue = 2;

/// One picture on its way, with what was found in it.
struct Ticket : FedFrame {
    std::vector<domain::Detection> detections;
    SteadyTime looked_at; ///< end of the look
};

WhenFull policy_for(const media::StreamInfo& info) {
    return info.live ? WhenFull::drop_oldest : WhenFull::block;
}

/// Without a detector there still is what moves.
Processor::Parts with_a_lane(Processor::Parts parts) {
    if (parts.lanes.empty())
        parts.lanes.emplace_back();
    return parts;
}

} // namespace

struct Processor::Impl {
    Impl(std::unique_ptr<media::Source> source_in, std::unique_ptr<media::Decoder> decoder_in,
         DetectOptions options_in, Parts parts_in)
        : options{options_in}, parts{with_a_lane(std::move(parts_in))}, feed{std::move(source_in),
                                                                             std::move(decoder_in),
                                                                             options, feed_parts()},
          decoded{feed.info().live ? kLiveQueue : kFileQueue, policy_for(feed.info())},
          detected{kFileQueue, WhenFull::block} {}

    [[nodiscard]] FrameFeed::Parts feed_parts() {
        return {.motion = parts.motion,
                .probe = parts.probe,
                .clock = parts.clock,
                .traces = &parts.analyzer->traces(),
                .every_picture = parts.observer != nullptr,
                .followed = [this] { return follow_up.followed(!feed.info().live, capture_stop); }};
    }

    // ---- reading and decoding, on the capture thread ----

    void capture(const std::stop_token& stop) {
        name_this_thread("capture");
        capture_stop = stop;
        capture_ended = feed.run(stop, [&](FedFrame fed) {
            follow_up.given_out();
            return decoded.push({std::move(fed), {}, {}}, stop);
        });
        decoded.close();
    }

    // ---- detecting, on a thread for each lane ----

    void detect(const DetectorLane& lane, const std::stop_token& stop) {
        name_this_thread("detect");
        bool go_on = true;
        while (go_on) {
            auto [number, ticket] = take_decoded(stop);
            if (!ticket)
                break;
            Status looked_at;
            const bool too_old = ticket->look && is_too_old(*ticket);
            if (too_old)
                parts.probe->frame_dropped(DropReason::too_old);
            else if (ticket->look)
                looked_at = look(*ticket, lane);
            go_on = turns.take(number, stop, [&, &mine = *ticket] {
                if (!looked_at)
                    detect_ended = std::move(looked_at);
                return detect_ended && (too_old || detected.push(std::move(mine), stop));
            });
        }
        decoded.close();
        if (--lanes_at_work == 0)
            detected.close();
    }

    [[nodiscard]] Status look(Ticket& ticket, const DetectorLane& lane) const {
        VEDETTE_TRY(ticket.detections, look_at(lane, ticket, *parts.clock, *parts.probe));
        ticket.looked_at = parts.clock->steady_now();
        return {};
    }

    /// The next picture and its number: what lanes detect side by side goes on in this order.
    std::pair<std::uint64_t, std::optional<Ticket>> take_decoded(const std::stop_token& stop) {
        const std::scoped_lock lock{taking};
        auto ticket = decoded.pop(stop);
        count_overtaken();
        return {ticket ? taken++ : taken, std::move(ticket)};
    }

    void count_overtaken() {
        for (const std::uint64_t now = decoded.dropped(); overtaken < now; ++overtaken)
            parts.probe->frame_dropped(DropReason::too_slow);
    }

    bool is_too_old(const Ticket& ticket) const {
        return feed.info().live &&
               parts.clock->steady_now() - ticket.came_at > options.max_frame_age;
    }

    // ---- following and concluding, on the caller's thread ----

    Status analyse_all() {
        while (auto ticket = detected.pop()) {
            if (ticket->look) {
                VEDETTE_CHECK_OK(analyse(*ticket));
                ++looked;
            }
            follow_up.analysed(ticket->look ? std::optional{followed_by(*parts.analyzer)}
                                            : std::nullopt);
            position = ticket->frame->at.time_since_epoch();
            if (parts.observer != nullptr)
                VEDETTE_CHECK_OK(
                    parts.observer->frame_done(*ticket->frame, parts.analyzer->live_tracks()));
            if (parts.on_progress)
                parts.on_progress(progress());
        }
        return {};
    }

    Status analyse(const Ticket& ticket) {
        const SteadyTime began = parts.clock->steady_now();
        VEDETTE_CHECK_OK(parts.analyzer->analyse(*ticket.frame, ticket.trace, ticket.detections));
        const SteadyTime now = parts.clock->steady_now();
        parts.probe->frame_done(began - ticket.looked_at, now - began, now - ticket.came_at);
        return {};
    }

    [[nodiscard]] Progress progress() const {
        return {position, feed.info().duration, feed.frames(), looked};
    }

    RunReport run(const std::stop_token& stop) {
        Status analysed;
        {
            std::jthread capture_thread{[this](const std::stop_token& own) { capture(own); }};
            std::vector<std::jthread> detect_threads;
            lanes_at_work = parts.lanes.size();
            for (const DetectorLane& lane : parts.lanes)
                detect_threads.emplace_back(
                    [this, &lane](const std::stop_token& own) { detect(lane, own); });
            const std::stop_callback pass_on{stop, [&] { capture_thread.request_stop(); }};
            analysed = analyse_all();
            detected.close(); // after an error of ours: let the others end, too
            capture_thread.request_stop();
            for (std::jthread& thread : detect_threads)
                thread.request_stop();
        }
        Status concluded = parts.analyzer->finish();
        RunReport report{progress(), feed.decoder_stats(), feed.gate_report(), {}};
        for (Status* status : {&analysed, &detect_ended, &capture_ended, &concluded})
            if (report.ended && !*status)
                report.ended = std::move(*status);
        return report;
    }

    const DetectOptions options;
    const Parts parts;
    FrameFeed feed;                // capture thread
    BoundedQueue<Ticket> decoded;  // capture -> detect
    BoundedQueue<Ticket> detected; // detect -> caller
    FollowUp follow_up;
    std::stop_token capture_stop; // capture thread
    std::mutex taking;            // of decoded pictures, with the two below
    std::uint64_t taken = 0;
    std::uint64_t overtaken = 0;
    Turns turns; // of the lanes; guards detect_ended while they run
    std::atomic<std::size_t> lanes_at_work{0};
    Status capture_ended; // written by its thread, read after the join
    Status detect_ended;
    StreamClock::duration position{};
    std::uint64_t looked = 0;
};

Processor::Processor(std::unique_ptr<media::Source> source, std::unique_ptr<media::Decoder> decoder,
                     DetectOptions options, Parts parts)
    : impl_{std::make_unique<Impl>(std::move(source), std::move(decoder), options,
                                   std::move(parts))} {}

Processor::~Processor() = default;

RunReport Processor::run(std::stop_token stop) { return impl_->run(stop); }

} // namespace vedette::pipeline
