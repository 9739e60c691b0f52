#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::app {

/// Where a model stands in its life at one installation.
enum class ModelStage {
    candidate = 1, ///< registered: its files are there and it loads; nothing uses it
    shadow,        ///< looks at the same pictures as the live one; its results go nowhere else
    live,          ///< used for its task
    retired,       ///< was there, and is not used any more
};

inline constexpr std::array kAllModelStages{ModelStage::candidate, ModelStage::shadow,
                                            ModelStage::live, ModelStage::retired};

[[nodiscard]] std::string_view to_string(ModelStage stage) noexcept;
/// \return nothing for an unknown name.
[[nodiscard]] std::optional<ModelStage> model_stage_from(std::string_view name) noexcept;

/// What a person may do with a model.
enum class ModelStep {
    enrol = 1, ///< `models register`
    shadow,    ///< `models shadow`
    promote,   ///< `models promote`
    retire,    ///< `models retire`
};

inline constexpr std::array kAllModelSteps{ModelStep::enrol, ModelStep::shadow, ModelStep::promote,
                                           ModelStep::retire};

/// Where a step leads: one row of a table for each stage and step.
/// \param from  nothing: the register doesn't know the model
/// \param id    for the message
/// \return not_found for a model that has to be registered first, invalid_argument for a step that
///   is not allowed from there; both say what to do instead
[[nodiscard]] Result<ModelStage> next_stage(std::optional<ModelStage> from, ModelStep step,
                                            const std::string& id);

} // namespace vedette::app
