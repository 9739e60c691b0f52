#pragma once

#include "app/lifecycle/model_register.h"
#include "app/model_set.h"

namespace vedette::app {

/// Task -> the live model, for ModelSetOptions::live.
[[nodiscard]] std::map<std::string, LiveModel> live_models(const ModelRegister& known);

/// The same of the register of a data folder. One that
/// can't be read stops nobody: the log has a warning, and nothing is live.
[[nodiscard]] std::map<std::string, LiveModel> live_models(const DataFolder& folder, Log& log);

/// What identifies a model. \pre its manifest was loaded
[[nodiscard]] ModelIdentity identity_of(const infer::Manifest& manifest);

/// The manifests of a folder and, besides, those that the register knows elsewhere and that can be
/// read. \return errors of the folder
[[nodiscard]] Result<std::vector<infer::Manifest>> manifests_of(const std::filesystem::path& folder,
                                                                const ModelRegister& known);

/// A manifest by its file ("x.model.yaml"), or by id, with or without version.
/// \return not_found naming those that there are, invalid_argument if several have the id; errors
///   of the file
[[nodiscard]] Result<infer::Manifest> named_manifest(const std::string& name,
                                                     const std::vector<infer::Manifest>& known);

} // namespace vedette::app
