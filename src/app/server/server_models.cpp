#include "app/server/server_models.h"

#include <algorithm>
#include <sys/stat.h>
#include <utility>

#include "app/analysis_job.h"
#include "app/lifecycle/models_in_use.h"

namespace vedette::app {
namespace {

/// "object: yolox-nano@1 -> yolox-tiny@1" for each task that another model does now.
std::vector<std::string> changes(const std::vector<domain::ModelUse>& before,
                                 const std::vector<domain::ModelUse>& after) {
    std::vector<std::string> out;
    for (const domain::ModelUse& now : after)
        for (const domain::ModelUse& then : before)
            if (now.task == then.task && now != then)
                out.push_back("model for " + now.task + " exchanged: " + then.id + " -> " + now.id);
    return out;
}

} // namespace

ServerModels::Stamp ServerModels::stamp_of(const std::filesystem::path& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0)
        return {};
    constexpr std::int64_t kSecond_ns = 1'000'000'000;
    return {info.st_ino, info.st_mtim.tv_sec * kSecond_ns + info.st_mtim.tv_nsec, info.st_size};
}

Result<ServerModels> ServerModels::load(const ModelSetOptions& wanted, const DataFolder& data,
                                        const Environment& environment) {
    ServerModels models{wanted, data, environment};
    models.read_ = stamp_of(data.models());
    ModelSetOptions options = wanted;
    options.live = live_models(data, environment.log);
    VEDETTE_TRY(ModelSet set, load_model_set(options, environment));
    models.set_ = std::make_shared<ModelSet>(std::move(set));
    return models;
}

pipeline::LiveModels ServerModels::in_use() const {
    return {
        .lanes = lanes_of(*set_), .plates = set_->plates.get(), .used = set_->used, .owner = set_};
}

std::vector<std::pair<domain::ModelUse, StagedModel>> ServerModels::named_shadows() const {
    std::vector<std::pair<domain::ModelUse, StagedModel>> out;
    const auto known = load_model_register(data_);
    if (!known || wanted_.shadow_share <= 0) // that it can't be read is told elsewhere
        return out;
    for (const domain::ModelUse& use : set_->used)
        if (const StagedModel* staged = known->at(use.task, ModelStage::shadow); staged != nullptr)
            out.emplace_back(use, *staged);
    return out;
}

bool ServerModels::are_of_shadows(const std::vector<ShadowTally>& tallies) const {
    const auto named = named_shadows();
    return std::equal(named.begin(), named.end(), tallies.begin(), tallies.end(),
                      [](const auto& one, const ShadowTally& tally) {
                          const ModelIdentity& shadow = one.second.model;
                          return tally.is_of(one.first, {shadow.task, shadow.id, shadow.sha256});
                      });
}

std::vector<ShadowModel> ServerModels::shadows() const {
    std::vector<ShadowModel> out;
    for (const auto& [live, staged] : named_shadows()) {
        auto loaded = shadow_of(live, staged);
        if (loaded)
            out.push_back(*std::move(loaded));
        else
            environment_->log.warn("a shadow model can't be used; the live one goes on alone",
                                   {{"reason", loaded.error().message()}});
    }
    return out;
}

/// For plates and texts with copies of the other model that is used.
Result<ShadowModel> ServerModels::shadow_of(const domain::ModelUse& live,
                                            const StagedModel& staged) const {
    ModelSetOptions options = wanted_;
    options.wanted.clear();
    options.live_or_none = true;
    options.object_lanes = 1;
    options.want_objects = live.task == "object";
    options.want_plates = !options.want_objects;
    for (const domain::ModelUse& use : set_->used)
        options.live[use.task] = {use.id, use.sha256, {}};
    const auto known = live_models(data_, environment_->log);
    for (auto& [task, model] : options.live)
        if (const auto found = known.find(task);
            found != known.end() && found->second.id == model.id)
            model.manifest = found->second.manifest;
    options.live[live.task] = {staged.model.id, staged.model.sha256, staged.model.manifest};
    VEDETTE_TRY(ModelSet set, load_model_set(options, *environment_));
    ShadowModel model{.task = live.task,
                      .live = live,
                      .shadow = {live.task, staged.model.id, staged.model.sha256},
                      .detector = nullptr,
                      .finder = std::move(set.plates)};
    if (!set.objects.empty())
        model.detector = std::move(set.objects.front().front());
    return model;
}

bool ServerModels::is_outdated() const { return stamp_of(data_.models()) != read_; }

Result<bool> ServerModels::is_as_wanted(const ModelSetOptions& options) const {
    VEDETTE_TRY(const auto manifests, known_manifests(options, environment_->log));
    for (const domain::ModelUse& use : set_->used) {
        VEDETTE_TRY(const auto line, line_for(manifests, use.task, options, environment_->log));
        if (line.empty() || line.front()->full_id() != use.id || line.front()->sha256 != use.sha256)
            return false;
    }
    return true;
}

Result<std::vector<std::string>> ServerModels::renew(pipeline::LiveNode& node) {
    read_ = stamp_of(data_.models());
    VEDETTE_TRY(const ModelRegister known, load_model_register(data_));
    ModelSetOptions options = wanted_;
    options.live = live_models(known);
    options.live_or_none = true;
    VEDETTE_TRY(const bool as_wanted, is_as_wanted(options));
    if (as_wanted)
        return std::vector<std::string>{};
    VEDETTE_TRY(ModelSet loaded, load_model_set(options, *environment_));
    auto fresh = std::make_shared<ModelSet>(std::move(loaded));
    const auto before = std::exchange(set_, fresh);
    if (Status exchanged = node.exchange_models(in_use()); !exchanged) {
        set_ = before;
        return std::move(exchanged).error();
    }
    return changes(before->used, set_->used);
}

} // namespace vedette::app
