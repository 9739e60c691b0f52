#include "vedette/storage/folder_store.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "files.h"
#include "folder/folder_tree.h"

namespace vedette::storage {
namespace {

/// Another thread may remove a folder that just became empty, between our making and using it.
constexpr int kMostTries = 8;

Status write_all(int fd, std::span<const std::byte> bytes, const std::string& doing) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return file_error(errno, doing);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0 ? Status{} : file_error(errno, doing);
}

Result<std::vector<std::byte>> read_all(int fd, const std::string& doing) {
    struct stat info {};
    if (::fstat(fd, &info) != 0)
        return file_error(errno, doing);
    if (!S_ISREG(info.st_mode))
        return Error{ErrorCode::not_found, doing + ": it is a folder"};
    std::vector<std::byte> bytes(static_cast<std::size_t>(info.st_size));
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::read(fd, bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_error(errno, doing);
        if (got == 0)
            return Error{ErrorCode::data_loss, doing + ": the file was cut while it was read"};
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

Status write_new_file(int folder, const std::string& name, std::span<const std::byte> bytes,
                      const std::string& doing) {
    const UniqueFd file{
        ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file.is_open())
        return file_error(errno, doing);
    return write_all(file.get(), bytes, doing);
}

WallTime to_wall_time(const timespec& time) {
    return WallTime{std::chrono::seconds{time.tv_sec}} +
           std::chrono::microseconds{time.tv_nsec / 1000};
}

/// Of what stands under that name; 0 if nothing does.
std::uint64_t size_of(int folder, const std::string& name) {
    struct stat info {};
    return ::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode)
               ? static_cast<std::uint64_t>(info.st_size)
               : 0;
}

/// No other process, before or after, has the same: not even one with the same number.
std::string new_part_prefix() {
    std::random_device chance;
    return kUnfinished + std::to_string(chance()) + "-" + std::to_string(chance()) + ".";
}

/// What a walk through everything found.
struct Found {
    std::uint64_t bytes = 0;
    std::vector<std::string> unwanted;
    Status status;
};

} // namespace

bool FolderStore::Stock::counts(std::string_view key) const {
    return complete || fresh.contains(key);
}

bool FolderStore::Stock::expect(std::string_view key) {
    const bool counted = counts(key);
    if (!complete)
        fresh.emplace(key);
    return counted;
}

void FolderStore::Stock::replace(std::uint64_t before, std::uint64_t now) {
    bytes = bytes - std::min(before, bytes) + now;
}

Result<std::unique_ptr<FolderStore>> FolderStore::open(const std::filesystem::path& folder) {
    VEDETTE_CHECK_OK(make_private_folder(folder));
    if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0)
        return file_error(errno, "use the folder " + folder.string());
    return std::unique_ptr<FolderStore>{new FolderStore{folder, new_part_prefix()}};
}

bool FolderStore::is_fresh(const std::string& key) const {
    return stock_.with([&](const Stock& stock) { return stock.fresh.contains(key); });
}

Result<std::uint64_t>
FolderStore::take_stock(const std::function<Result<bool>(const std::string&)>& keep,
                        const std::stop_token& stop) {
    Found found;
    VEDETTE_CHECK_OK(walk_files(folder_, "", [&](const TreeFile& file) {
        if (stop.stop_requested())
            found.status = Error{ErrorCode::cancelled, "stopped"};
        else if (*file.name == kUnfinished &&
                 !std::string_view{file.name}.starts_with(part_prefix_))
            ::unlinkat(file.folder, file.name,
                       0); // what can't be removed is left for the next time
        else if (ports::check_key(file.path) && !is_fresh(file.path)) {
            const auto wanted = keep(file.path);
            if (!wanted)
                found.status = wanted.error();
            else if (*wanted)
                found.bytes += static_cast<std::uint64_t>(file.info.st_size);
            else
                found.unwanted.push_back(file.path);
        }
        return found.status.has_value();
    }));
    VEDETTE_CHECK_OK(std::move(found.status));
    for (const std::string& key : found.unwanted)
        VEDETTE_CHECK_OK(remove(key));
    stock_.with([&](Stock& stock) {
        stock.bytes += found.bytes;
        stock.complete = true;
        stock.fresh.clear();
    });
    return found.unwanted.size();
}

