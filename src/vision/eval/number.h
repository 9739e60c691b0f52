#pragma once

#include <optional>
#include <string_view>

namespace vedette::vision {

/// The whole text as a finite number; label files hold no other.
[[nodiscard]] std::optional<double> finite_number(std::string_view text) noexcept;

} // namespace vedette::vision
