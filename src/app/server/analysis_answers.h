#pragma once

#include "app/data/carried_cameras.h"
#include "vedette/analysis/watchlist.h"
#include "vedette/api/server.h"
#include "vedette/base/clock.h"
#include "vedette/ports/pass_index.h"

namespace vedette::app {

/// Answers of `GET /convoy`, over the store. Without `from` the thirty days before `to`, without
/// that now. \param carried  cameras that are no place
/// \return invalid_argument naming the parameter; errors of the store.
[[nodiscard]] Result<std::string> answer_convoy(const ports::PassIndex& index,
                                                const api::ConvoyQuestion& question, WallTime now,
                                                CarriedCameras carried);

/// Of `GET /patterns`, over the same time.
[[nodiscard]] Result<std::string> answer_patterns(const ports::PassIndex& index,
                                                  const api::PatternsQuestion& question,
                                                  WallTime now, CarriedCameras carried);

/// Of `GET /watchlists/check`. \return invalid_argument for a plate without letters or digits.
[[nodiscard]] Result<std::string> answer_watch_check(const analysis::WatchIndex& lists,
                                                     const std::string& plate);

} // namespace vedette::app
