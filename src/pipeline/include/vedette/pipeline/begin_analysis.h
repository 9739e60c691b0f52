#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/camera_analyzer.h"

namespace vedette::pipeline {

/// What an analysis needs beside its camera and its input. Pointers are borrowed and must outlive
/// it.
struct AnalysisParts {
    std::string site = "default";
    std::vector<domain::ModelUse> models;
    vision::PlateFinder* plates = nullptr; ///< null: no plates are read
    const vision::PlateGrammars* grammars = nullptr;
    EventSink* sink = nullptr;
    const Clock* clock = nullptr;
    LookObserver* look_observer = nullptr; ///< hears of plates; may be null
};

/// The analysis of one input that was just opened: with a tracker that fits its shape, and with an
/// identity by which its events are known again if the same recording is analysed twice.
/// \param location  as it was opened; credentials are left out of the events
/// \param probe     borrowed
[[nodiscard]] std::unique_ptr<CameraAnalyzer>
begin_analysis(const CameraOptions& camera, const std::string& location,
               const media::StreamInfo& info, const AnalysisParts& parts, PipelineProbe& probe);

} // namespace vedette::pipeline
