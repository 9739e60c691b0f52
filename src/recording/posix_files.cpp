#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "vedette/base/files.h"
#include "vedette/base/unique_fd.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnlyFile = 0600;

Result<UniqueFd> open_file(const fs::path& path, int flags) {
    UniqueFd file{::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kOwnerOnlyFile)};
    if (!file.is_open())
        return file_error(errno, "open " + path.string());
    return file;
}

class PosixFile final : public RecordingFile {
public:
    PosixFile(UniqueFd fd, fs::path path) : fd_{std::move(fd)}, path_{std::move(path)} {}

    Status append(std::span<const std::byte> bytes) override {
        for (std::size_t done = 0; done < bytes.size();) {
            const ssize_t some = ::write(fd_.get(), bytes.data() + done, bytes.size() - done);
            if (some < 0 && errno != EINTR)
                return file_error(errno, "write " + path_.string());
            done += some < 0 ? 0 : static_cast<std::size_t>(some);
        }
        return {};
    }
    Status sync() override {
        // Never tried again: after a failure the kernel calls pages clean that it did not write.
        if (::fdatasync(fd_.get()) != 0)
            return file_error(errno, "flush " + path_.string());
        return {};
    }

private:
    UniqueFd fd_;
    fs::path path_;
};

class PosixFiles final : public RecordingFiles {
public:
    explicit PosixFiles(fs::path folder, std::string marker = {})
        : folder_{std::move(folder)}, marker_{std::move(marker)} {}

    Result<std::unique_ptr<RecordingFile>> create(const std::string& name) override {
        const fs::path path = path_of(name);
        VEDETTE_CHECK_OK(must_be_marked());
        VEDETTE_CHECK_OK(make_private_folder(path.parent_path()));
        VEDETTE_TRY(UniqueFd fd, open_file(path, O_WRONLY | O_CREAT | O_EXCL));
        return std::make_unique<PosixFile>(std::move(fd), path);
    }

    Status sync_name(const std::string& name) override {
        for (fs::path at = path_of(name).parent_path();; at = at.parent_path()) {
            VEDETTE_CHECK_OK(sync_folder(at));
            if (at == folder_ || !at.has_relative_path())
                return {};
        }
    }

    Result<std::size_t> read_at(const std::string& name, std::uint64_t offset,
                                std::span<std::byte> into) const override {
        VEDETTE_TRY(const UniqueFd fd, open_file(path_of(name), O_RDONLY));
        std::size_t done = 0;
        while (done < into.size()) {
            const ssize_t some = ::pread(fd.get(), into.data() + done, into.size() - done,
                                         static_cast<off_t>(offset + done));
            if (some == 0)
                break;
            if (some < 0 && errno != EINTR)
                return file_error(errno, "read " + path_of(name).string());
            done += some < 0 ? 0 : static_cast<std::size_t>(some);
        }
        return done;
    }

    [[nodiscard]] Result<std::uint64_t> readable_bytes(const std::string& name) const override {
        VEDETTE_TRY(const UniqueFd fd, open_file(path_of(name), O_RDONLY));
        struct stat found {};
        if (::fstat(fd.get(), &found) != 0)
            return file_error(errno, "look at " + path_of(name).string());
        return static_cast<std::uint64_t>(found.st_size);
    }

    Status truncate(const std::string& name, std::uint64_t bytes) override {
        VEDETTE_TRY(const UniqueFd fd, open_file(path_of(name), O_WRONLY));
        if (::ftruncate(fd.get(), static_cast<off_t>(bytes)) != 0 || ::fsync(fd.get()) != 0)
            return file_error(errno, "shorten " + path_of(name).string());
        return {};
    }

    Status remove(const std::string& name) override {
        const fs::path path = path_of(name);
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            return file_error(errno, "remove " + path.string());
        fs::path above = path.parent_path();
        while (above != folder_ && ::rmdir(above.c_str()) == 0)
            above = above.parent_path();
        std::error_code gone;
        return fs::exists(above, gone) ? sync_folder(above) : Status{};
    }

    [[nodiscard]] Result<std::vector<Entry>> list_below(const std::string& folder) const override {
        std::vector<Entry> out;
        std::error_code problem;
        const fs::path below = folder.empty() ? folder_ : folder_ / folder;
        for (fs::recursive_directory_iterator at{below, problem}, end; !problem && at != end;
             at.increment(problem)) {
            std::error_code gone; // a file may vanish while we look
            if (at.depth() == 0 && is_foreign(at->path().filename().string()))
                at.disable_recursion_pending();
            else if (at->is_regular_file(gone) && !gone)
                out.push_back(
                    {at->path().lexically_relative(folder_).generic_string(), at->file_size(gone)});
        }
        if (problem == std::errc::no_such_file_or_directory && below != folder_)
            return out;
        if (problem)
            return file_error(problem.value(), "list " + below.string());
        std::sort(out.begin(), out.end(),
                  [](const Entry& a, const Entry& b) { return a.name < b.name; });
        return out;
    }

    [[nodiscard]] Result<Space> space() const override {
        struct statvfs found {};
        if (::statvfs(folder_.c_str(), &found) != 0)
            return file_error(errno, "ask for the free space of " + folder_.string());
        return Space{std::uint64_t{found.f_bavail} * found.f_frsize,
                     std::uint64_t{found.f_blocks} * found.f_frsize};
    }

    void forget_cached(const std::string& name) const override {
        if (const auto fd = open_file(path_of(name), O_RDONLY); fd)
            (void)::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_DONTNEED); // it may not know how
    }

private:
    [[nodiscard]] fs::path path_of(const std::string& name) const { return folder_ / name; }
    /// A marker, or what a file system keeps for itself.
    [[nodiscard]] bool is_foreign(const std::string& name) const {
        return !marker_.empty() && (name.starts_with(marker_) || name == "lost+found");
    }
    [[nodiscard]] Status must_be_marked() const {
        std::error_code unknown;
        if (marker_.empty() || fs::is_regular_file(folder_ / marker_, unknown))
            return {};
        return Error{ErrorCode::unavailable,
                     folder_.string() + " is not what it was: " + marker_ + " is not in it"};
    }

    const fs::path folder_;
    const std::string marker_; ///< empty: none is needed
};

fs::path clean(const fs::path& folder) {
    fs::path path = fs::absolute(folder).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

} // namespace

Result<std::unique_ptr<RecordingFiles>> open_recording_folder(const fs::path& folder) {
    const fs::path path = clean(folder);
    VEDETTE_CHECK_OK(make_private_folder(path));
    return std::make_unique<PosixFiles>(path);
}

std::unique_ptr<RecordingFiles> open_marked_folder(const fs::path& folder, std::string marker) {
    return std::make_unique<PosixFiles>(clean(folder), std::move(marker));
}

} // namespace vedette::recording
