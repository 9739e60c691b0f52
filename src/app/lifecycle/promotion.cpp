#include "app/lifecycle/promotion.h"

#include "app/lifecycle/models_in_use.h"
#include "app/model_set.h"

namespace vedette::app {
namespace {

constexpr const char* kAnyway =
    ", or say why you promote it all the same: --without-evidence REASON";

/// \return what the comparisons of the two say; permission_denied if that is not enough
Result<std::string> compared(const ModelRegister& in, const ModelIdentity& used,
                             const ModelIdentity& model) {
    const ModelComparison* largest = nullptr;
    for (const ModelComparison* one : in.comparisons_of(used, model)) {
        if (speaks_against_second(*one))
            return Error{ErrorCode::permission_denied,
                         model.id + " is worse than " + used.id + ", which is used now: " +
                             describe(*one) + ". Keep that one" + kAnyway};
        if (largest == nullptr || one->labels.total() > largest->labels.total())
            largest = one;
    }
    if (largest != nullptr && largest->labels.total() >= kLeastLabels)
        return describe(*largest) + ": not worse at " +
               std::to_string(static_cast<int>(vision::kWorseAlpha * 100)) + " %";
    return Error{ErrorCode::permission_denied,
                 "nothing shows that " + model.id + " is no worse than " + used.id +
                     ", which is used now: vedette models compare " + used.id + " " + model.id +
                     " --on DIR compares them on a folder with " + std::to_string(kLeastLabels) +
                     " labels or more" + kAnyway};
}

/// \return by what evidence it may be promoted
Result<std::string> evidence_for(const ModelRegister& in, const StagedModel& known,
                                 const std::optional<ModelIdentity>& used,
                                 const std::string& reason) {
    if (!reason.empty())
        return "without evidence: " + reason;
    if (known.was_live)
        return std::string{"gone back to: it was used before"};
    if (!used || used->id == known.model.id)
        return std::string{"no other model was used for this task"};
    return compared(in, *used, known.model);
}

} // namespace

std::optional<ModelIdentity> in_use(const ModelRegister& known,
                                    const std::vector<infer::Manifest>& manifests,
                                    const std::string& task) {
    if (const StagedModel* live = known.at(task, ModelStage::live); live != nullptr)
        return live->model;
    const auto preferred = choose_manifest(manifests, task, {});
    if (!preferred || *preferred == nullptr)
        return std::nullopt;
    return identity_of(**preferred);
}

Result<std::vector<StageMove>> promote(ModelRegister& in, const ModelIdentity& model,
                                       const std::optional<ModelIdentity>& used,
                                       const std::string& reason, WallTime now) {
    VEDETTE_TRY(const StagedModel* known, in.named(model.id));
    const auto from = known == nullptr ? std::nullopt : std::optional{known->stage()};
    VEDETTE_TRY([[maybe_unused]] const ModelStage to,
                next_stage(from, ModelStep::promote, model.id));
    VEDETTE_TRY(const std::string evidence, evidence_for(in, *known, used, reason));
    VEDETTE_TRY(auto moves, in.take(ModelStep::promote, model, evidence, now));
    if (used && used->id != model.id)
        in.remember_used(*used, "was used by preference until " + model.id + " took its place",
                         now);
    return moves;
}

} // namespace vedette::app
