#include "vedette/pipeline/probe.h"

#include <array>
#include <utility>

namespace vedette::pipeline {
namespace {

using domain::Verdict;

constexpr std::array<std::pair<DropReason, const char*>, 7> kReasons{{
    {DropReason::rate, "rate"},
    {DropReason::no_motion, "no_motion"},
    {DropReason::too_slow, "too_slow"},
    {DropReason::too_old, "too_old"},
    {DropReason::no_buffer, "no_buffer"},
    {DropReason::behind, "behind"},
    {DropReason::settling, "settling"},
}};

std::vector<double> seconds_buckets() {
    return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1, 2.5, 5, 10};
}

} // namespace

PipelineProbe::PipelineProbe(Metrics& metrics, Log& log, std::string camera)
    : log_{log}, camera_{std::move(camera)} {
    const MetricLabels labels{{"camera", camera_}};
    decoded_ = metrics.counter("pipeline_frames_decoded_total",
                               "Pictures that came out of the decoder", labels);
    detected_ = metrics.counter("pipeline_frames_detected_total",
                                "Pictures that the detector looked at", labels);
    reads_ =
        metrics.counter("pipeline_plate_reads_total", "Plate texts read, before fusion", labels);
    const auto time_of = [&](const char* name, const char* help) {
        return metrics.histogram(name, help, seconds_buckets(), labels);
    };
    decode_seconds_ = time_of("pipeline_decode_seconds", "Time in the decoder for one packet");
    wait_seconds_ = time_of("pipeline_wait_seconds",
                            "From when a picture could be read, decoding included, to its look");
    detect_seconds_ = time_of("pipeline_detect_seconds", "Time of one detection");
    handover_seconds_ =
        time_of("pipeline_handover_seconds", "From the end of a look to its analysis");
    analyse_seconds_ =
        time_of("pipeline_analyse_seconds",
                "Time to track what one picture shows, read its plates and conclude");
    plate_seconds_ =
        time_of("pipeline_plate_seconds", "Time to find and read the plates of one vehicle");
    frame_to_event_ = time_of("pipeline_frame_to_event_seconds",
                              "From when a picture could be read to the end of its analysis");
    for (const auto& [reason, name] : kReasons)
        dropped_[reason] =
            metrics.counter("pipeline_frames_dropped_total", "Decoded pictures not looked at",
                            {{"camera", camera_}, {"reason", name}});
    for (int value = static_cast<int>(Verdict::published);
         value <= static_cast<int>(Verdict::too_weak); ++value) {
        const auto verdict = static_cast<Verdict>(value);
        verdicts_[verdict] =
            metrics.counter("pipeline_tracks_total", "Tracks that ended, by verdict",
                            {{"camera", camera_}, {"verdict", std::string{to_string(verdict)}}});
    }
}

void PipelineProbe::frame_detected(const domain::TraceId& trace, Seconds waited, Seconds took,
                                   std::size_t objects) {
    detected_->add();
    wait_seconds_->observe(waited.count());
    detect_seconds_->observe(took.count());
    const std::string trace_text = trace.to_hex();
    const std::array<LogField, 5> fields{{{"camera", camera_},
                                          {"trace", trace_text},
                                          {"objects", objects},
                                          {"waited_s", waited.count()},
                                          {"took_s", took.count()}}};
    log_.write(LogLevel::trace, "picture looked at", fields);
}

void PipelineProbe::plates_looked_for(Seconds took, std::size_t reads) {
    plate_seconds_->observe(took.count());
    reads_->add(static_cast<double>(reads));
}

void PipelineProbe::frame_done(Seconds handed_over, Seconds took, Seconds age) {
    handover_seconds_->observe(handed_over.count());
    analyse_seconds_->observe(took.count());
    frame_to_event_->observe(age.count());
}

void PipelineProbe::track_began(const domain::EventId& event, domain::TrackId track,
                                const domain::TraceId& trace) {
    log_.debug("track began", {{"camera", camera_},
                               {"track", track.value()},
                               {"trace", trace.to_hex()},
                               {"event", event.value()}});
}

void PipelineProbe::plate_read(const domain::EventId& event, domain::TrackId track,
                               const domain::TraceId& trace, float confidence) {
    log_.debug("plate read", {{"camera", camera_},
                              {"track", track.value()},
                              {"trace", trace.to_hex()},
                              {"event", event.value()},
                              {"confidence", confidence}});
}

void PipelineProbe::track_ended(const domain::Event& event) {
    verdicts_.at(event.verdict)->add();
    log_.debug("track concluded", {{"camera", camera_},
                                   {"track", event.track.value()},
                                   {"trace", event.trace.to_hex()},
                                   {"event", event.id.value()},
                                   {"label", event.label},
                                   {"verdict", domain::to_string(event.verdict)},
                                   {"pictures", event.detections}});
}

} // namespace vedette::pipeline
