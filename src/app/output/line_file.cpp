#include "app/output/line_file.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vedette::app {
namespace {

struct Explanation {
    ErrorCode code;
    const char* advice;
};

Explanation explain(int error_number) {
    switch (error_number) {
    case ENOSPC:
    case EFBIG:
    case EDQUOT: return {ErrorCode::resource_exhausted, "free some space or write elsewhere"};
    case EACCES:
    case EPERM: return {ErrorCode::permission_denied, "check the rights of the folder"};
    case EROFS: return {ErrorCode::permission_denied, "the disk is read-only; write elsewhere"};
    case ENOENT: return {ErrorCode::not_found, "make the folder first"};
    case ENOTDIR:
    case EEXIST: return {ErrorCode::already_exists, "something else has that name; choose another"};
    case EISDIR: return {ErrorCode::invalid_argument, "name a file, not a folder"};
    default: return {ErrorCode::unavailable, "check the disk"};
    }
}

/// \return 0, or the errno that stopped it; `written` says how far it came.
int write_all(int descriptor, std::string_view text, std::size_t& written) {
    while (written < text.size()) {
        const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        written += static_cast<std::size_t>(count);
    }
    return 0;
}

} // namespace

Error file_error(int error_number, std::string_view doing, const std::filesystem::path& path) {
    const auto [code, advice] = explain(error_number);
    return {code, std::string{doing} + " " + path.string() + ": " +
                      std::generic_category().message(error_number) + "; " + advice};
}

Result<LineFile> LineFile::create(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return file_error(errno, "can't write", path);
    return LineFile{descriptor, path};
}

LineFile::LineFile(int descriptor, std::filesystem::path path)
    : descriptor_{descriptor}, path_{std::move(path)} {}

LineFile::LineFile(LineFile&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, path_{std::move(other.path_)},
      size_bytes_{other.size_bytes_}, lines_{other.lines_} {}

LineFile::~LineFile() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

Status LineFile::append(std::string_view line) {
    std::string whole{line};
    whole += '\n';
    std::size_t written = 0;
    if (const int failed = write_all(descriptor_, whole, written); failed != 0) {
        // Take back what got through of this line; a pipe can't, and its reader sees the end
        // anyway.
        if (written > 0 && ::ftruncate(descriptor_, static_cast<off_t>(size_bytes_)) == 0)
            ::lseek(descriptor_, static_cast<off_t>(size_bytes_), SEEK_SET);
        return file_error(failed, "can't write", path_);
    }
    size_bytes_ += whole.size();
    ++lines_;
    return {};
}

Status LineFile::sync() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL &&
        errno != EROFS) // EINVAL: a pipe or a device
        return file_error(errno, "can't write", path_);
    return {};
}

Status check_writable(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return file_error(errno, "can't write", path);
    ::close(descriptor);
    return {};
}

Status write_text(const std::filesystem::path& path, std::string_view text) {
    VEDETTE_TRY(auto file, LineFile::create(path));
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    VEDETTE_CHECK_OK(file.append(text));
    return file.sync();
}

} // namespace vedette::app
