#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "vedette/base/result.h"

namespace vedette::app {

/// A text file that holds whole lines at every moment: a line that did not fit on the disk is taken
/// back.
///
/// Thread-compatible.
class LineFile {
public:
    /// Makes the file, or empties it. \return permission_denied, not_found (no such folder),
    /// resource_exhausted or
    ///   unavailable, with the path and what to do.
    static Result<LineFile> create(const std::filesystem::path& path);
    LineFile(LineFile&& other) noexcept;
    LineFile& operator=(LineFile&&) = delete;
    ~LineFile();

    /// Appends `line` and a line end in one go. \return resource_exhausted when the disk is full.
    Status append(std::string_view line);
    /// Makes sure that all of it is on the disk.
    Status sync();
    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

private:
    LineFile(int descriptor, std::filesystem::path path);

    int descriptor_;
    std::filesystem::path path_;
    std::uint64_t size_bytes_ = 0;
    std::uint64_t lines_ = 0;
};

/// Whether write_text() will be able to, as far as can be told before: makes the file if it is not
/// there, and leaves one that is. \return as LineFile.
Status check_writable(const std::filesystem::path& path);

/// Writes a whole file. \return as LineFile.
Status write_text(const std::filesystem::path& path, std::string_view text);

/// The error for a failed system call on a file: code from errno, message with path, reason and
/// advice.
[[nodiscard]] Error file_error(int error_number, std::string_view doing,
                               const std::filesystem::path& path);

} // namespace vedette::app
