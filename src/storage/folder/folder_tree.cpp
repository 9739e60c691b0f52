#include "folder/folder_tree.h"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>

#include "files.h"

namespace vedette::storage {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
constexpr std::size_t kLongestPath_bytes = 512; // a longer one is no key

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// What O_DIRECTORY | O_NOFOLLOW says of a link is ENOTDIR; tell it from a file.
int reason_at(int folder, const char* name, int system_error) {
    struct stat info {};
    const bool is_link = system_error == ENOTDIR &&
                         ::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
                         S_ISLNK(info.st_mode);
    return is_link ? ELOOP : system_error;
}

/// Whether something below `path` can begin with `prefix`.
bool may_hold(std::string_view path, std::string_view prefix) {
    const std::size_t shared = std::min(path.size(), prefix.size());
    return path.substr(0, shared) == prefix.substr(0, shared);
}

class Walk {
public:
    Walk(std::string_view prefix, const std::function<bool(const TreeFile&)>& visit)
        : prefix_{prefix}, visit_{visit} {}

    /// \return whether to go on
    Result<bool> folder(UniqueFd opened, const std::string& path) {
        const Folder entries{::fdopendir(opened.get())};
        if (!entries)
            return file_error(errno, "read the folder " + path);
        const int fd = opened.release(); // the DIR owns it now
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(entries.get());
            if (entry == nullptr && errno != 0)
                return file_error(errno, "read the folder " + path);
            if (entry == nullptr)
                return true;
            const char* name = static_cast<const char*>(entry->d_name);
            if (std::string_view{name} == "." || std::string_view{name} == "..")
                continue;
            VEDETTE_TRY(const bool more, one(fd, name, path));
            if (!more)
                return false;
        }
    }

private:
    Result<bool> one(int fd, const char* name, const std::string& above) {
        std::string path = above.empty() ? name : above + "/" + name;
        struct stat info {};
        if (path.size() > kLongestPath_bytes ||
            ::fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            return true; // gone meanwhile, or none of ours
        if (S_ISREG(info.st_mode))
            return visit_({fd, name, std::move(path), info});
        if (!S_ISDIR(info.st_mode) || !may_hold(path + "/", prefix_))
            return true;
        UniqueFd below{::openat(fd, name, kFolder)};
        if (!below.is_open())
            return errno == ENOENT ? Result<bool>{true}
                                   : file_error(errno, "open the folder " + path);
        return folder(std::move(below), path);
    }

    std::string_view prefix_;
    const std::function<bool(const TreeFile&)>& visit_;
};

Result<UniqueFd> open_root(const std::filesystem::path& root) {
    UniqueFd opened{::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened.is_open())
        return file_error(errno, "open the folder " + root.string());
    return opened;
}

/// Makes the folder and lets the one above remember it for good.
Status make_below(int folder, const std::string& name) {
    if (::mkdirat(folder, name.c_str(), 0700) == 0)
        return ::fsync(folder) == 0 ? Status{} : file_error(errno, "sync the folder of " + name);
    if (errno == EEXIST)
        return {};
    return file_error(errno, "make the folder " + name);
}

} // namespace

std::string last_part(std::string_view key) { return std::string{key.substr(key.rfind('/') + 1)}; }

Result<UniqueFd> open_parent(const std::filesystem::path& root, std::string_view key,
                             Missing missing) {
    VEDETTE_TRY(UniqueFd folder, open_root(root));
    for (std::size_t slash = key.find('/'); slash != std::string_view::npos;
         slash = key.find('/')) {
        const std::string name{key.substr(0, slash)};
        key.remove_prefix(slash + 1);
        if (missing == Missing::make)
            VEDETTE_CHECK_OK(make_below(folder.get(), name));
        UniqueFd below{::openat(folder.get(), name.c_str(), kFolder)};
        if (!below.is_open())
            return file_error(reason_at(folder.get(), name.c_str(), errno),
                              "open the folder " + name);
        folder = std::move(below);
    }
    return folder;
}

Status walk_files(const std::filesystem::path& root, std::string_view prefix,
                  const std::function<bool(const TreeFile&)>& visit) {
    VEDETTE_TRY(UniqueFd folder, open_root(root));
    VEDETTE_TRY([[maybe_unused]] const bool whole,
                (Walk{prefix, visit}.folder(std::move(folder), "")));
    return {};
}

} // namespace vedette::storage
