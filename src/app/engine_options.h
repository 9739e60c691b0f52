#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vedette/config/option_set.h"
#include "vedette/infer/model_loader.h"

namespace vedette::app {

/// What computes: one entry of `detectors:`.
struct DetectorEngineOptions {
    std::string type = "cpu";  ///< a word of infer::engines_for()
    std::optional<int> device; ///< number of the accelerator
    int threads = 1;           ///< of one inference
};

/// One entry of `models:`.
struct ModelChoiceOptions {
    std::string id;                 ///< "yolox-nano" or "yolox-nano@1"; empty: the preferred one
    std::optional<float> min_score; ///< 0..1; nothing: what suits the task
};

/// `models:` — which model does which job.
struct ModelChoices {
    ModelChoiceOptions object, plate, ocr;
    double shadow_share = 0.1; ///< 0..1 of one core, for all shadow models together

    /// Task -> id, of those that are chosen.
    [[nodiscard]] std::map<std::string, std::string> wanted() const;
};

/// `infer:`
struct InferOptions {
    infer::Precision precision = infer::Precision::automatic;
};

using DetectorEngines = std::map<std::string, DetectorEngineOptions>;

[[nodiscard]] config::Codec<DetectorEngines> detector_engines_codec();
[[nodiscard]] config::Codec<std::vector<std::string>> detector_fallback_codec();
[[nodiscard]] config::OptionSet<ModelChoices> model_choices_option_set();
[[nodiscard]] config::OptionSet<InferOptions> infer_option_set();

/// The fall-back chain that `detectors:`, `detector_fallback:` and `infer:` describe. Without
/// detectors every back-end of the binary, the fastest first.
/// \param most_threads of one inference, whatever `detectors:` asks for
/// \param cache_dir for compiled models
[[nodiscard]] std::vector<infer::EngineChoice>
engine_chain(const config::Node& root, int most_threads, const infer::BackendRegistry& backends,
             const std::filesystem::path& cache_dir, config::Problems& problems);

} // namespace vedette::app
