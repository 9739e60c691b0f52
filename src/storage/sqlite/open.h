#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "sqlite/connection.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::storage {

/// How long what is done from outside waits for somebody who holds the file.
constexpr std::chrono::milliseconds kCarePatience{5'000};

/// Removes a database with all that SQLite puts beside it.
void remove_database(const std::filesystem::path& file);

/// A database of something else must not be taken for ours: it is empty, or has this table.
/// \param of  what it is to hold, for people
/// \return invalid_argument
Status must_hold(Connection& connection, const std::filesystem::path& file, std::string_view table,
                 std::string_view of);

/// Makes the file if it is not there, brings it up to date, and sets the writer's ways.
/// \pre lock_for_writing() is held
[[nodiscard]] Result<std::unique_ptr<Connection>> open_writer(const std::filesystem::path& file,
                                                              const SqliteOptions& options);

/// \pre the schema is the newest, or this gives an error
[[nodiscard]] Result<std::unique_ptr<Connection>> open_reader(const std::filesystem::path& file,
                                                              const SqliteOptions& options);

} // namespace vedette::storage
