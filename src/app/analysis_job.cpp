#include "app/analysis_job.h"

#include <algorithm>
#include <optional>

#include "app/output/annotator.h"
#include "app/output/progress_bar.h"
#include "vedette/base/text.h"
#include "vedette/media/demo.h"
#include "vedette/pipeline/begin_analysis.h"

namespace vedette::app {
namespace {

/// Fine enough to tell two vehicles side by side apart.
constexpr int kMoverHeight_px = 216;

std::string short_name(const std::string& input) {
    const std::string name = std::filesystem::path{input}.filename().string();
    return name.empty() ? input : name;
}

/// Renders the demo clip before it is opened, so that people see why they wait and can stop it.
Status prepare_demo(const std::string& input, const AnalysisJobOptions& options,
                    const Environment& environment) {
    if (!input.starts_with("demo://"))
        return {};
    VEDETTE_TRY(const auto wanted, media::parse_demo_url(input));
    int told = -1;
    const auto progress = [&](int done, int all) {
        const int percent = all > 0 ? done * 100 / all : 0;
        if (percent == told)
            return;
        told = percent;
        if (environment.err_is_terminal)
            environment.err << "\r\x1b[Krendering the demo street, once: " << percent << " %"
                            << std::flush;
        else if (percent % 25 == 0)
            environment.err << "rendering the demo street, once: " << percent << " %\n"
                            << std::flush;
    };
    const auto clip =
        media::ensure_demo_clip(wanted, options.source.cache_dir, progress, environment.stop);
    if (environment.err_is_terminal && told >= 0)
        environment.err << "\r\x1b[K" << std::flush;
    return clip ? Status{} : Status{clip.error()};
}

} // namespace

pipeline::CameraOptions fitted_to(pipeline::CameraOptions camera, const ModelSet& models,
                                  bool separate_pictures) {
    if (!models.objects.empty())
        return camera;
    if (separate_pictures || !camera.detect.waits_for_motion())
        camera.type = pipeline::CameraType::lpr;
    camera.motion.height_px = std::max(camera.motion.height_px, kMoverHeight_px);
    return camera;
}

std::vector<pipeline::DetectorLane> lanes_of(const ModelSet& models) {
    std::vector<pipeline::DetectorLane> lanes;
    for (const ModelSet::Lane& detectors : models.objects)
        for (auto& lane = lanes.emplace_back(); const auto& detector : detectors)
            lane.push_back(detector.get());
    return lanes;
}

std::string camera_name_for(const std::string& input) {
    std::string text = input;
    if (const auto scheme = text.find("://"); scheme != std::string::npos)
        text = text.substr(0, scheme) + "-" +
               text.substr(scheme + 3, text.find_first_of("?#", scheme) - scheme - 3);
    else
        text = std::filesystem::path{text}.lexically_normal().stem().string();
    if (const auto at = text.rfind('@'); at != std::string::npos)
        text.erase(0, at + 1);
    const std::string name = as_identifier(text, '-');
    return name.empty() ? "input" : name;
}

Result<AnalysisJobReport> run_analysis_job(const std::string& input,
                                           const AnalysisJobOptions& options, ModelSet& models,
                                           const vision::PlateGrammars& grammars,
                                           pipeline::EventSink& outputs,
                                           const Environment& environment) {
    VEDETTE_CHECK_OK(prepare_demo(input, options, environment));
    const SteadyTime began = environment.clock.steady_now();
    media::SourceOptions how = options.source;
    how.stop = environment.stop;
    VEDETTE_TRY(auto source, media::open_source(environment.registries.sources, input, how,
                                                environment.clock, environment.log));
    const media::StreamInfo info = source->info();
    const std::string source_name = media::without_credentials(input);
    VEDETTE_TRY(auto decoder, media::Decoder::open(info, options.decoder, environment.log));

    pipeline::CameraOptions camera = fitted_to(options.camera, models, info.separate_pictures);
    if (camera.name.empty())
        camera.name = camera_name_for(source_name);
    pipeline::PipelineProbe probe{environment.metrics, environment.log, camera.name};
    const auto analyzer = pipeline::begin_analysis(camera, input, info,
                                                   {.site = options.site,
                                                    .models = models.used,
                                                    .plates = models.plates.get(),
                                                    .grammars = &grammars,
                                                    .sink = &outputs,
                                                    .clock = &environment.clock},
                                                   probe);

    const auto motion = vision::make_motion_detector(camera.motion);
    std::optional<Annotator> annotator;
    if (!options.annotate.empty())
        annotator.emplace(options.annotate, info.frame_rate);
    ProgressBar bar{environment.err, environment.err_is_terminal, environment.clock,
                    short_name(source_name)};
    std::stop_source stop;
    const std::stop_callback pass_on{environment.stop, [&stop] { stop.request_stop(); }};
    const MemoryGuard memory{options.limits.memory};
    Status within_memory;
    const auto on_progress = [&](const pipeline::Progress& progress) {
        bar.show(progress);
        if (!within_memory)
            return;
        within_memory = memory.check();
        if (!within_memory)
            stop.request_stop();
    };
    pipeline::Processor processor{std::move(source),
                                  std::move(decoder),
                                  camera.detect,
                                  {.lanes = lanes_of(models),
                                   .motion = motion.get(),
                                   .analyzer = analyzer.get(),
                                   .observer = annotator ? &*annotator : nullptr,
                                   .probe = &probe,
                                   .clock = &environment.clock,
                                   .log = &environment.log,
                                   .on_progress = on_progress}};

    AnalysisJobReport report{processor.run(stop.get_token()), {}, camera.name, {}};
    if (!within_memory)
        report.run.ended = std::move(within_memory);
    if (report.run.ended && report.run.progress.frames == 0)
        return Error{ErrorCode::data_loss,
                     source_name + ": no picture in it could be decoded; is it damaged, or "
                                   "something else than its name says?"};
    if (annotator)
        if (Status finished = annotator->finish(); !finished && report.run.ended)
            report.run.ended = std::move(finished);
    report.funnel = analyzer->funnel();
    report.took = environment.clock.steady_now() - began;
    return report;
}

} // namespace vedette::app