std::optional<std::uint64_t> FolderStore::bytes() const {
    return stock_.with([](const Stock& stock) {
        return stock.complete ? std::optional{stock.bytes} : std::nullopt;
    });
}

Status FolderStore::put(std::string_view key, std::span<const std::byte> bytes) {
    VEDETTE_CHECK_OK(ports::check_key(key));
    for (int tries = 1;; ++tries) {
        Status done = put_once(key, bytes);
        if (done || done.error().code() != ErrorCode::not_found)
            return done;
        if (tries == kMostTries)
            return Error{ErrorCode::unavailable, done.error().message()};
    }
}

Status FolderStore::put_once(std::string_view key, std::span<const std::byte> bytes) {
    const std::string doing = "write " + (folder_ / key).string();
    VEDETTE_TRY(const UniqueFd folder, open_parent(folder_, key, Missing::make));
    const std::string part =
        part_prefix_ + std::to_string(parts_.fetch_add(1, std::memory_order_relaxed));
    Status done = write_new_file(folder.get(), part, bytes, doing);
    const std::uint64_t before = size_of(folder.get(), last_part(key));
    const bool counted = stock_.with([&](Stock& stock) { return stock.expect(key); });
    if (done && ::renameat(folder.get(), part.c_str(), folder.get(), last_part(key).c_str()) != 0)
        done = file_error(errno, doing);
    if (!done) {
        ::unlinkat(folder.get(), part.c_str(), 0);
        return done;
    }
    stock_.with([&](Stock& stock) { stock.replace(counted ? before : 0, bytes.size()); });
    return ::fsync(folder.get()) == 0 ? Status{} : file_error(errno, doing);
}

Result<std::vector<std::byte>> FolderStore::get(std::string_view key) const {
    VEDETTE_CHECK_OK(ports::check_key(key));
    const std::string doing = "read " + (folder_ / key).string();
    auto folder = open_parent(folder_, key, Missing::refuse);
    if (!folder && folder.error().code() == ErrorCode::invalid_argument)
        return Error{ErrorCode::not_found, folder.error().message()}; // below a file lies nothing
    if (!folder)
        return std::move(folder).error().with_context(doing);
    const UniqueFd file{::openat(folder->get(), last_part(key).c_str(),
                                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (!file.is_open())
        return file_error(errno, doing);
    return read_all(file.get(), doing);
}

Status FolderStore::remove(std::string_view key) {
    VEDETTE_CHECK_OK(ports::check_key(key));
    bool file = true;
    for (std::string_view path = key; !path.empty();) {
        const auto folder = open_parent(folder_, path, Missing::refuse);
        if (!folder)
            return folder.error().code() == ErrorCode::not_found ||
                           folder.error().code() == ErrorCode::invalid_argument
                       ? Status{}
                       : folder.error();
        const std::uint64_t before = file ? size_of(folder->get(), last_part(path)) : 0;
        if (::unlinkat(folder->get(), last_part(path).c_str(), file ? 0 : AT_REMOVEDIR) != 0) {
            // A folder with something else in it stays, and so does one under the key of a file.
            const bool nothing_to_do = !file || errno == ENOENT || errno == EISDIR;
            return nothing_to_do ? Status{}
                                 : file_error(errno, "remove " + (folder_ / key).string());
        }
        stock_.with([&](Stock& stock) { stock.replace(stock.counts(key) ? before : 0, 0); });
        if (::fsync(folder->get()) != 0)
            return file_error(errno, "remove " + (folder_ / key).string());
        file = false;
        const std::size_t slash = path.rfind('/');
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
    }
    return {};
}

Status FolderStore::for_each(std::string_view prefix,
                             const std::function<bool(const ports::ObjectInfo&)>& visit) const {
    return walk_files(folder_, prefix, [&](const TreeFile& file) {
        if (!file.path.starts_with(prefix) || !ports::check_key(file.path))
            return true;
        return visit({file.path, static_cast<std::uint64_t>(file.info.st_size),
                      to_wall_time(file.info.st_mtim)});
    });
}

} // namespace vedette::storage
