#include "app/lifecycle/models_in_use.h"

#include <algorithm>

namespace vedette::app {

std::map<std::string, LiveModel> live_models(const ModelRegister& known) {
    std::map<std::string, LiveModel> live;
    for (const StagedModel& one : known.models())
        if (one.stage() == ModelStage::live)
            live[one.model.task] = {one.model.id, one.model.sha256, one.model.manifest};
    return live;
}

std::map<std::string, LiveModel> live_models(const DataFolder& folder, Log& log) {
    const auto known = load_model_register(folder);
    if (known)
        return live_models(*known);
    log.warn("which models are live can't be read; those with the highest preference are used",
             {{"reason", known.error().message()}});
    return {};
}

ModelIdentity identity_of(const infer::Manifest& manifest) {
    return {manifest.task, manifest.full_id(), manifest.sha256, manifest.path};
}

Result<std::vector<infer::Manifest>> manifests_of(const std::filesystem::path& folder,
                                                  const ModelRegister& known) {
    VEDETTE_TRY(auto manifests, infer::load_manifests(folder));
    for (const StagedModel& one : known.models()) {
        const bool is_there =
            std::any_of(manifests.begin(), manifests.end(), [&one](const infer::Manifest& other) {
                return other.full_id() == one.model.id;
            });
        if (is_there)
            continue;
        if (auto elsewhere = infer::load_manifest(one.model.manifest);
            elsewhere && elsewhere->full_id() == one.model.id)
            manifests.push_back(*std::move(elsewhere));
    }
    return manifests;
}

Result<infer::Manifest> named_manifest(const std::string& name,
                                       const std::vector<infer::Manifest>& known) {
    if (name.ends_with(".yaml"))
        return infer::load_manifest(name);
    const infer::Manifest* found = nullptr;
    std::string all;
    for (const infer::Manifest& one : known) {
        all += (all.empty() ? "" : ", ") + one.full_id();
        if (one.full_id() == name)
            return one;
        if (one.id != name)
            continue;
        if (found != nullptr)
            return Error{ErrorCode::invalid_argument, "there are several versions of " + name +
                                                          ": name one of them, like " +
                                                          one.full_id()};
        found = &one;
    }
    if (found != nullptr)
        return *found;
    return Error{ErrorCode::not_found, "there is no model '" + name +
                                           "'; there are: " + (all.empty() ? "none" : all) +
                                           ". Name another folder with --models, or the manifest "
                                           "by its file"};
}

} // namespace vedette::app
