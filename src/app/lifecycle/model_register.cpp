#include "app/lifecycle/model_register.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <sys/file.h>
#include <system_error>
#include <tuple>
#include <utility>

#include "app/data/bounded_file.h"
#include "vedette/base/files.h"
#include "vedette/base/iso_time.h"
#include "vedette/base/unique_fd.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kForm = 1;
constexpr const char* kFormKey = "vedette_model_register";
constexpr std::size_t kLargest_bytes = std::size_t{16} << 20U;

// ---- writing ----

Json json_of(const StagedModel& one) {
    Json history = Json::array();
    for (const StageChange& change : one.history)
        history.push_back({{"at", format_iso_time(change.at, SecondDigits::microseconds)},
                           {"stage", to_string(change.to)},
                           {"evidence", change.evidence}});
    return {{"task", one.model.task},     {"id", one.model.id},
            {"sha256", one.model.sha256}, {"manifest", one.model.manifest.string()},
            {"was_live", one.was_live},   {"history", std::move(history)}};
}

// ---- reading; the library throws where a member is missing or of another type ----

std::optional<StageChange> change_in(const Json& json) {
    const auto at = parse_iso_time(json.at("at").get<std::string>());
    const auto stage = model_stage_from(json.at("stage").get<std::string>());
    if (!at || !stage)
        return std::nullopt;
    return StageChange{*at, *stage, json.at("evidence").get<std::string>()};
}

std::optional<StagedModel> model_in(const Json& json) {
    StagedModel one;
    one.model = {.task = json.at("task").get<std::string>(),
                 .id = json.at("id").get<std::string>(),
                 .sha256 = json.at("sha256").get<std::string>(),
                 .manifest = json.at("manifest").get<std::string>()};
    one.was_live = json.at("was_live").get<bool>();
    for (const Json& item : json.at("history")) {
        auto change = change_in(item);
        if (!change)
            return std::nullopt;
        one.history.push_back(*std::move(change));
    }
    if (one.history.empty() || one.history.size() > kMostStageChanges)
        return std::nullopt;
    return one;
}

/// Two live models of one task would be what nobody promoted.
bool share_a_place(const StagedModel& a, const StagedModel& b) {
    const bool is_for_one = a.stage() == ModelStage::live || a.stage() == ModelStage::shadow;
    return a.model.id == b.model.id ||
           (is_for_one && a.model.task == b.model.task && a.stage() == b.stage());
}

std::optional<std::vector<StagedModel>> models_in(const Json& json) {
    std::vector<StagedModel> models;
    for (const Json& item : json) {
        auto one = model_in(item);
        if (!one || models.size() == kMostStagedModels ||
            std::any_of(models.begin(), models.end(),
                        [&](const StagedModel& other) { return share_a_place(*one, other); }))
            return std::nullopt;
        models.push_back(*std::move(one));
    }
    return models;
}

std::optional<std::vector<ModelComparison>> comparisons_in(const Json& json) {
    std::vector<ModelComparison> comparisons;
    for (const Json& item : json) {
        auto one = comparison_in(item);
        if (!one || comparisons.size() == kMostComparisons)
            return std::nullopt;
        comparisons.push_back(*std::move(one));
    }
    return comparisons;
}

/// Held while the register is changed; readers don't need it.
class ChangeLock {
public:
    static Result<ChangeLock> take(const DataFolder& folder) {
        const std::string file = folder.models().string() + ".lock";
        UniqueFd opened{::open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!opened.is_open() || ::flock(opened.get(), LOCK_EX) != 0)
            return file_error(errno, "lock " + file);
        return ChangeLock{std::move(opened)};
    }

private:
    explicit ChangeLock(UniqueFd file) : file_{std::move(file)} {}
    UniqueFd file_;
};

} // namespace

// ---- the register ----

Result<const StagedModel*> ModelRegister::named(std::string_view name) const {
    const StagedModel* found = nullptr;
    std::string versions;
    int count = 0;
    for (const StagedModel& one : models_) {
        const std::string_view id{one.model.id};
        if (id == name)
            return &one;
        if (id.substr(0, id.rfind('@')) != name)
            continue;
        found = &one;
        versions += (++count > 1 ? ", " : "") + one.model.id;
    }
    if (count > 1)
        return Error{ErrorCode::invalid_argument, "there are several versions of " +
                                                      std::string{name} +
                                                      ": name one of them: " + versions};
    return found;
}

const StagedModel* ModelRegister::at(std::string_view task, ModelStage stage) const {
    const auto found = std::find_if(models_.begin(), models_.end(), [&](const StagedModel& one) {
        return one.model.task == task && one.stage() == stage;
    });
    return found == models_.end() ? nullptr : &*found;
}

StagedModel* ModelRegister::find(std::string_view id) {
    const auto found = std::find_if(models_.begin(), models_.end(),
                                    [id](const StagedModel& one) { return one.model.id == id; });
    return found == models_.end() ? nullptr : &*found;
}

void ModelRegister::move(StagedModel& model, ModelStage to, const std::string& evidence,
                         WallTime at) {
    if (model.history.size() == kMostStageChanges)
        model.history.erase(model.history.begin());
    model.history.push_back({at, to, evidence});
    model.was_live = model.was_live || to == ModelStage::live;
}

