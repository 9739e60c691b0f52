#include "app/data/files.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "app/output/line_file.h"

namespace vedette::app {
namespace {

/// Closed with its owner.
class OpenFile {
public:
    explicit OpenFile(int descriptor) : descriptor_{descriptor} {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

private:
    int descriptor_;
};

Status write_all(int to, const char* bytes, std::size_t count, const std::filesystem::path& path) {
    while (count > 0) {
        const ssize_t written = ::write(to, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return file_error(errno, "can't write", path);
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
    return {};
}

Status copy_bytes(int from, int to, const std::filesystem::path& source,
                  const std::filesystem::path& target) {
    std::array<char, 64 << 10> buffer{};
    for (;;) {
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        if (got == 0)
            return {};
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_error(errno, "can't read", source);
        VEDETTE_CHECK_OK(write_all(to, buffer.data(), static_cast<std::size_t>(got), target));
    }
}

} // namespace

Status copy_private_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    const OpenFile source{::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!source.is_open())
        return errno == ENOENT ? Error{ErrorCode::not_found, from.string() + " is not there"}
                               : file_error(errno, "can't read", from);
    VEDETTE_CHECK_OK(make_folder(to.parent_path()));
    const OpenFile target{
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!target.is_open())
        return file_error(errno, "can't write", to);
    return copy_bytes(source.get(), target.get(), from, to);
}

Status sync_disk_of(const std::filesystem::path& folder) {
    const OpenFile opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open() || ::syncfs(opened.get()) != 0)
        return file_error(errno, "can't write", folder);
    return {};
}

Status make_folder(const std::filesystem::path& folder) {
    std::error_code ignored; // making it tells
    if (folder.empty() || std::filesystem::is_directory(folder, ignored))
        return {};
    VEDETTE_CHECK_OK(make_folder(folder.parent_path()));
    if (::mkdir(folder.c_str(), 0700) != 0)
        return file_error(errno, "can't make the folder", folder);
    return {};
}

Status move_to(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return {};
    struct stat info {};
    // Some file systems do not know how to refuse.
    if (errno == EINVAL && ::lstat(to.c_str(), &info) != 0 &&
        ::rename(from.c_str(), to.c_str()) == 0)
        return {};
    return file_error(errno, "can't move " + from.string() + " to", to);
}

Status for_each_file(const std::filesystem::path& folder,
                     const std::function<Status(const std::string& path)>& visit) {
    std::error_code failed;
    std::filesystem::recursive_directory_iterator at{folder, failed};
    if (failed)
        return failed.value() == ENOENT ? Status{}
                                        : file_error(failed.value(), "can't read", folder);
    for (const std::filesystem::recursive_directory_iterator end; at != end;) {
        std::error_code gone;
        if (std::filesystem::is_regular_file(at->symlink_status(gone)) && !gone)
            VEDETTE_CHECK_OK(visit(at->path().lexically_relative(folder).string()));
        at.increment(failed);
        if (failed)
            return file_error(failed.value(), "can't read", folder);
    }
    return {};
}

} // namespace vedette::app
