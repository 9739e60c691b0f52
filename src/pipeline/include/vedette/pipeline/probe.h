#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

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
};

/// The pipeline's meters for one camera.
///
/// A picture's way is timed in stages that follow each other: decode, then wait, detect, hand-over
/// and analyse, which together are frame to event (docs/reference/metrics.md has the names).
///
/// Thread-safe.
class PipelineProbe {
public:
    PipelineProbe(Metrics& metrics, const std::string& camera);

    using Seconds = std::chrono::duration<double>;

    void frame_decoded() { decoded_->add(); }
    /// \param took  inside the decoder, for one packet and the pictures that came out of it
    void packet_decoded(Seconds took) { decode_seconds_->observe(took.count()); }
    void frame_dropped(DropReason reason) { dropped_.at(reason)->add(); }
    /// \param waited  from the decoded picture to the beginning of its look
    void frame_detected(Seconds waited, Seconds took);
    void plates_looked_for(Seconds took, std::size_t reads);
    /// \param handed_over  from the end of the look to the beginning of the analysis
    /// \param took         the analysis, with its plates
    /// \param age          from the decoded picture to now
    void frame_done(Seconds handed_over, Seconds took, Seconds age);
    void track_ended(domain::Verdict verdict) { verdicts_.at(verdict)->add(); }

private:
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
