#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/lifecycle/model_register.h"
#include "vedette/infer/manifest.h"

namespace vedette::app {

/// The model that does a task now, as far as the register and the folder of models say: the live
/// one, else the preferred one. (Whether the configuration names another only a server knows.)
/// \return nothing if no model is for this task
[[nodiscard]] std::optional<ModelIdentity> in_use(const ModelRegister& known,
                                                  const std::vector<infer::Manifest>& manifests,
                                                  const std::string& task);

/// Makes a model the live one of its task. That needs evidence, unless it was live before, or there
/// is nothing that it could be worse than: comparisons with the one that is used now, of which none
/// speaks against it, and one has kLeastLabels. The one that was used is retired.
/// \param used    what does the task now, see in_use()
/// \param reason  why it is promoted without evidence; empty: it isn't
/// \return errors of ModelRegister::take(); permission_denied without evidence, saying how to come
///   by some. Then nothing has changed
Result<std::vector<StageMove>> promote(ModelRegister& in, const ModelIdentity& model,
                                       const std::optional<ModelIdentity>& used,
                                       const std::string& reason, WallTime now);

} // namespace vedette::app
