#pragma once

#include <vector>

#include "sqlite/migrate.h"

namespace vedette::storage {

/// The steps of the schema of RecordingDb.
[[nodiscard]] std::vector<Migration> recording_migrations();

} // namespace vedette::storage
