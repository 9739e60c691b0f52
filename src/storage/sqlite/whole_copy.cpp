#include "sqlite/whole_copy.h"

#include <memory>
#include <sqlite3.h>
#include <string>
#include <utility>

#include "files.h"
#include "sqlite/open.h"

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

} // namespace

Status copy_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
    VEDETTE_TRY(auto source, Connection::open(from, Access::read, kCarePatience));
    VEDETTE_CHECK_OK(make_private_file(to));
    VEDETTE_TRY(auto copy, Connection::open(to, Access::write, kCarePatience));
    VEDETTE_CHECK_OK(copy_database(source, copy));
    return copy.execute("PRAGMA journal_mode = DELETE");
}

Status back_up_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
    const std::filesystem::path part = to.string() + ".part";
    remove_database(part);
    auto copied = copy_whole(from, part);
    if (copied)
        copied = move_into_place(part, to);
    if (copied)
        return {};
    remove_database(part);
    return std::move(copied).error().with_context("backup " + from.string() + " to " + to.string());
}

} // namespace vedette::storage
