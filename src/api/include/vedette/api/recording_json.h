#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/deletion_plan.h"
#include "vedette/recording/forecast.h"
#include "vedette/recording/tier_keeper.h"

/// What the API answers about keeping recordings, in the same form for the command line: JSON
/// objects, as api/openapi.yaml describes them.
namespace vedette::api {

/// \param most  deletions that are named one by one
[[nodiscard]] std::string plan_json(std::span<const recording::TierPlan> tiers, WallTime now,
                                    std::chrono::seconds within, std::size_t most);
[[nodiscard]] std::string forecast_json(const recording::RecordingForecast& forecast,
                                        const std::vector<recording::TierStatus>& tiers);
/// What is kept of each camera on each tier.
[[nodiscard]] std::string kept_json(const std::vector<ports::TierExtent>& extents,
                                    const std::vector<recording::TierStatus>& tiers);

} // namespace vedette::api
