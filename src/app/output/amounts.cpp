#include "app/output/amounts.h"

#include <array>
#include <cstdio>

namespace vedette::app {

std::string amount_of(double bytes) {
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
    constexpr double kThousand = 1'000;
    std::size_t unit = 0;
    while (bytes >= kThousand && unit + 1 < kUnits.size()) {
        bytes /= kThousand;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
    return text.data();
}

} // namespace vedette::app
