#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/result.h"

namespace vedette::recording {

/// A file that is being written. Thread-compatible. What was appended is not durable before sync();
/// after an error any part of it may be there.
class RecordingFile {
public:
    virtual ~RecordingFile() = default;
    virtual Status append(std::span<const std::byte> bytes) = 0;
    virtual Status sync() = 0;
};

/// The only way of a recorder to the disk: files below one folder, by names with '/' between. Tests
/// hold one that breaks.
///
/// Thread-safe. Errors: resource_exhausted if the disk is full, permission_denied, not_found,
/// unavailable for everything else that a disk may say; each names the file.
class RecordingFiles {
public:
    struct Entry {
        std::string name;
        std::uint64_t bytes = 0; ///< on the disk; can be more than there are to read
    };
    struct Space {
        std::uint64_t free_bytes = 0; ///< for us
        std::uint64_t total_bytes = 0;
    };

    virtual ~RecordingFiles() = default;
    /// Makes it, and the folders above it, for their owner alone. \return already_exists
    [[nodiscard]] virtual Result<std::unique_ptr<RecordingFile>>
    create(const std::string& name) = 0;
    /// That the file is there, with all folders above it, survives a crash of the machine.
    virtual Status sync_name(const std::string& name) = 0;
    /// \return fewer bytes than asked for only at the end of the file.
    [[nodiscard]] virtual Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                                      std::span<std::byte> into) const = 0;
    /// How many bytes can be read, from the front, of a file whose writing may have been cut off.
    [[nodiscard]] virtual Result<std::uint64_t> readable_bytes(const std::string& name) const = 0;
    /// Shortens it, durably. \pre an append() ended there
    virtual Status truncate(const std::string& name, std::uint64_t bytes) = 0;
    /// Durable; folders that it leaves empty go, too. One that is not there is no error.
    virtual Status remove(const std::string& name) = 0;
    /// All files in this folder and below it, in order of names; none if there is no such folder.
    [[nodiscard]] virtual Result<std::vector<Entry>>
    list_below(const std::string& folder) const = 0;
    [[nodiscard]] Result<std::vector<Entry>> list() const { return list_below({}); }
    [[nodiscard]] virtual Result<Space> space() const = 0;
    /// The next read of that file asks the disk itself, as far as the system lets us choose.
    virtual void forget_cached(const std::string& /*name*/) const {}
};

/// A real folder; made, for its owner alone, if it is not there.
[[nodiscard]] Result<std::unique_ptr<RecordingFiles>>
open_recording_folder(const std::filesystem::path& folder);
/// One that is never made, and takes new files only while it holds the file `marker`: see
/// kTierMarker.
[[nodiscard]] std::unique_ptr<RecordingFiles>
open_marked_folder(const std::filesystem::path& folder, std::string marker);

} // namespace vedette::recording
