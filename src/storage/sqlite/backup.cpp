#include <system_error>
#include <utility>

#include "files.h"
#include "sqlite/open.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {
namespace {

constexpr int kPagesAtOnce = 4096;

struct FinishBackup {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

/// Copies all pages as they are at one moment: the read transaction holds that moment while others
/// write, so the copy never has to begin anew.
Status copy_database(Connection& from, Connection& to) {
    VEDETTE_TRY(auto moment, Transaction::begin(from, Transaction::Kind::read));
    VEDETTE_TRY([[maybe_unused]] const auto begun,
                from.number("SELECT count(*) FROM sqlite_schema"));
    std::unique_ptr<sqlite3_backup, FinishBackup> backup{
        sqlite3_backup_init(to.handle(), "main", from.handle(), "main")};
    if (!backup)
        return sqlite_error(to.handle());
    int step = SQLITE_OK;
    while (step == SQLITE_OK)
        step = sqlite3_backup_step(backup.get(), kPagesAtOnce);
    backup.reset(); // only now the copy's handle says what went wrong
    if (step != SQLITE_DONE)
        return sqlite_error(to.handle());
    return moment.commit();
}

/// A whole, single file: nothing of it lies in a write-ahead log.
Status copy_into(const std::filesystem::path& from, const std::filesystem::path& to) {
    VEDETTE_TRY(auto source, Connection::open(from, Access::read, kCarePatience));
    VEDETTE_CHECK_OK(make_private_file(to));
    VEDETTE_TRY(auto copy, Connection::open(to, Access::write, kCarePatience));
    VEDETTE_CHECK_OK(copy_database(source, copy));
    return copy.execute("PRAGMA journal_mode = DELETE");
}

} // namespace

Status backup_store(const std::filesystem::path& file, const std::filesystem::path& to) {
    VEDETTE_TRY([[maybe_unused]] const auto known, open_reader(file, {}));
    const std::filesystem::path part = to.string() + ".part";
    remove_database(part);
    auto copied = copy_into(file, part);
    if (copied)
        copied = move_into_place(part, to);
    if (copied)
        return {};
    remove_database(part);
    return std::move(copied).error().with_context("backup " + file.string() + " to " + to.string());
}

namespace {

/// Makes the copy, brings it up to date and looks whether it is sound.
Status prepare_restored(const std::filesystem::path& backup, const std::filesystem::path& part) {
    VEDETTE_CHECK_OK(copy_into(backup, part));
    { VEDETTE_TRY([[maybe_unused]] const auto migrated, open_writer(part, {})); }
    VEDETTE_TRY(const StoreReport report, check_store(part));
    if (!report.problems.empty())
        return Error{ErrorCode::data_loss,
                     "the backup is damaged: " + report.problems.front() + ": take another one"};
    return {};
}

} // namespace

Status restore_store(const std::filesystem::path& backup, const std::filesystem::path& file) {
    VEDETTE_CHECK_OK(make_private_folder(file.parent_path()));
    VEDETTE_TRY([[maybe_unused]] const auto lock, lock_for_writing(file));
    const std::filesystem::path part = file.string() + ".restore";
    remove_database(part);
    if (auto prepared = prepare_restored(backup, part); !prepared) {
        remove_database(part);
        return std::move(prepared).error().with_context("restore " + backup.string());
    }
    // Closing the old one in order empties its write-ahead log, which must not meet the new file.
    if (std::filesystem::exists(file)) {
        [[maybe_unused]] const auto closed = open_writer(file, {});
    }
    std::error_code ignored;
    for (const char* suffix : {"-wal", "-shm"})
        std::filesystem::remove(file.string() + suffix, ignored);
    return move_into_place(part, file);
}

} // namespace vedette::storage
