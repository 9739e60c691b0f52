#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

/// How answers are written.
namespace vedette::api {

/// On one line; what is no UTF-8 becomes the replacement character.
[[nodiscard]] inline std::string text_of(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

[[nodiscard]] inline nlohmann::ordered_json or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json{} : nlohmann::ordered_json(text);
}

/// To four decimals, which is as much as anybody reads.
[[nodiscard]] inline double rounded(double value) { return std::round(value * 1e4) / 1e4; }

} // namespace vedette::api
