#include "app/data/bounded_file.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include "app/data/files.h"
#include "app/output/line_file.h"

namespace vedette::app {
namespace {

Status write_and_sync(int to, std::string_view bytes, const std::filesystem::path& file) {
    while (!bytes.empty()) {
        const auto written = ::write(to, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return file_error(errno, "can't write", file);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(to) == 0 ? Status{} : Status{file_error(errno, "can't write", file)};
}

/// Writes FILE.part and lets `put` make FILE of it. \return errors of both; then it is gone.
template <class Put>
Status write_then(const std::filesystem::path& file, std::string_view bytes, const Put& put) {
    const std::filesystem::path part = file.string() + ".part";
    std::error_code ignored;
    std::filesystem::remove(part, ignored); // of a run that did not come to its end
    const int opened =
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0)
        return file_error(errno, "can't write", file);
    Status written = write_and_sync(opened, bytes, file);
    if (::close(opened) != 0 && written)
        written = file_error(errno, "can't write", file);
    if (written)
        written = put(part);
    if (!written)
        std::filesystem::remove(part, ignored);
    return written;
}

} // namespace

Result<std::string> read_bounded(const std::filesystem::path& file, std::size_t max_bytes) {
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (status.type() == std::filesystem::file_type::not_found)
        return Error{ErrorCode::not_found, file.string() + " is not there"};
    if (failed)
        return file_error(failed.value(), "can't read", file);
    if (!std::filesystem::is_regular_file(status)) // opening a pipe would wait for ever
        return Error{ErrorCode::invalid_argument, file.string() + " is not a regular file"};
    std::ifstream stream{file, std::ios::binary};
    if (!stream)
        return file_error(errno, "can't read", file);
    const auto size = std::filesystem::file_size(file, failed);
    if (failed)
        return file_error(failed.value(), "can't read", file);
    if (size > max_bytes)
        return Error{ErrorCode::resource_exhausted,
                     file.string() + " is larger than " + std::to_string(max_bytes) + " bytes"};
    std::string bytes(size, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(size));
    if (static_cast<std::size_t>(stream.gcount()) != size || stream.bad())
        return Error{ErrorCode::data_loss, file.string() + " can't be read to its end"};
    return bytes;
}

Status write_new_file(const std::filesystem::path& file, std::string_view bytes) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored)))
        return Error{ErrorCode::already_exists,
                     file.string() + " is there already: name another file"};
    return write_then(file, bytes,
                      [&](const std::filesystem::path& part) { return move_to(part, file); });
}

Status replace_file(const std::filesystem::path& file, std::string_view bytes) {
    return write_then(file, bytes, [&](const std::filesystem::path& part) -> Status {
        std::error_code failed;
        std::filesystem::rename(part, file, failed);
        if (failed)
            return file_error(failed.value(), "can't write", file);
        return sync_disk_of(file.parent_path());
    });
}

} // namespace vedette::app
