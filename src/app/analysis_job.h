#pragma once

#include <filesystem>
#include <string>

#include "app/environment.h"
#include "app/limit_options.h"
#include "app/model_set.h"
#include "vedette/pipeline/event_sink.h"
#include "vedette/pipeline/processor.h"
#include "vedette/vision/motion.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::app {

/// How one input is analysed.
struct AnalysisJobOptions {
    std::string site = "default";
    pipeline::CameraOptions camera; ///< an empty name is taken from the input
    media::SourceOptions source;
    media::DecoderOptions decoder;
    LimitOptions limits;
    std::filesystem::path annotate; ///< video to write; empty for none
};

/// What a job did.
struct AnalysisJobReport {
    pipeline::RunReport run;
    pipeline::Funnel funnel;
    std::string camera;
    std::chrono::duration<double> took{};
};

/// Without a model that finds vehicles, what moves carries the plates, and in single pictures
/// plates are all there is to follow.
[[nodiscard]] pipeline::CameraOptions fitted_to(pipeline::CameraOptions camera,
                                                const ModelSet& models, bool separate_pictures);

/// The object detectors as the pipeline wants them; they stay the set's.
[[nodiscard]] std::vector<pipeline::DetectorLane> lanes_of(const ModelSet& models);

/// One input from beginning to end through the pipeline.
///
/// \return the report, also when the input broke off or more memory was needed than
/// options.limits allow: then `run.ended` says why and what came before is in the outputs.
///   An error if the input could not be opened at all, or nothing in it could be decoded.
Result<AnalysisJobReport> run_analysis_job(const std::string& input,
                                           const AnalysisJobOptions& options, ModelSet& models,
                                           const vision::PlateGrammars& grammars,
                                           pipeline::EventSink& outputs,
                                           const Environment& environment);

/// "Gate 2 (main).mp4" -> "gate-2-main": a camera id for an input that has none.
[[nodiscard]] std::string camera_name_for(const std::string& input);

} // namespace vedette::app
