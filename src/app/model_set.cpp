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

using Line = std::vector<const Manifest*>;

/// What became of the first of a line that could be loaded.
template <class Model>
struct Loaded {
    const Manifest* manifest = nullptr; ///< null: the line is empty
    Model model{};
};

/// What loading needs, so that each step stays short.
struct Loading {
    const ModelSetOptions& options;
    const Environment& environment;
    std::vector<Manifest> manifests;
    infer::ModelLoader loader;
    ModelSet set;

    [[nodiscard]] Result<Line> line(const std::string& task) const {
        return line_for(manifests, task, options, environment.log);
    }

    /// \param load  makes the model of a manifest
    template <class Model, class Load>
    Result<Loaded<Model>> first_of(const Line& line, const Load& load) const {
        for (const Manifest* manifest : line) {
            Result<Model> model = load(*manifest);
            if (model)
                return Loaded<Model>{manifest, *std::move(model)};
            Error error = with_model(std::move(model).error(), *manifest);
            if (manifest == line.back())
                return error;
            environment.log.warn("a model can't be used, the next one in line is",
                                 {{"task", manifest->task}, {"reason", error.message()}});
        }
        return Loaded<Model>{};
    }

    void note_use(const std::string& task, const Manifest& manifest) {
        set.used.push_back({task, manifest.full_id(), manifest.sha256});
    }

    Result<std::vector<ModelSet::Lane>> object_lanes(const Manifest& manifest) {
        std::vector<ModelSet::Lane> lanes;
        for (int lane = 0; lane < options.object_lanes; ++lane) {
            VEDETTE_TRY(auto detector,
                        vision::load_detector(
                            environment.registries.detectors, manifest,
                            {.min_score = options.object_score, .labels = options.labels}, loader));
            lanes.emplace_back().push_back(std::move(detector));
        }
        return lanes;
    }

    Status load_objects() {
        VEDETTE_TRY(const Line finders, line("object"));
        VEDETTE_TRY(auto objects,
                    first_of<std::vector<ModelSet::Lane>>(
                        finders, [this](const Manifest& one) { return object_lanes(one); }));
        if (objects.manifest == nullptr)
            return {};
        set.objects = std::move(objects.model);
        note_use("object", *objects.manifest);
        return {};
    }

    Status load_plates() {
        VEDETTE_TRY(const Line finders, line("plate"));
        VEDETTE_TRY(const Line readers, line("ocr"));
        if (finders.empty() || readers.empty())
            return {};
        VEDETTE_TRY(
            auto detector,
            first_of<std::unique_ptr<vision::Detector>>(finders, [this](const Manifest& one) {
                return vision::load_detector(environment.registries.detectors, one,
                                             {.min_score = options.plate_score, .labels = {}},
                                             loader);
            }));
        VEDETTE_TRY(
            auto reader,
            first_of<std::unique_ptr<vision::PlateReader>>(readers, [this](const Manifest& one) {
                return environment.registries.readers.create(one.decoder, one, loader);
            }));
        auto confusion = vision::load_confusion(*reader.manifest);
        if (!confusion)
            return with_model(std::move(confusion).error(), *reader.manifest);
        set.confusion = *std::move(confusion);
        set.plates = vision::make_plate_finder(options.finder, std::move(detector.model),
                                               std::move(reader.model));
        note_use("plate", *detector.manifest);
        note_use("ocr", *reader.manifest);
        return {};
    }
};

/// Those that need not be named, best first.
Line by_preference(const std::vector<Manifest>& manifests, const std::string& task) {
    Line line;
    for (const Manifest& one : manifests)
        if (one.task == task && !one.is_network_copyleft())
            line.push_back(&one);
    std::stable_sort(line.begin(), line.end(), [](const Manifest* a, const Manifest* b) {
        return a->preference > b->preference;
    });
    return line;
}

/// \return not_found, data_loss if it is not there as it was promoted
Result<const Manifest*> promoted(const std::vector<Manifest>& manifests, const std::string& task,
                                 const LiveModel& live) {
    const auto found = std::find_if(manifests.begin(), manifests.end(), [&](const Manifest& one) {
        return one.task == task && one.full_id() == live.id;
    });
    constexpr const char* kOr = ", or promote another (vedette models promote)";
    if (found == manifests.end())
        return Error{ErrorCode::not_found, live.id + ": its manifest is gone: put it back" + kOr};
    if (found->sha256 != live.sha256)
        return Error{ErrorCode::data_loss,
                     live.id +
                         ": its manifest speaks of other weights than were promoted: put the "
                         "right ones back" +
                         kOr};
    return &*found;
}

} // namespace

Result<const Manifest*> choose_manifest(const std::vector<Manifest>& manifests,
                                        const std::string& task,
                                        const std::map<std::string, std::string>& wanted) {
    const auto named = wanted.find(task);
    if (named != wanted.end() && named->second == kNoModel)
        return nullptr;
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

Result<std::vector<Manifest>> known_manifests(const ModelSetOptions& options, Log& log) {
    VEDETTE_TRY(auto manifests, infer::load_manifests(options.folder));
    for (const auto& [task, live] : options.live) {
        const bool is_known =
            live.manifest.empty() ||
            std::any_of(manifests.begin(), manifests.end(),
                        [&](const Manifest& one) { return one.full_id() == live.id; });
        if (is_known)
            continue;
        if (auto one = infer::load_manifest(live.manifest))
            manifests.push_back(*std::move(one));
        else
            log.warn("the manifest of the live model can't be read",
                     {{"task", task}, {"reason", one.error().message()}});
    }
    return manifests;
}

Result<std::vector<const Manifest*>> line_for(const std::vector<Manifest>& manifests,
                                              const std::string& task,
                                              const ModelSetOptions& options, Log& log) {
    VEDETTE_TRY(const Manifest* chosen, choose_manifest(manifests, task, options.wanted));
    const Line otherwise = chosen == nullptr ? Line{} : Line{chosen};
    const auto live = options.live.find(task);
    if (options.wanted.contains(task) || live == options.live.end())
        return otherwise;
    const auto first = promoted(manifests, task, live->second);
    if (!first && options.live_or_none)
        return first.error();
    if (!first) {
        log.warn("the live model can't be used, the next one in line is",
                 {{"task", task}, {"reason", first.error().message()}});
        return otherwise;
    }
    Line line{*first};
    if (options.live_or_none)
        return line;
    for (const Manifest* one : by_preference(manifests, task))
        if (one != *first)
            line.push_back(one);
    return line;
}

Result<ModelSet> load_model_set(const ModelSetOptions& options, const Environment& environment) {
    VEDETTE_TRY(auto manifests, known_manifests(options, environment.log));
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
