#pragma once

#include <vector>

#include "vedette/analysis/watchlist.h"
#include "vedette/config/node.h"
#include "vedette/config/problems.h"
#include "vedette/config/schema.h"

namespace vedette::app {

/// `watchlists:` — lists of plates, by the user's own names.
[[nodiscard]] config::Schema watch_lists_schema();

/// What a whole configuration says of them, in the order of their names. What is wrong with one
/// goes to `problems` with its line and key.
/// \pre it fits the schema
[[nodiscard]] std::vector<analysis::WatchList> read_watch_lists(const config::Node& root,
                                                                config::Problems& problems);

/// All of them, ready to be asked. \return the first problem.
[[nodiscard]] Result<analysis::WatchIndex> watch_index(const config::Node& root);

} // namespace vedette::app
