#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "vedette/base/result.h"

namespace vedette::app {

/// The pictures that cases of following show and that stay as long as the case stands, whatever
/// becomes of their sightings: those of cases that are not closed and not dismissed.
/// \param following  the file of cases; none if there is no such file
/// \return errors of the file; a case that cannot be understood holds nothing
[[nodiscard]] Result<std::set<std::string>>
pictures_of_cases(const std::filesystem::path& following);

} // namespace vedette::app
