#include "eval/number.h"

#include <charconv>
#include <cmath>

namespace vedette::vision {

std::optional<double> finite_number(std::string_view text) noexcept {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

} // namespace vedette::vision
