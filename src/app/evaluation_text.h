#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/vision/eval/plate_metrics.h"

namespace vedette::app {

/// What evaluations print alike.

/// "12.3"
[[nodiscard]] std::string fixed(double value, int digits);
/// A share of one as "12.3"; "-" if nothing was counted.
[[nodiscard]] std::string percent(const vision::Share& share);
/// The 95 % interval of a share as "10.1 to 15.0"; "-" if nothing was counted.
[[nodiscard]] std::string interval_text(const vision::Share& share);
/// The value that `share` (0..1) of the values do not exceed (nearest rank); 0 without values.
[[nodiscard]] double quantile(std::vector<double> values, double share);
/// "median 12.3, 95th percentile 14.0", of milliseconds.
[[nodiscard]] std::string times_text(const std::vector<double>& milliseconds);

/// For a page, in the text or in an attribute between double quotes.
[[nodiscard]] std::string html_text(std::string_view text);

[[nodiscard]] nlohmann::ordered_json share_json(const vision::Share& share);
[[nodiscard]] nlohmann::ordered_json times_json(const std::vector<double>& milliseconds);

} // namespace vedette::app
