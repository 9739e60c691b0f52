#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/domain/event.h"

namespace vedette::pipeline {

/// Why a decoded picture was not looked at.
enum class DropReason {
    rate = 1,  ///< detect.fps has been reached
    no_motion, ///< nothing moves
    too_slow,  ///< a newer picture came before this one's turn
    too_old,   ///< older than max_frame_age when its turn came
    no_buffer, ///< too many pictures were still held by later stages
    behind,    ///< not decoded: pictures come faster than this machine decodes them
    settling,  ///< among the first of a connection, which are not trusted
};

/// What the pipeline tells of one camera: meters, and the life of each track in the log, by event
/// and trace. Texts of plates are personal and stay out of both.
///
/// A picture's way is timed in stages that follow each other: decode, then wait, detect, hand-over
/// and analyse, which together are frame to event (docs/reference/metrics.md has the names).
///
/// Thread-safe.
class PipelineProbe {
public:
    /// \param metrics,log  borrowed
    PipelineProbe(Metrics& metrics, Log& log, std::string camera);

    using Seconds = std::chrono::duration<double>;

    void frame_decoded() { decoded_->add(); }
    /// \param took  inside the decoder, for one packet and the pictures that came out of it
    void packet_decoded(Seconds took) { decode_seconds_->observe(took.count()); }
    void frame_dropped(DropReason reason) { dropped_.at(reason)->add(); }
    /// \param waited   from the decoded picture to the beginning of its look
    /// \param objects  that were found
    void frame_detected(const domain::TraceId& trace, Seconds waited, Seconds took,
                        std::size_t objects);
    void plates_looked_for(Seconds took, std::size_t reads);
    /// \param handed_over  from the end of the look to the beginning of the analysis
    /// \param took         the analysis, with its plates
    /// \param age          from the decoded picture to now
    void frame_done(Seconds handed_over, Seconds took, Seconds age);
    /// \param event  id of the event that the track will lead to, if it is published
    /// \param trace  of the first picture that shows it
    void track_began(const domain::EventId& event, domain::TrackId track,
                     const domain::TraceId& trace);
    /// \param trace  of the picture in which the plate was read
    void plate_read(const domain::EventId& event, domain::TrackId track,
                    const domain::TraceId& trace, float confidence);
    void track_ended(const domain::Event& event);

private:
    Log& log_;
    const std::string camera_;
    std::shared_ptr<Counter> decoded_;
    std::map<DropReason, std::shared_ptr<Counter>> dropped_;
    std::shared_ptr<Counter> detected_;
    std::shared_ptr<Histogram> decode_seconds_;
    std::shared_ptr<Histogram> wait_seconds_;
    std::shared_ptr<Histogram> detect_seconds_;
    std::shared_ptr<Histogram> handover_seconds_;
    std::shared_ptr<Histogram> analyse_seconds_;
    std::shared_ptr<Histogram> plate_seconds_;
    std::shared_ptr<Histogram> frame_to_event_;
    std::map<domain::Verdict, std::shared_ptr<Counter>> verdicts_;
    std::shared_ptr<Counter> reads_;
};

} // namespace vedette::pipeline
