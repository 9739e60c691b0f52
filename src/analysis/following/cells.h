#pragma once

#include <cstdint>
#include <string>

#include "vedette/analysis/pass.h"

namespace vedette::analysis {

/// What stands for a camera where the cameras move: a square of the earth, about 500 m wide,
/// "@ROW,COLUMN". Rows count from the equator; columns get fewer towards the poles, so that a
/// square is one everywhere.
[[nodiscard]] std::string cell_name(const GeoPoint& at);
/// Equal for squares that are one place: four of them, about a kilometre wide. The first bit is
/// set, which it is for no camera that stands somewhere.
[[nodiscard]] std::uint32_t cell_place(const GeoPoint& middle);

} // namespace vedette::analysis
