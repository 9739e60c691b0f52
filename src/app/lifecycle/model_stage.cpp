#include "app/lifecycle/model_stage.h"

#include <algorithm>

namespace vedette::app {
namespace {

using Stage = ModelStage;
using Step = ModelStep;

/// One rule. `MODEL` in an advice stands for the model's id.
struct Rule {
    std::optional<Stage> from;
    Step step;
    std::optional<Stage> to; ///< nothing: it is not allowed
    std::string_view advice; ///< why not, and what to do
};

constexpr std::string_view kUnknown =
    "is not registered: vedette models register MODEL checks it and makes it a candidate";

constexpr std::array kRules{
    Rule{std::nullopt, Step::enrol, Stage::candidate, {}},
    Rule{std::nullopt, Step::shadow, std::nullopt, kUnknown},
    Rule{std::nullopt, Step::promote, std::nullopt, kUnknown},
    Rule{std::nullopt, Step::retire, std::nullopt, kUnknown},

    Rule{Stage::candidate, Step::enrol, Stage::candidate, {}},
    Rule{Stage::candidate, Step::shadow, Stage::shadow, {}},
    Rule{Stage::candidate, Step::promote, Stage::live, {}},
    Rule{Stage::candidate, Step::retire, Stage::retired, {}},

    Rule{Stage::shadow, Step::enrol, Stage::candidate, {}},
    Rule{Stage::shadow, Step::shadow, std::nullopt,
         "is a shadow already; vedette models register MODEL makes it a candidate again"},
    Rule{Stage::shadow, Step::promote, Stage::live, {}},
    Rule{Stage::shadow, Step::retire, Stage::retired, {}},

    Rule{Stage::live, Step::enrol, std::nullopt,
         "is live: promote another model, or vedette models retire MODEL, before it is a candidate "
         "again"},
    Rule{Stage::live, Step::shadow, std::nullopt,
         "is live, and can't be compared with itself: promote another model first"},
    Rule{Stage::live, Step::promote, std::nullopt,
         "is live already; to go back, promote the one before it"},
    Rule{Stage::live, Step::retire, Stage::retired, {}},

    Rule{Stage::retired, Step::enrol, Stage::candidate, {}},
    Rule{Stage::retired, Step::shadow, Stage::shadow, {}},
    Rule{Stage::retired, Step::promote, Stage::live, {}},
    Rule{Stage::retired, Step::retire, std::nullopt,
         "is retired already; vedette models register MODEL makes it a candidate again"},
};

std::string about(std::string_view advice, const std::string& id) {
    std::string text = id + " " + std::string{advice};
    constexpr std::string_view kModel = "MODEL";
    if (const auto at = text.find(kModel, id.size()); at != std::string::npos)
        text.replace(at, kModel.size(), id);
    return text;
}

} // namespace

std::string_view to_string(ModelStage stage) noexcept {
    switch (stage) {
    case ModelStage::candidate: return "candidate";
    case ModelStage::shadow: return "shadow";
    case ModelStage::live: return "live";
    case ModelStage::retired: return "retired";
    }
    return "?";
}

std::optional<ModelStage> model_stage_from(std::string_view name) noexcept {
    for (const ModelStage stage : kAllModelStages)
        if (to_string(stage) == name)
            return stage;
    return std::nullopt;
}

Result<ModelStage> next_stage(std::optional<ModelStage> from, ModelStep step,
                              const std::string& id) {
    const auto* const rule = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& one) {
        return one.from == from && one.step == step;
    });
    if (rule == kRules.end())
        return Error{ErrorCode::internal, "no rule for what is to be done with " + id};
    if (rule->to)
        return *rule->to;
    return Error{from ? ErrorCode::invalid_argument : ErrorCode::not_found,
                 about(rule->advice, id)};
}

} // namespace vedette::app
