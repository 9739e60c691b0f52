#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::events {

class LogFiles;

/// The position of a subscriber that has no database to keep it in, in a small file.
///
/// The file is replaced as a whole: after a crash it holds the old position or the new one. The
/// effect of the subscriber is not in it, so keep the position after the effect and make the effect
/// one that may come twice (the id of an event tells).
///
/// Thread-compatible.
class PositionFile {
public:
    /// \param file  its folder is made if it is not there
    /// \return data_loss if it is there and damaged: remove it to start at the beginning of the
    /// log.
    static Result<PositionFile> open(const std::filesystem::path& file);
    /// The same over any files; for tests.
    static Result<PositionFile> open(std::unique_ptr<LogFiles> files, std::string name);
    PositionFile(PositionFile&&) noexcept;
    PositionFile& operator=(PositionFile&&) noexcept;
    ~PositionFile();

    /// 0 if none was ever kept.
    [[nodiscard]] ports::LogPosition position() const noexcept { return position_; }

    /// Durable when it returns. \return resource_exhausted if the disk is full, unavailable; then
    /// the file holds this position or the one before.
    Status keep(ports::LogPosition position);

private:
    PositionFile(std::unique_ptr<LogFiles> files, std::string name, ports::LogPosition position);

    std::unique_ptr<LogFiles> files_;
    std::string name_;
    ports::LogPosition position_;
};

} // namespace vedette::events
