#pragma once

#include <filesystem>
#include <ostream>
#include <vector>

#include "vedette/analysis/eval_following.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// Tables for people: ours beside the simple rules, a data set after the other.
void write_table(const std::vector<analysis::FollowingEvalResult>& results, std::ostream& out);

/// {"data": [...]}: everything that was measured.
void write_json(const std::vector<analysis::FollowingEvalResult>& results, std::ostream& out);

/// NAME-precision.svg, NAME-reliability.svg and NAME-ranks.svg of each data set, into a folder that
/// is made if need be. \return unavailable if it cannot be written.
[[nodiscard]] Status write_plots(const std::vector<analysis::FollowingEvalResult>& results,
                                 const std::filesystem::path& folder);

} // namespace vedette::app
