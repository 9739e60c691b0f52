#include "app/data/data_folder.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vedette::app {
namespace {

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored; // then it cannot be used either
    return std::filesystem::exists(path, ignored);
}

/// Whether somebody holds the lock in this file.
bool is_locked(const std::filesystem::path& file) {
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return false; // never made, so nobody ever held it
    const bool locked = ::flock(opened, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(opened);
    return locked;
}

Error running(const DataFolder& folder, const Error& reason) {
    return {reason.code(), "a server runs on " + folder.root.string() + ": stop it first (" +
                               reason.message() + ")"};
}

} // namespace

bool DataFolder::is_used() const {
    return is_there(log()) || is_there(store()) || is_there(snapshots());
}

bool DataFolder::is_in_use() const {
    return is_locked(log() / "lock") || is_locked(store().string() + ".lock");
}

Status DataFolder::must_be_used() const {
    if (is_used())
        return {};
    return Error{ErrorCode::not_found, "there is nothing of a server in " + root.string() +
                                           ": name the folder of `vedette run` with --data"};
}

std::filesystem::path default_data_folder() {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    if (state != nullptr && *state != '\0')
        return std::filesystem::path{state} / "vedette";
    if (home != nullptr && *home != '\0')
        return std::filesystem::path{home} / ".local/state/vedette";
    return "/var/lib/vedette";
}

void declare_data_folder(CLI::App& options, std::filesystem::path& folder) {
    folder = default_data_folder();
    options.add_option("--data", folder,
                       "Folder of the event log, the store and the snapshots, as for `vedette run` "
                       "(default: ~/.local/state/vedette)");
}

Result<DataLock> DataLock::take(const DataFolder& folder) {
    auto store = storage::StoreLock::take(folder.store());
    if (!store)
        return store.error().code() == ErrorCode::unavailable && folder.is_in_use()
                   ? running(folder, store.error())
                   : std::move(store).error();
    if (!is_there(folder.log()))
        return DataLock{*std::move(store), std::nullopt};
    auto log = events::LogLock::take(folder.log());
    if (!log)
        return folder.is_in_use() ? running(folder, log.error()) : std::move(log).error();
    return DataLock{*std::move(store), *std::move(log)};
}

} // namespace vedette::app
