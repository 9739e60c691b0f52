#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::events {

/// One open file of a log.
///
/// read_at() may be called by any thread at any time; the rest by one caller at a time. What was
/// written is not durable before sync(), and after an error any part of it may be there.
class LogFile {
public:
    virtual ~LogFile() = default;
    /// \return how many bytes were read: fewer than asked for only at the end of the file.
    [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset,
                                                      std::span<std::byte> into) const = 0;
    /// Writes all of `bytes`.
    virtual Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
    /// What was written and how long the file is survive a crash of the machine.
    virtual Status sync() = 0;
    virtual Status truncate(std::uint64_t bytes) = 0;
};

/// The only way of a log to the disk: the files of one folder, by name. Tests hold one that breaks.
///
/// Thread-safe. Errors: resource_exhausted if the disk is full, permission_denied, not_found,
/// unavailable for everything else that a disk may say.
class LogFiles {
public:
    enum class Open {
        read_only = 1,
        read_write, ///< it must exist
        create,     ///< for reading and writing; emptied if it exists
    };
    struct Entry {
        std::string name;
        std::uint64_t bytes = 0;
    };

    virtual ~LogFiles() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<LogFile>> open(const std::string& name,
                                                                Open how) = 0;
    /// A file that is not there is no error. Open handles stay usable.
    virtual Status remove(const std::string& name) = 0;
    /// Replaces `to` if it exists.
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    /// What was created, removed and renamed survives a crash of the machine.
    virtual Status sync_folder() = 0;
    /// In no order.
    [[nodiscard]] virtual Result<std::vector<Entry>> list() const = 0;
    /// For messages.
    [[nodiscard]] virtual std::string path_of(std::string_view name) const = 0;
};

/// Whether a folder may be opened by somebody else at the same time.
enum class FolderUse { exclusive = 1, shared };

/// A real folder; made, for its owner alone (0700), if it is not there.
/// \return unavailable if it is open exclusively already, in this process or another.
[[nodiscard]] Result<std::unique_ptr<LogFiles>> open_folder(const std::filesystem::path& folder,
                                                            FolderUse use);

} // namespace vedette::events
