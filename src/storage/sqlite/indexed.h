#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vedette/domain/event.h"

namespace vedette::storage {

/// Under which texts its plate is found: normalized and resolved, each once, empty ones never.
[[nodiscard]] std::vector<std::string> plates_of(const domain::Event& event);
/// The objects it refers to, each once.
[[nodiscard]] std::vector<std::string> snapshots_of(const domain::Event& event);
/// 0..1, of the plate's text; nothing without a plate.
[[nodiscard]] std::optional<double> plate_confidence_of(const domain::Event& event);
/// Hours since 1970-01-01T00:00Z, rounded down: plate_flow.hour.
[[nodiscard]] std::int64_t hour_number(WallTime time) noexcept;
[[nodiscard]] inline std::int64_t to_us(WallTime time) { return time.time_since_epoch().count(); }

} // namespace vedette::storage
