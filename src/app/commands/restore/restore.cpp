#include "app/commands/restore/restore.h"

#include <array>
#include <system_error>
#include <utility>

#include "app/data/files.h"
#include "app/data/pictures.h"
#include "app/server/store_feeder.h"
#include "app/version.h"
#include "vedette/storage/following_db.h"

namespace vedette::app {
namespace {

namespace fs = std::filesystem;

// They lie in the data folder, which may be a mount point that cannot be renamed itself.
constexpr const char* kWork = "restore.part"; ///< of no value
constexpr const char* kAside = "before-restore";
constexpr const char* kUndone = "undo-restore"; ///< what is there, on its way to kAside

/// What belongs to the data, in the order in which it is taken away and put there: without a store
/// a server makes one from the log, so whatever moment a crash hits, it never meets a store and a
/// log that do not fit each other.
constexpr std::array<const char*, 9> kTaken{
    "vedette.db",       "vedette.db-wal",   "vedette.db-shm", "following.db",
    "following.db-wal", "following.db-shm", "places.csv",     "log",
    "snapshots"};
constexpr std::array<const char*, 5> kPut{"log", "snapshots", "places.csv", "following.db",
                                          "vedette.db"};

bool is_there(const fs::path& path) {
    std::error_code ignored; // using it tells
    return fs::exists(fs::symlink_status(path, ignored));
}

/// Moves that are taken back if not all of them worked.
class Moves {
public:
    Moves() = default;
    Moves(const Moves&) = delete;
    Moves& operator=(const Moves&) = delete;
    ~Moves() {
        for (auto move = done_.rbegin(); move != done_.rend(); ++move)
            if (!move_to(move->second, move->first))
                break; // the disk refuses; what is left is where the message of the error says
    }
    template <class Names>
    Status move_all(const Names& names, const fs::path& from, const fs::path& to) {
        for (const char* name : names) {
            if (!is_there(from / name))
                continue;
            VEDETTE_CHECK_OK(move_to(from / name, to / name));
            done_.emplace_back(from / name, to / name);
        }
        return {};
    }
    void keep() { done_.clear(); }

private:
    std::vector<std::pair<fs::path, fs::path>> done_;
};

bool is_filled(const fs::path& folder) {
    std::error_code ignored; // using it tells
    return is_there(folder) && !fs::is_empty(folder, ignored);
}

void remove_if_empty(const fs::path& folder) {
    std::error_code ignored; // what is in it stays
    fs::remove(folder, ignored);
}

void remove_tree(const fs::path& folder) {
    std::error_code ignored; // the next restore there tries again
    fs::remove_all(folder, ignored);
}

/// Removes the work unless it was done.
class WorkFolder {
public:
    explicit WorkFolder(fs::path path) : path_{std::move(path)} { remove_tree(path_); }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    ~WorkFolder() { remove_tree(path_); }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

Status check_target(const DataFolder& to, Replace replace) {
    if (!to.is_used())
        return {};
    if (replace == Replace::refuse)
        return Error{ErrorCode::already_exists,
                     to.root.string() + " holds data already: name another folder with --data, or "
                                        "put them aside with --replace"};
    if (is_filled(to.root / kAside))
        return Error{ErrorCode::already_exists,
                     (to.root / kAside).string() +
                         " holds what an earlier restore put aside: remove it, or put it back with "
                         "`vedette restore --undo`"};
    return {};
}

/// Log and store, checked. \return damage of the log, in words.
Result<std::vector<std::string>> prepare_events(const fs::path& backup, const DataFolder& work,
                                                const std::stop_token& stop) {
    VEDETTE_CHECK_OK(make_folder(work.log()));
    const auto copy = [&](std::string_view, const std::string& path) -> Status {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped"};
        return path.starts_with("log/") || path == "following.db" || path == "places.csv"
                   ? copy_private_file(backup / path, work.root / path)
                   : Status{};
    };
    VEDETTE_CHECK_OK(for_each_sum(backup, copy));
    VEDETTE_TRY(auto log, events::check_log(work.log()));
    VEDETTE_CHECK_OK(storage::restore_store(DataFolder{backup}.store(), work.store()));
    VEDETTE_TRY(const auto store, storage::StoreView::open(work.store()));
    VEDETTE_TRY(const auto handled, store->position(kStoreFeeder));
    if (handled > log.extent.last && log.problems.empty())
        return Error{ErrorCode::data_loss,
                     "the backup is damaged: its store has taken the event " +
                         std::to_string(handled.value()) + ", its log ends at " +
                         std::to_string(log.extent.last.value()) + ": take another backup"};
    return std::move(log.problems);
}

/// Cases of following, if the backup has some; they were copied with the events.
Status check_cases(const DataFolder& work) {
    if (!is_there(work.following()))
        return {};
    VEDETTE_TRY(const auto report, storage::check_following(work.following()));
    if (report.problems.empty())
        return {};
    return Error{ErrorCode::data_loss, "the backup is damaged: " + work.following().string() +
                                           ": " + report.problems.front() +
                                           ": take another backup"};
}

/// Those that a sighting names: what was forgotten while the backup was made does not come back.
Status prepare_pictures(const fs::path& backup, const DataFolder& work, const std::stop_token& stop,
                        RestoreReport& report) {
    VEDETTE_CHECK_OK(make_folder(work.snapshots()));
    VEDETTE_TRY(const auto needed, NeededPictures::of(work));
    const auto copy = [&](std::string_view, const std::string& path) -> Status {
        constexpr std::string_view kPictures = "snapshots/";
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped"};
        if (!path.starts_with(kPictures))
            return {};
        VEDETTE_TRY(const bool named, needed.contains(path.substr(kPictures.size())));
        report.left_out += named ? 0 : 1;
        return named ? copy_private_file(backup / path, work.root / path) : Status{};
    };
    VEDETTE_CHECK_OK(for_each_sum(backup, copy));
    return needed.for_each([&](std::string_view key) -> Status {
        report.missing += is_there(work.snapshots() / key) ? 0 : 1;
        return {};
    });
}

/// Takes away what is there, then puts what was prepared; if that fails, all is as it was.
Status exchange(const DataFolder& data, const fs::path& prepared, const fs::path& aside) {
    Moves moves;
    VEDETTE_CHECK_OK(make_folder(aside));
    VEDETTE_CHECK_OK(moves.move_all(kTaken, data.root, aside));
    VEDETTE_CHECK_OK(sync_disk_of(data.root));
    VEDETTE_CHECK_OK(moves.move_all(kPut, prepared, data.root));
    VEDETTE_CHECK_OK(sync_disk_of(data.root));
    moves.keep();
    return {};
}

} // namespace

Result<RestoreReport> restore_backup(const fs::path& backup, const DataFolder& to, Replace replace,
                                     const std::stop_token& stop) {
    RestoreReport report;
    VEDETTE_TRY(report.manifest, read_manifest(backup));
    VEDETTE_CHECK_OK(check_target(to, replace));
    const bool was_used = to.is_used();
    VEDETTE_CHECK_OK(make_folder(to.root));
    VEDETTE_TRY([[maybe_unused]] const auto lock, DataLock::take(to));
    VEDETTE_CHECK_OK(check_sums(backup, report.manifest, stop));

    const WorkFolder work_folder{to.root / kWork};
    const DataFolder work{work_folder.path()};
    VEDETTE_TRY(report.warnings, prepare_events(backup, work, stop));
    VEDETTE_CHECK_OK(check_cases(work));
    VEDETTE_CHECK_OK(prepare_pictures(backup, work, stop, report));
    VEDETTE_CHECK_OK(sync_disk_of(work.root));
    const Status exchanged = exchange(to, work.root, to.root / kAside);
    remove_if_empty(to.root / kAside);
    if (!exchanged)
        return exchanged.error();
    if (was_used)
        report.put_aside = to.root / kAside;
    return report;
}

Status undo_restore(const DataFolder& folder) {
    const fs::path aside = folder.root / kAside;
    if (!DataFolder{aside}.is_used())
        return Error{ErrorCode::not_found,
                     "no restore has put anything aside in " + folder.root.string()};
    VEDETTE_TRY([[maybe_unused]] const auto lock, DataLock::take(folder));
    const fs::path undone = folder.root / kUndone;
    if (is_filled(undone))
        return Error{ErrorCode::already_exists,
                     undone.string() +
                         " holds data of an undo that was interrupted: move them back "
                         "to where they are missing"};
    Moves moves;
    VEDETTE_CHECK_OK(make_folder(undone));
    VEDETTE_CHECK_OK(moves.move_all(kTaken, folder.root, undone));
    VEDETTE_CHECK_OK(moves.move_all(kTaken, aside, folder.root));
    VEDETTE_CHECK_OK(moves.move_all(kTaken, undone, aside));
    moves.keep();
    remove_if_empty(undone);
    return sync_disk_of(folder.root);
}

} // namespace vedette::app
