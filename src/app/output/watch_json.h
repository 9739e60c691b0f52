#pragma once

#include <string>

#include "vedette/analysis/watchlist.h"

namespace vedette::app {

/// What a plate matches as JSON, one object: what `vedette watchlist check --json` prints and `GET
/// /watchlists/check` answers. \param indent  spaces; -1: all on one line
[[nodiscard]] std::string watch_check_json(const std::string& plate,
                                           const analysis::WatchVerdict& verdict, int indent = -1);

/// The lists without their plates: what `GET /watchlists` answers.
[[nodiscard]] std::string watch_lists_json(const analysis::WatchIndex& index);

} // namespace vedette::app
