#pragma once

#include <string>

namespace vedette::app {

/// "4.3 GB": by thousands, as disks are sold.
[[nodiscard]] std::string amount_of(double bytes);

} // namespace vedette::app
