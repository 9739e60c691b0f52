#include "vedette/base/files.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>

#include "vedette/base/unique_fd.h"

namespace vedette {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
}

ErrorCode code_of(int system_error) {
    switch (system_error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return ErrorCode::resource_exhausted;
    case ENOENT: return ErrorCode::not_found;
    case EEXIST: return ErrorCode::already_exists;
    case ENOTDIR:
    case EISDIR:
    case ENAMETOOLONG: return ErrorCode::invalid_argument;
    case ELOOP: return ErrorCode::permission_denied;
    default: return ErrorCode::unavailable;
    }
}

} // namespace

Error file_error(int system_error, std::string_view doing, CodeLine where) {
    std::string message{doing};
    message += ": " + std::system_category().message(system_error);
    if (code_of(system_error) == ErrorCode::resource_exhausted)
        message += ": free some space there";
    if (system_error == ELOOP)
        message += ": links are not followed";
    return Error{code_of(system_error), std::move(message), where};
}

Status make_private_folder(const std::filesystem::path& folder) {
    if (folder.empty())
        return {};
    std::error_code failed;
    if (std::filesystem::is_directory(folder, failed))
        return {};
    VEDETTE_CHECK_OK(make_private_folder(folder.parent_path()));
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return file_error(errno, "make the folder " + folder.string());
    return {};
}

Status make_private_file(const std::filesystem::path& file) {
    const UniqueFd made{::open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600)};
    if (!made.is_open())
        return file_error(errno, "make " + file.string());
    return {};
}

Status sync_folder(const std::filesystem::path& folder) {
    const UniqueFd opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open() || ::fsync(opened.get()) != 0)
        return file_error(errno, "sync the folder " + folder.string());
    return {};
}

Status move_into_place(const std::filesystem::path& from, const std::filesystem::path& to) {
    const UniqueFd opened{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!opened.is_open() || ::fsync(opened.get()) != 0)
        return file_error(errno, "sync " + from.string());
    if (::rename(from.c_str(), to.c_str()) != 0)
        return file_error(errno, "rename " + from.string() + " to " + to.string());
    return sync_folder(folder_of(to));
}

} // namespace vedette
