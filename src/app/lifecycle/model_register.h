#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/data_folder.h"
#include "app/lifecycle/model_comparison.h"
#include "app/lifecycle/model_stage.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// One step of a model's life.
struct StageChange {
    WallTime at;
    ModelStage to = ModelStage::candidate;
    std::string evidence; ///< why, for people
    friend bool operator==(const StageChange&, const StageChange&) = default;
};

/// A model that the register knows.
struct StagedModel {
    ModelIdentity model;
    std::vector<StageChange> history; ///< oldest first, never empty, at most kMostStageChanges
    bool was_live = false;            ///< or used without having been promoted; at some time or now

    [[nodiscard]] ModelStage stage() const { return history.back().to; }
    [[nodiscard]] const StageChange& since() const { return history.back(); }
};

inline constexpr std::size_t kMostStageChanges = 50; ///< of one model; the oldest are forgotten
inline constexpr std::size_t kMostStagedModels = 1000;
inline constexpr std::size_t kMostComparisons = 500; ///< the oldest are forgotten

/// What one step did: the model itself first, then the one whose place it took.
struct StageMove {
    std::string id;
    std::optional<ModelStage> from;
    ModelStage to = ModelStage::candidate;
};

/// Which model of a data folder is candidate, shadow, live or retired for its task, since when, and
/// by what evidence. For each task at most one is live and at most one a shadow.
///
/// Thread-compatible.
class ModelRegister {
public:
    [[nodiscard]] const std::vector<StagedModel>& models() const noexcept { return models_; }
    /// \param name  "yolox-nano@1", or "yolox-nano" if it has one version here
    /// \return null if there is none; invalid_argument naming the versions if there are several
    [[nodiscard]] Result<const StagedModel*> named(std::string_view name) const;
    /// The model of a task that is live or a shadow; null if none is.
    [[nodiscard]] const StagedModel* at(std::string_view task, ModelStage stage) const;

    /// Takes a step, and lets whoever had the place make room: a live model is retired, a shadow
    /// becomes a candidate again.
    /// \param evidence  why, for people; not empty
    /// \return errors of next_stage(); already_exists if the register knows other weights under
    ///   this id: then nothing has changed
    Result<std::vector<StageMove>> take(ModelStep step, const ModelIdentity& model,
                                        const std::string& evidence, WallTime at);
    /// Notes that a model was used without having been promoted, so that one can go back to it. One
    /// that the register doesn't know is entered as retired.
    void remember_used(const ModelIdentity& model, const std::string& evidence, WallTime at);

    /// Keeps a comparison; of two models on one folder only the last counts.
    void note(ModelComparison comparison);
    /// Of these two, by id and weights, the last on each folder.
    [[nodiscard]] std::vector<const ModelComparison*>
    comparisons_of(const ModelIdentity& first, const ModelIdentity& second) const;

    [[nodiscard]] std::string to_json() const;
    /// \return data_loss for what to_json() never wrote; invalid_argument if a newer program did
    [[nodiscard]] static Result<ModelRegister> from_json(std::string_view json);

private:
    [[nodiscard]] StagedModel* find(std::string_view id);
    void move(StagedModel& model, ModelStage to, const std::string& evidence, WallTime at);

    std::vector<StagedModel> models_;          ///< by task and id
    std::vector<ModelComparison> comparisons_; ///< oldest first, at most kMostComparisons
};

/// \return an empty one if the folder has none; errors of from_json() with the file and what to do
[[nodiscard]] Result<ModelRegister> load_model_register(const DataFolder& folder);

/// Loads, changes and writes it while no other program does; readers see the old file or the new
/// one, whole, also after a crash. The folder is made if it is not there.
/// \return errors of loading, of `change` (then nothing is written) and of the disk
Status change_model_register(const DataFolder& folder,
                             const std::function<Status(ModelRegister&)>& change);

} // namespace vedette::app