Result<std::vector<StageMove>> ModelRegister::take(ModelStep step, const ModelIdentity& model,
                                                   const std::string& evidence, WallTime at) {
    StagedModel* known = find(model.id);
    if (known != nullptr && known->model.sha256 != model.sha256)
        return Error{ErrorCode::already_exists,
                     model.id + " was registered with other weights (SHA-256 " +
                         known->model.sha256 + ", now " + model.sha256 +
                         "): count up `version` in its manifest, so that both can be told apart"};
    const auto from = known == nullptr ? std::nullopt : std::optional{known->stage()};
    VEDETTE_TRY(const ModelStage to, next_stage(from, step, model.id));
    if (known == nullptr && models_.size() >= kMostStagedModels)
        return Error{ErrorCode::resource_exhausted, "the register holds " +
                                                        std::to_string(kMostStagedModels) +
                                                        " models, and no more"};
    std::vector<StageMove> moves{{model.id, from, to}};
    if (to == ModelStage::live || to == ModelStage::shadow)
        if (const StagedModel* there = this->at(model.task, to); there != nullptr) {
            StagedModel& before = *find(there->model.id);
            const ModelStage room =
                to == ModelStage::live ? ModelStage::retired : ModelStage::candidate;
            move(before, room, model.id + " took its place", at);
            moves.push_back({before.model.id, to, room});
        }
    if (known == nullptr) {
        const auto where =
            std::upper_bound(models_.begin(), models_.end(), model,
                             [](const ModelIdentity& a, const StagedModel& b) {
                                 return std::tie(a.task, a.id) < std::tie(b.model.task, b.model.id);
                             });
        known = &*models_.insert(where, StagedModel{model, {}, false});
    }
    known->model.manifest = model.manifest;
    move(*known, to, evidence, at);
    return moves;
}

void ModelRegister::remember_used(const ModelIdentity& model, const std::string& evidence,
                                  WallTime at) {
    if (StagedModel* known = find(model.id); known != nullptr) {
        known->was_live = true;
        return;
    }
    if (models_.size() >= kMostStagedModels)
        return;
    models_.push_back({model, {{at, ModelStage::retired, evidence}}, true});
    std::sort(models_.begin(), models_.end(), [](const StagedModel& a, const StagedModel& b) {
        return std::tie(a.model.task, a.model.id) < std::tie(b.model.task, b.model.id);
    });
}

void ModelRegister::note(ModelComparison comparison) {
    std::erase_if(comparisons_, [&](const ModelComparison& one) {
        return one.first == comparison.first && one.second == comparison.second &&
               one.folder == comparison.folder;
    });
    if (comparisons_.size() == kMostComparisons)
        comparisons_.erase(comparisons_.begin());
    comparisons_.push_back(std::move(comparison));
}

std::vector<const ModelComparison*>
ModelRegister::comparisons_of(const ModelIdentity& first, const ModelIdentity& second) const {
    std::vector<const ModelComparison*> found;
    for (const ModelComparison& one : comparisons_)
        if (one.first == first.id && one.first_sha256 == first.sha256 && one.second == second.id &&
            one.second_sha256 == second.sha256)
            found.push_back(&one);
    return found;
}

std::string ModelRegister::to_json() const {
    Json models = Json::array();
    for (const StagedModel& one : models_)
        models.push_back(json_of(one));
    Json comparisons = Json::array();
    for (const ModelComparison& one : comparisons_)
        comparisons.push_back(app::to_json(one));
    const Json json{
        {kFormKey, kForm}, {"models", std::move(models)}, {"comparisons", std::move(comparisons)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ModelRegister> ModelRegister::from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    try {
        if (json.at(kFormKey).get<int>() > kForm)
            return Error{ErrorCode::invalid_argument,
                         "a newer Vedette wrote it (form " + json.at(kFormKey).dump() +
                             ", this one knows " + std::to_string(kForm) + "): update Vedette"};
        auto models = models_in(json.at("models"));
        auto comparisons = comparisons_in(json.at("comparisons"));
        if (models && comparisons) {
            ModelRegister out;
            out.models_ = *std::move(models);
            out.comparisons_ = *std::move(comparisons);
            return out;
        }
    } catch (const nlohmann::json::exception&) { // a member is missing or of another type
    }
    return Error{ErrorCode::data_loss,
                 "it is damaged: put it back from a backup, or remove it and register the models "
                 "again; without it those with the highest preference are used"};
}

Result<ModelRegister> load_model_register(const DataFolder& folder) {
    const auto file = folder.models();
    std::error_code ignored; // then reading it says more
    if (!std::filesystem::exists(file, ignored) && !ignored)
        return ModelRegister{};
    VEDETTE_TRY(const auto text, read_bounded(file, kLargest_bytes));
    auto known = ModelRegister::from_json(text);
    if (!known)
        return std::move(known).error().with_context("the register of models " + file.string());
    return known;
}

Status change_model_register(const DataFolder& folder,
                             const std::function<Status(ModelRegister&)>& change) {
    VEDETTE_CHECK_OK(make_private_folder(folder.root));
    VEDETTE_TRY([[maybe_unused]] const auto lock, ChangeLock::take(folder));
    VEDETTE_TRY(ModelRegister known, load_model_register(folder));
    VEDETTE_CHECK_OK(change(known));
    return replace_file(folder.models(), known.to_json());
}

} // namespace vedette::app
