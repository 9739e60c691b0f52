#pragma once

#include <filesystem>
#include <ostream>
#include <stop_token>

#include "app/reload_requests.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/infer/engine.h"
#include "vedette/media/source.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/face_embedder.h"
#include "vedette/vision/plate_reader.h"

namespace vedette::app {

/// Every plug-in that this binary carries. Filled once at start, only read afterwards.
struct Registries {
    media::SourceRegistry sources;
    infer::BackendRegistry backends;
    vision::DetectorRegistry detectors;
    vision::PlateReaderRegistry readers;
    vision::FaceEmbedderRegistry embedders;

    static Result<Registries> builtin();
};

/// Where things lie on this machine.
struct Paths {
    std::filesystem::path models;    ///< manifests of the models that came with the program
    std::filesystem::path catalogue; ///< manifests of models of others that can be fetched
    std::filesystem::path cache;     ///< may be emptied at any time: compiled models, demo clips

    /// From VEDETTE_MODELS, VEDETTE_CATALOGUE, XDG_CACHE_HOME, HOME and the place of the running
    /// program.
    static Paths detect();
};

/// What a command may use. Everything is borrowed from main().
struct Environment {
    std::ostream& out; ///< results, and nothing else
    std::ostream& err; ///< progress, warnings, the last line of a failure
    bool out_is_terminal;
    bool err_is_terminal;
    std::stop_token stop;    ///< SIGINT or SIGTERM came: finish what is begun, then return
    ReloadRequests& reloads; ///< SIGHUP
    const Clock& clock;
    Log& log;
    Metrics& metrics;
    const Registries& registries;
    const Paths& paths;

    /// The same with another log and other metrics, both borrowed.
    [[nodiscard]] Environment with(Log& other_log, Metrics& other_metrics) const {
        return {out,   err,       out_is_terminal, err_is_terminal, stop, reloads,
                clock, other_log, other_metrics,   registries,      paths};
    }
};

} // namespace vedette::app
