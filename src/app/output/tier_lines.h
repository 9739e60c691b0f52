#pragma once

#include <ostream>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/recording/tier_keeper.h"

namespace vedette::app {

/// "tier 2, /mnt/nas/recordings: ", for what the caller says of it; of one that is away why, and
/// the line is over. \return whether it is here
bool begin_tier_line(const recording::TierStatus& tier, std::ostream& out);

/// "2026-11-29T14:05:00Z": to the second, which is what people look for recordings by.
[[nodiscard]] std::string second_of(WallTime time);

} // namespace vedette::app
