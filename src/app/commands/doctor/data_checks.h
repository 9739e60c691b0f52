#pragma once

#include <vector>

#include "app/commands/doctor/checks.h"
#include "app/data/data_folder.h"
#include "app/data/recordings_place.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"

namespace vedette::app {

/// The log, the store, the pictures, and whether they fit each other; all of it is read. A server
/// may run on the folder, and a backup is checked in the same way.
[[nodiscard]] std::vector<Check> check_data(const DataFolder& folder, const Clock& clock,
                                            const RecordingsPlace& recordings = {});

/// Mends what check_data() finds and can be mended: a damaged store is made anew from what can
/// still be read of it; if it is sound, pictures that no sighting names are removed (not in one go,
/// because what the store has lost may come back from the log). What is whole stays as it is.
/// \return what was done, one check each; unavailable if a server runs on the folder.
[[nodiscard]] Result<std::vector<Check>> repair_data(const DataFolder& folder,
                                                     const RecordingsPlace& recordings = {});

} // namespace vedette::app
