#include <system_error>
#include <utility>

#include "files.h"
#include "sqlite/open.h"
#include "sqlite/whole_copy.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {

Status backup_store(const std::filesystem::path& file, const std::filesystem::path& to) {
    VEDETTE_TRY([[maybe_unused]] const auto known, open_reader(file, {}));
    return back_up_whole(file, to);
}

namespace {

/// Makes the copy, brings it up to date and looks whether it is sound.
Status prepare_restored(const std::filesystem::path& backup, const std::filesystem::path& part) {
    VEDETTE_CHECK_OK(copy_whole(backup, part));
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
