#pragma once

#include <vector>

#include "sqlite/migrate.h"

namespace vedette::storage {

/// Only in a database of following.
constexpr const char* kFollowingTable = "following_standing";

[[nodiscard]] std::vector<Migration> following_migrations();

} // namespace vedette::storage
