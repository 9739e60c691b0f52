#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "log/log_files.h"
#include "vedette/base/unique_fd.h"

namespace vedette::events {
namespace {

constexpr mode_t kOwnerOnlyFile = 0600;
constexpr const char* kLockName = "lock";

ErrorCode code_of(int error_number) {
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ErrorCode::resource_exhausted;
    case EACCES:
    case EPERM: return ErrorCode::permission_denied;
    case ENOENT: return ErrorCode::not_found;
    default: return ErrorCode::unavailable;
    }
}

/// \pre errno says what went wrong
Error failed(const char* doing, const std::string& path) {
    const int number = errno;
    return {code_of(number),
            std::string{doing} + " " + path + ": " + std::generic_category().message(number)};
}

Result<UniqueFd> open_descriptor(int folder, const std::string& name, int flags,
                                 const std::string& path) {
    const int fd = ::openat(folder, name.c_str(), flags | O_CLOEXEC, kOwnerOnlyFile);
    if (fd < 0)
        return failed("open", path);
    return UniqueFd{fd};
}

class PosixFile final : public LogFile {
public:
    PosixFile(UniqueFd fd, std::string path) : fd_{std::move(fd)}, path_{std::move(path)} {}

    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const override {
        std::size_t done = 0;
        while (done < into.size()) {
            const ssize_t some = ::pread(fd_.get(), into.data() + done, into.size() - done,
                                         static_cast<off_t>(offset + done));
            if (some == 0)
                break;
            if (some < 0 && errno != EINTR)
                return failed("read", path_);
            done += some < 0 ? 0 : static_cast<std::size_t>(some);
        }
        return done;
    }

    Status write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
        for (std::size_t done = 0; done < bytes.size();) {
            const ssize_t some = ::pwrite(fd_.get(), bytes.data() + done, bytes.size() - done,
                                          static_cast<off_t>(offset + done));
            if (some < 0 && errno != EINTR)
                return failed("write", path_);
            done += some < 0 ? 0 : static_cast<std::size_t>(some);
        }
        return {};
    }

    Status sync() override {
        // Never tried again: after a failure the kernel calls pages clean that it did not write.
        if (::fdatasync(fd_.get()) != 0)
            return failed("flush", path_);
        return {};
    }

    Status truncate(std::uint64_t bytes) override {
        if (::ftruncate(fd_.get(), static_cast<off_t>(bytes)) != 0)
            return failed("shorten", path_);
        return {};
    }

private:
    UniqueFd fd_;
    std::string path_;
};

class PosixFiles final : public LogFiles {
public:
    PosixFiles(std::string folder, UniqueFd handle, std::optional<UniqueFd> lock)
        : folder_{std::move(folder)}, handle_{std::move(handle)}, lock_{std::move(lock)} {}

    Result<std::unique_ptr<LogFile>> open(const std::string& name, Open how) override {
        VEDETTE_TRY(UniqueFd fd, open_descriptor(handle_.get(), name, flags(how), path_of(name)));
        return std::make_unique<PosixFile>(std::move(fd), path_of(name));
    }
    Status remove(const std::string& name) override {
        if (::unlinkat(handle_.get(), name.c_str(), 0) != 0 && errno != ENOENT)
            return failed("remove", path_of(name));
        return {};
    }
    Status rename(const std::string& from, const std::string& to) override {
        if (::renameat(handle_.get(), from.c_str(), handle_.get(), to.c_str()) != 0)
            return failed("rename", path_of(from));
        return {};
    }
    Status sync_folder() override {
        if (::fsync(handle_.get()) != 0)
            return failed("flush", folder_);
        return {};
    }
    [[nodiscard]] Result<std::vector<Entry>> list() const override {
        std::vector<Entry> entries;
        std::error_code problem;
        for (std::filesystem::directory_iterator at{folder_, problem}, end; !problem && at != end;
             at.increment(problem)) {
            std::error_code gone; // a file may vanish while we look
            if (at->is_regular_file(gone) && !gone)
                entries.push_back({at->path().filename().string(), at->file_size(gone)});
        }
        if (problem)
            return Error{code_of(problem.value()), "list " + folder_ + ": " + problem.message()};
        return entries;
    }
    [[nodiscard]] std::string path_of(std::string_view name) const override {
        return folder_ + "/" + std::string{name};
    }

private:
    static int flags(Open how) {
        switch (how) { // no default: a new way must be decided here
        case Open::read_only: return O_RDONLY;
        case Open::read_write: return O_RDWR;
        case Open::create: return O_RDWR | O_CREAT | O_TRUNC;
        }
        return O_RDONLY;
    }

    const std::string folder_;
    UniqueFd handle_;
    std::optional<UniqueFd> lock_; // gone with the last handle, so also when the process dies
};

/// The folder and those above it that are missing; each is durable in the one that holds it.
Status make_folder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), S_IRWXU) == 0) {
        const std::string above = folder.has_parent_path() ? folder.parent_path() : ".";
        VEDETTE_TRY(const UniqueFd parent,
                    open_descriptor(AT_FDCWD, above, O_RDONLY | O_DIRECTORY, above));
        return ::fsync(parent.get()) == 0 ? Status{} : failed("flush", above);
    }
    if (errno == EEXIST)
        return {};
    if (errno != ENOENT || !folder.has_parent_path() || folder.parent_path() == folder)
        return failed("make the folder", folder);
    VEDETTE_CHECK_OK(make_folder(folder.parent_path()));
    return make_folder(folder);
}

std::string without_last_slash(const std::filesystem::path& folder) {
    std::string clean = folder.lexically_normal();
    while (clean.size() > 1 && clean.back() == '/')
        clean.pop_back();
    return clean.empty() ? "." : clean;
}

/// What the holder of the lock wrote into it: its process number.
std::string holder(const UniqueFd& lock) {
    std::array<char, 16> text{};
    const ssize_t bytes = ::pread(lock.get(), text.data(), text.size(), 0);
    return bytes > 0
               ? " (process " + std::string(text.data(), static_cast<std::size_t>(bytes)) + ")"
               : "";
}

Result<UniqueFd> take_lock(const UniqueFd& folder, const std::string& path) {
    const std::string lock_path = path + "/" + kLockName;
    VEDETTE_TRY(UniqueFd lock,
                open_descriptor(folder.get(), kLockName, O_RDWR | O_CREAT, lock_path));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return failed("lock", lock_path);
        return Error{ErrorCode::unavailable,
                     path + " is in use by another Vedette" + holder(lock) +
                         ": end that one, or name a folder of its own for each"};
    }
    const std::string pid = std::to_string(::getpid());
    // Only for that message: on a full disk the log still opens.
    if (::ftruncate(lock.get(), 0) == 0)
        static_cast<void>(::pwrite(lock.get(), pid.data(), pid.size(), 0) == 0);
    return lock;
}

} // namespace

Result<std::unique_ptr<LogFiles>> open_folder(const std::filesystem::path& folder, FolderUse use) {
    const std::string clean = without_last_slash(folder);
    VEDETTE_CHECK_OK(make_folder(clean));
    VEDETTE_TRY(UniqueFd handle, open_descriptor(AT_FDCWD, clean, O_RDONLY | O_DIRECTORY, clean));
    std::optional<UniqueFd> lock;
    if (use == FolderUse::exclusive) {
        VEDETTE_TRY(UniqueFd taken, take_lock(handle, clean));
        lock.emplace(std::move(taken));
    }
    return std::make_unique<PosixFiles>(clean, std::move(handle), std::move(lock));
}

} // namespace vedette::events
