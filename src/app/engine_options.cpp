#include "app/engine_options.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vedette::app {
namespace {

using config::OptionSet;
using infer::EngineChoice;
using infer::Precision;
OptionSet<DetectorEngineOptions> detector_engine_option_set() {
    OptionSet<DetectorEngineOptions> set{"One engine for models."};
    set.field("type", &DetectorEngineOptions::type, "What computes",
              config::choice<std::string>({{"cpu", "cpu"},
                                           {"openvino", "openvino"},
                                           {"onnx", "onnx"},
                                           {"cuda", "cuda"},
                                           {"tensorrt", "tensorrt"}}))
        .field("device", &DetectorEngineOptions::device,
               "Number of the accelerator; auto: the processor, or the first",
               {.min = 0, .max = 64})
        .field("threads", &DetectorEngineOptions::threads, "Of one inference",
               {.min = 1, .max = 256});
    return set.require("type");
}

OptionSet<ModelChoiceOptions> model_choice_option_set() {
    return OptionSet<ModelChoiceOptions>{"One model."}
        .field("id", &ModelChoiceOptions::id,
               "Name, or name@version, from the model's manifest; empty: the preferred one; "
               "none: no model, and of objects what moves is followed")
        .field(
            "min_score", &ModelChoiceOptions::min_score,
            "Weaker results are dropped at once. auto: 0.1 for objects, since weak ones help to "
            "follow what is half hidden; the lowest `lpr.detection_threshold` of all cameras for "
            "plates; 0 for texts",
            {.min = 0, .max = 1});
}

/// The links of one entry: most have one, `cpu` has every back-end that computes on the processor.
Status append_links(const DetectorEngineOptions& engine, infer::EngineOptions options,
                    const infer::BackendRegistry& backends, std::vector<EngineChoice>& chain) {
    options.threads = engine.threads;
    options.device = engine.device ? std::to_string(*engine.device) : "";
    VEDETTE_TRY(auto links, infer::engines_for(engine.type, options, backends));
    std::move(links.begin(), links.end(), std::back_inserter(chain));
    return {};
}

/// The order of `detector_fallback`; without it every entry in the order of their names.
std::vector<std::string> order_of(const config::Node& root, const DetectorEngines& engines,
                                  config::Problems& problems) {
    std::vector<std::string> order;
    if (const config::Node given = root["detector_fallback"]; given.present()) {
        detector_fallback_codec().read(given, order, problems);
        for (const std::string& name : order)
            if (!engines.contains(name))
                problems.add(given.invalid("'" + name + "' is not in `detectors`"));
        return order;
    }
    for (const auto& [name, engine] : engines)
        order.push_back(name);
    return order;
}

} // namespace

std::map<std::string, std::string> ModelChoices::wanted() const {
    std::map<std::string, std::string> out;
    for (const auto& [task, choice] :
         {std::pair{"object", &object}, std::pair{"plate", &plate}, std::pair{"ocr", &ocr}})
        if (!choice->id.empty())
            out[task] = choice->id;
    return out;
}

config::Codec<DetectorEngines> detector_engines_codec() {
    return config::named(detector_engine_option_set().codec());
}

config::Codec<std::vector<std::string>> detector_fallback_codec() {
    return config::codec<std::vector<std::string>>();
}

OptionSet<ModelChoices> model_choices_option_set() {
    const auto one = model_choice_option_set();
    return OptionSet<ModelChoices>{"Which model does which job."}
        .section("object", &ModelChoices::object, "Finds vehicles and people", one)
        .section("plate", &ModelChoices::plate, "Finds plates", one)
        .section("ocr", &ModelChoices::ocr, "Reads plates", one)
        .field("shadow_share", &ModelChoices::shadow_share,
               "Share of one core that all shadow models together may take (`vedette models "
               "shadow`); 0: none look",
               {.min = 0, .max = 1})
        .later({.key = "face",
                .schema = one.schema(),
                .help = "Recognises faces",
                .default_text = {}});
}

OptionSet<InferOptions> infer_option_set() {
    return OptionSet<InferOptions>{"How models compute."}.field(
        "precision", &InferOptions::precision, "auto is what the device does best",
        config::choice<Precision>({{"auto", Precision::automatic},
                                   {"f32", Precision::f32},
                                   {"bf16", Precision::bf16},
                                   {"f16", Precision::f16},
                                   {"int8", Precision::int8}}));
}

std::vector<EngineChoice> engine_chain(const config::Node& root, int most_threads,
                                       const infer::BackendRegistry& backends,
                                       const std::filesystem::path& cache_dir,
                                       config::Problems& problems) {
    infer::EngineOptions common{.cache_dir = cache_dir};
    common.precision = infer_option_set().read({root["infer"]}, problems).precision;
    DetectorEngines engines;
    if (const config::Node given = root["detectors"]; given.present())
        detector_engines_codec().read(given, engines, problems);
    std::vector<EngineChoice> chain;
    for (const std::string& name : order_of(root, engines, problems))
        if (const auto found = engines.find(name); found != engines.end())
            if (auto added = append_links(found->second, common, backends, chain); !added)
                problems.add(root["detectors"][name].invalid(added.error().message()));
    for (EngineChoice& link : chain)
        link.options.threads = std::min(link.options.threads, most_threads);
    if (chain.empty())
        if (auto added = append_links({}, common, backends, chain); !added)
            problems.add(std::move(added).error());
    return chain;
}

} // namespace vedette::app
