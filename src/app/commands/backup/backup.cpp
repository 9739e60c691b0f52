#include "app/commands/backup/backup.h"

#include <system_error>
#include <utility>

#include "app/data/files.h"
#include "app/output/line_file.h"
#include "app/server/store_feeder.h"
#include "app/version.h"
#include "vedette/ports/object_store.h"
#include "vedette/storage/following_db.h"

namespace vedette::app {
namespace {

/// In the folder of a backup that is not finished, to know it by: only such a one is ever removed.
constexpr const char* kUnfinished = "unfinished-vedette-backup";

bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
    std::error_code ignored; // what is not there is below nothing
    const auto relative =
        std::filesystem::weakly_canonical(path, ignored)
            .lexically_relative(std::filesystem::weakly_canonical(folder, ignored));
    return !relative.empty() && *relative.begin() != "..";
}

Status check_target(const std::filesystem::path& to, const DataFolder& from) {
    if (is_below(to, from.root))
        return Error{ErrorCode::invalid_argument,
                     to.string() + " lies in the data folder: name a place outside, best on "
                                   "another disk"};
    std::error_code ignored; // making it tells
    if (std::filesystem::exists(std::filesystem::symlink_status(to, ignored)) &&
        !(std::filesystem::is_directory(to, ignored) && std::filesystem::is_empty(to, ignored)))
        return Error{ErrorCode::already_exists,
                     to.string() + " is there already: name a new folder for this backup"};
    return {};
}

/// The folder of the work; it goes away with this unless it was kept.
class WorkFolder {
public:
    static Result<WorkFolder> make(const std::filesystem::path& folder) {
        std::error_code failed;
        if (std::filesystem::exists(folder / kUnfinished, failed))
            std::filesystem::remove_all(folder, failed); // ours, and interrupted
        if (std::filesystem::exists(folder, failed))
            return Error{ErrorCode::already_exists,
                         folder.string() + " is in the way: remove it, or name another folder"};
        VEDETTE_CHECK_OK(make_folder(folder));
        WorkFolder made{folder};
        VEDETTE_CHECK_OK(write_text(folder / kUnfinished, "may be removed"));
        return made;
    }
    WorkFolder(WorkFolder&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    WorkFolder& operator=(WorkFolder&&) = delete;
    ~WorkFolder() {
        std::error_code ignored; // the next backup there tries again
        if (!path_.empty())
            std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Gives the finished folder its name.
    Status keep_as(const std::filesystem::path& to) {
        std::error_code failed;
        std::filesystem::remove(path_ / kUnfinished, failed);
        VEDETTE_CHECK_OK(sync_disk_of(path_));
        std::filesystem::rename(path_, to, failed); // takes the place of an empty folder
        if (failed)
            return file_error(failed.value(), "can't rename to", to);
        path_.clear();
        return sync_disk_of(to);
    }

private:
    explicit WorkFolder(std::filesystem::path path) : path_{std::move(path)} {}
    std::filesystem::path path_;
};

/// Copies the pictures that are not there yet.
Status copy_pictures(const DataFolder& from, const DataFolder& to, const std::stop_token& stop) {
    return for_each_file(from.snapshots(), [&](const std::string& key) -> Status {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped"};
        std::error_code ignored; // then it is copied
        if (!ports::check_key(key) || std::filesystem::exists(to.snapshots() / key, ignored))
            return {};
        const Status copied = copy_private_file(from.snapshots() / key, to.snapshots() / key);
        const bool forgotten = !copied && copied.error().code() == ErrorCode::not_found;
        return forgotten ? Status{} : copied;
    });
}

Status copy_log(const DataFolder& from, const DataFolder& to) {
    VEDETTE_TRY(const auto log, events::LogView::open(from.log()));
    return log->copy_to(to.log());
}

/// Cases of following, where there are any: they need nothing of the others.
Status copy_following(const DataFolder& from, const DataFolder& to) {
    std::error_code ignored; // then there is nothing to copy
    if (std::filesystem::exists(from.following(), ignored))
        VEDETTE_CHECK_OK(storage::backup_following(from.following(), to.following()));
    return std::filesystem::exists(from.places(), ignored)
               ? copy_private_file(from.places(), to.places())
               : Status{};
}

/// Retention takes away and the server adds while this runs. What the store's copy names or has yet
/// to read must be in the copies of the others: so these are made before it, and again after it for
/// what came in between. What is too much is sorted out by restore.
Status copy_all(const DataFolder& from, const DataFolder& to, const std::stop_token& stop) {
    VEDETTE_CHECK_OK(copy_pictures(from, to, stop));
    VEDETTE_CHECK_OK(copy_log(from, to));
    VEDETTE_CHECK_OK(storage::backup_store(from.store(), to.store()));
    VEDETTE_CHECK_OK(copy_following(from, to));
    VEDETTE_CHECK_OK(copy_log(from, to));
    return copy_pictures(from, to, stop);
}

/// The same damage is in the folder that was copied: that name says more.
std::string told_of(const DataFolder& from, const DataFolder& copy, std::string text) {
    const std::string name = copy.log().string();
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
        text.replace(at, name.size(), from.log().string());
    return text;
}

Result<BackupReport> examine(const DataFolder& from, const DataFolder& copy, const Clock& clock) {
    BackupReport report;
    VEDETTE_TRY(auto log, events::check_log(copy.log()));
    VEDETTE_TRY(const auto store, storage::check_store(copy.store()));
    if (!store.problems.empty())
        return Error{ErrorCode::data_loss, "the store is damaged (" + store.problems.front() +
                                               "): mend it with `vedette doctor --repair`, then "
                                               "back it up"};
    VEDETTE_TRY(const auto view, storage::StoreView::open(copy.store()));
    VEDETTE_TRY(report.manifest.handled, view->position(kStoreFeeder));
    report.manifest.made_by = kVersion;
    report.manifest.made_at = clock.wall_now();
    report.manifest.log_first = log.extent.first;
    report.manifest.log_last = log.extent.last;
    report.manifest.sightings = store.events;
    for (std::string& problem : log.problems)
        report.warnings.push_back(told_of(from, copy, std::move(problem)));
    return report;
}

} // namespace

Result<BackupReport> make_backup(const DataFolder& from, const std::filesystem::path& to,
                                 const Clock& clock, const std::stop_token& stop) {
    VEDETTE_CHECK_OK(from.must_be_used());
    VEDETTE_CHECK_OK(check_target(to, from));
    VEDETTE_TRY(auto work, WorkFolder::make(to.string() + ".part"));
    const DataFolder copy{work.path()};
    VEDETTE_CHECK_OK(copy_all(from, copy, stop));
    VEDETTE_TRY(auto report, examine(from, copy, clock));
    VEDETTE_CHECK_OK(seal_backup(copy.root, report.manifest, stop));
    VEDETTE_TRY(report.manifest, read_manifest(copy.root));
    VEDETTE_CHECK_OK(work.keep_as(to));
    return report;
}

} // namespace vedette::app
