#include "app/model_set.h"

#include <algorithm>

namespace vedette::app {
namespace {

using infer::Manifest;

std::string ids_of(const std::vector<Manifest>& manifests, const std::string& task) {
    std::string out;
    for (const Manifest& one : manifests)
        if (one.task == task)
            out += (out.empty() ? "" : ", ") + one.full_id();
    return out.empty() ? "none" : out;
}

Error with_model(Error error, const Manifest& manifest) {
    return std::move(error).with_context("model " + manifest.full_id());
}

/// What loading needs, so that each step stays short.
struct Loading {
    const ModelSetOptions& options;
    const Environment& environment;
    std::vector<Manifest> manifests;
    infer::ModelLoader loader;
    ModelSet set;

    Status load_objects() {
        VEDETTE_TRY(const Manifest* manifest, choose_manifest(manifests, "object", options.wanted));
        if (manifest == nullptr)
            return {};
        for (int lane = 0; lane < options.object_lanes; ++lane) {
            auto detector = vision::load_detector(
                environment.registries.detectors, *manifest,
                {.min_score = options.object_score, .labels = options.labels}, loader);
            if (!detector)
                return with_model(std::move(detector).error(), *manifest);
            set.objects.emplace_back().push_back(std::move(*detector));
        }
        set.used.push_back({"object", manifest->full_id()});
        return {};
    }

    Status load_plates() {
        VEDETTE_TRY(const Manifest* detector_manifest,
                    choose_manifest(manifests, "plate", options.wanted));
        VEDETTE_TRY(const Manifest* reader_manifest,
                    choose_manifest(manifests, "ocr", options.wanted));
        if (detector_manifest == nullptr || reader_manifest == nullptr)
            return {};
        auto detector =
            vision::load_detector(environment.registries.detectors, *detector_manifest,
                                  {.min_score = options.plate_score, .labels = {}}, loader);
        if (!detector)
            return with_model(std::move(detector).error(), *detector_manifest);
        auto reader = environment.registries.readers.create(reader_manifest->decoder,
                                                            *reader_manifest, loader);
        if (!reader)
            return with_model(std::move(reader).error(), *reader_manifest);
        auto confusion = vision::load_confusion(*reader_manifest);
        if (!confusion)
            return with_model(std::move(confusion).error(), *reader_manifest);
        set.confusion = *std::move(confusion);
        set.plates =
            vision::make_plate_finder(options.finder, std::move(*detector), std::move(*reader));
        set.used.push_back({"plate", detector_manifest->full_id()});
        set.used.push_back({"ocr", reader_manifest->full_id()});
        return {};
    }
};

} // namespace

Result<const Manifest*> choose_manifest(const std::vector<Manifest>& manifests,
                                        const std::string& task,
                                        const std::map<std::string, std::string>& wanted) {
    const auto named = wanted.find(task);
    const Manifest* best = nullptr;
    for (const Manifest& one : manifests) {
        if (one.task != task)
            continue;
        const bool asked_for =
            named != wanted.end() && (named->second == one.id || named->second == one.full_id());
        if (asked_for)
            return &one;
        if (!one.is_network_copyleft() && (best == nullptr || one.preference > best->preference))
            best = &one;
    }
    if (named == wanted.end())
        return best;
    return Error{ErrorCode::not_found, "no model '" + named->second + "' for " + task +
                                           "; there are: " + ids_of(manifests, task)};
}

Result<std::map<std::string, std::string>>
parse_wanted_models(const std::vector<std::string>& words, const std::string& example) {
    std::map<std::string, std::string> out;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            return Error{ErrorCode::invalid_argument,
                         "--model " + word + ": write TASK=ID, like " + example};
        out[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return out;
}

std::vector<infer::EngineChoice> default_chain(const Environment& environment) {
    const auto cache = infer::usable_cache(environment.paths.cache / "models", environment.log);
    auto chain = infer::engines_for("cpu", {.cache_dir = cache}, environment.registries.backends);
    return chain ? *std::move(chain) : std::vector<infer::EngineChoice>{};
}

infer::ModelLoader default_loader(const Environment& environment) {
    return {environment.registries.backends, default_chain(environment), environment.log,
            environment.metrics, environment.clock};
}

Result<ModelSet> load_model_set(const ModelSetOptions& options, const Environment& environment) {
    VEDETTE_TRY(auto manifests, infer::load_manifests(options.folder));
    Loading loading{
        options,
        environment,
        std::move(manifests),
        infer::ModelLoader{environment.registries.backends,
                           options.chain.empty() ? default_chain(environment) : options.chain,
                           environment.log, environment.metrics, environment.clock},
        {}};
    if (options.want_objects)
        VEDETTE_CHECK_OK(loading.load_objects());
    if (options.want_plates)
        VEDETTE_CHECK_OK(loading.load_plates());
    return std::move(loading.set);
}

Result<vision::PlateGrammars> grammars_for(const ModelSet& models) {
    VEDETTE_TRY(const auto grammars, vision::PlateGrammars::builtin());
    return grammars.with(models.confusion);
}

} // namespace vedette::app
