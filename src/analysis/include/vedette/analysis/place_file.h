#pragma once

#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"

namespace vedette::analysis {

/// More cameras than any site has; a file with more is refused.
inline constexpr std::size_t kMaxPlaces = 100'000;

/// Reads where cameras are: CSV with a header, columns in any order: camera, lat, lon (WGS 84,
/// degrees); optional bearing (0..360, clockwise from north) and clock_error_ms (one standard
/// deviation, 0..3 600 000). Others are ignored; an empty cell says nothing. The form is that of
/// PassReader's CSV.
/// \return the places in the order of the file. not_found or permission_denied; invalid_argument
///   with file and line for a number out of range, a camera named twice, a missing column.
[[nodiscard]] Result<std::vector<Place>> read_places(const std::filesystem::path& file);
/// The same of a stream; `name` stands for it in errors.
[[nodiscard]] Result<std::vector<Place>> read_places(std::istream& in, const std::string& name);

/// The inverse, header and line ends included: reads back as the same places.
[[nodiscard]] std::string places_to_csv(std::span<const Place> places);

} // namespace vedette::analysis
