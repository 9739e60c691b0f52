#include "vedette/pipeline/probe.h"

#include <array>
#include <utility>

namespace vedette::pipeline {
namespace {

using domain::Verdict;

constexpr std::array<std::pair<DropReason, const char*>, 6> kReasons{{
    {DropReason::rate, "rate"},
    {DropReason::no_motion, "no_motion"},
    {DropReason::too_slow, "too_slow"},
    {DropReason::too_old, "too_old"},
    {DropReason::no_buffer, "no_buffer"},
    {DropReason::behind, "behind"},
}};

const std::vector<double>& seconds_buckets() {
    static const std::vector<double> kBuckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25,  0.5,    1,     2.5,  5,     10};
    return kBuckets;
}

} // namespace

PipelineProbe::PipelineProbe(Metrics& metrics, const std::string& camera) {
    const MetricLabels labels{{"camera", camera}};
    decoded_ = metrics.counter("pipeline_frames_decoded_total",
                               "Pictures that came out of the decoder", labels);
    detected_ = metrics.counter("pipeline_frames_detected_total",
                                "Pictures that the detector looked at", labels);
    reads_ =
        metrics.counter("pipeline_plate_reads_total", "Plate texts read, before fusion", labels);
    detect_seconds_ = metrics.histogram("pipeline_detect_seconds", "Time of one detection",
                                        seconds_buckets(), labels);
    plate_seconds_ = metrics.histogram("pipeline_plate_seconds",
                                       "Time to find and read the plates of one vehicle",
                                       seconds_buckets(), labels);
    frame_to_event_ = metrics.histogram("pipeline_frame_to_event_seconds",
                                        "From the decoded picture to the end of its analysis",
                                        seconds_buckets(), labels);
    for (const auto& [reason, name] : kReasons)
        dropped_[reason] =
            metrics.counter("pipeline_frames_dropped_total", "Decoded pictures not looked at",
                            {{"camera", camera}, {"reason", name}});
    for (int value = static_cast<int>(Verdict::published);
         value <= static_cast<int>(Verdict::too_weak); ++value) {
        const auto verdict = static_cast<Verdict>(value);
        verdicts_[verdict] =
            metrics.counter("pipeline_tracks_total", "Tracks that ended, by verdict",
                            {{"camera", camera}, {"verdict", std::string{to_string(verdict)}}});
    }
}

void PipelineProbe::frame_detected(std::chrono::duration<double> took) {
    detected_->add();
    detect_seconds_->observe(took.count());
}

void PipelineProbe::plates_looked_for(std::chrono::duration<double> took, std::size_t reads) {
    plate_seconds_->observe(took.count());
    reads_->add(static_cast<double>(reads));
}

} // namespace vedette::pipeline
