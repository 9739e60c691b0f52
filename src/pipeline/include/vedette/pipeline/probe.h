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
/// Thread-safe. Names: pipeline_frames_decoded_total, pipeline_frames_dropped_total{reason},
/// pipeline_frames_detected_total, pipeline_detect_seconds, pipeline_plate_seconds,
/// pipeline_frame_to_event_seconds, pipeline_tracks_total{verdict}, pipeline_plate_reads_total; all
/// with {camera}.
class PipelineProbe {
public:
    PipelineProbe(Metrics& metrics, const std::string& camera);

    void frame_decoded() { decoded_->add(); }
    void frame_dropped(DropReason reason) { dropped_.at(reason)->add(); }
    void frame_detected(std::chrono::duration<double> took);
    void plates_looked_for(std::chrono::duration<double> took, std::size_t reads);
    void frame_done(std::chrono::duration<double> age) { frame_to_event_->observe(age.count()); }
    void track_ended(domain::Verdict verdict) { verdicts_.at(verdict)->add(); }

private:
    std::shared_ptr<Counter> decoded_;
    std::map<DropReason, std::shared_ptr<Counter>> dropped_;
    std::shared_ptr<Counter> detected_;
    std::shared_ptr<Histogram> detect_seconds_;
    std::shared_ptr<Histogram> plate_seconds_;
    std::shared_ptr<Histogram> frame_to_event_;
    std::map<domain::Verdict, std::shared_ptr<Counter>> verdicts_;
    std::shared_ptr<Counter> reads_;
};

} // namespace vedette::pipeline
