#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "app/server/recordings.h"
#include "vedette/api/server.h"
#include "vedette/events/durable_log.h"
#include "vedette/ports/camera_directory.h"
#include "vedette/storage/folder_store.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::app {

/// What `/stats` is made of; borrowed.
struct StatsSources {
    const events::DurableLog& log;
    const storage::SqliteStore& store;
    const storage::FolderStore& pictures;
    const ports::CameraDirectory& cameras;
};

/// \param waiting  events that wait for the disk \return the JSON of `/stats`
[[nodiscard]] std::string stats_json(const StatsSources& sources, std::size_t waiting,
                                     std::chrono::duration<double> uptime);

/// When the newest event of the log was; nothing of an empty one.
[[nodiscard]] std::optional<WallTime> newest_in(const events::DurableLog& log);

/// Of `/ready`: whether what comes is recorded, and every tier can be used.
[[nodiscard]] api::ReadyCheck recording_check(const Recordings& recordings);

} // namespace vedette::app
