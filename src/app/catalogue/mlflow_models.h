#pragma once

#include <filesystem>
#include <string>

#include "app/catalogue/mlflow.h"
#include "app/catalogue/pull.h"
#include "app/lifecycle/model_comparison.h"
#include "vedette/infer/manifest.h"

namespace vedette::app {

/// A model that came from a registry.
struct FromMlflow {
    infer::Manifest manifest; ///< where it is now
    Pulled how = Pulled::fetched;
};

/// Puts a version into `into`/ID-VERSION: its manifest (the one `*.model.yaml` among its files)
/// with all that lies beside it, once every hash of the manifest is right, and that of the
/// version's tag `vedette.sha256`, if it has one. Until then it is in a folder whose name begins
/// with a dot. \return errors of the client; invalid_argument if the files are no model of ours,
/// saying what is
///   missing; data_loss if a hash is another; already_exists if another model of that id and
///   version is there
[[nodiscard]] Result<FromMlflow> pull_from_mlflow(MlflowClient& client,
                                                  const MlflowVersion& version,
                                                  const std::filesystem::path& into);

/// Gives a model to a registry: a run in the experiment `vedette` with its files, and a version
/// that has them, with the tags vedette.id, vedette.task, vedette.sha256 and vedette.licence.
/// \param name  of the registered model
/// \return errors of the client and of the files; invalid_argument if not all lie beside the
/// manifest
[[nodiscard]] Result<MlflowVersion>
push_to_mlflow(MlflowClient& client, const infer::Manifest& manifest, const std::string& name);

/// Notes a comparison at the run and the version of its second model.
/// \return not_found if the registry has no version with these weights; errors of the client
[[nodiscard]] Result<MlflowVersion> note_in_mlflow(MlflowClient& client,
                                                   const ModelComparison& comparison);

} // namespace vedette::app
