#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"

namespace vedette::app {

/// Models of others that can be fetched: manifests with a `source`, whose weights are not there.
/// \return errors of the manifests; invalid_argument naming one without a source, or whose weights
///   would not lie beside it
[[nodiscard]] Result<std::vector<infer::Manifest>>
load_catalogue(const std::filesystem::path& folder);

enum class Pulled { fetched = 1, was_there };

/// Puts a model of the catalogue into a folder of models: the weights, verified, then its manifest.
/// \param progress  as download()
/// \return errors of download(); already_exists if another model of that name is there
Result<Pulled> pull_model(const infer::Manifest& model, const std::filesystem::path& into,
                          const Clock& clock, const std::stop_token& stop,
                          const std::function<void(std::uint64_t)>& progress);

} // namespace vedette::app
