#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vedette::analysis {

/// 0..1: how often plate readers take the sign `truth` for `read`, if they misread it at all. The
/// shipped figures are the groups that readers are known to confuse (0 O Q D · 1 I · 2 Z · 5 S ·
/// 6 G · 8 B and weaker ones), with rates of the order that public plate benchmarks report.
[[nodiscard]] double confusion_rate(char truth, char read) noexcept;

/// 0..1: chance that `truth` is read as `text`, which differs from it: one sign replaced, lost or
/// added. 0 if it takes more.
[[nodiscard]] double misread_chance(std::string_view truth, std::string_view text);

/// Calls `take` with each plate that is read as `text` by confusing one sign, and with the place of
/// that sign. A few dozen at most.
void each_confusable(std::string_view text,
                     const std::function<void(const std::string& plate, std::size_t place)>& take);

} // namespace vedette::analysis
