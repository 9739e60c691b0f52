#include "sqlite/open.h"

#include <string>
#include <system_error>

#include "files.h"
#include "sqlite/migrate.h"

namespace vedette::storage {
namespace {

std::string kibibytes(std::size_t bytes) { return std::to_string(bytes / 1024); }

/// Why these:
/// - WAL: readers and the writer do not wait for each other; a commit is one sequential write.
/// - synchronous NORMAL: a commit waits for no disk, a checkpoint does. A power cut may take the
///   last transactions with it, whole and in order, positions and events alike; the event log,
///   which did wait for the disk, delivers them again. FULL would pay for the same fsync twice.
/// - secure_delete: what is forgotten is overwritten, not merely unlinked.
/// - auto_vacuum: only counts in a file that is being made; shrink() can then give space back.
/// - wal_autocheckpoint: 64 MiB, so that a page that changes often is written back once; more would
///   be cut off by journal_size_limit.
Status set_ways(Connection& connection, const SqliteOptions& options) {
    VEDETTE_CHECK_OK(connection.execute("PRAGMA auto_vacuum = INCREMENTAL;"
                                        "PRAGMA journal_mode = WAL;"
                                        "PRAGMA synchronous = NORMAL;"
                                        "PRAGMA secure_delete = ON;"
                                        "PRAGMA temp_store = MEMORY;"
                                        "PRAGMA wal_autocheckpoint = 16384;"
                                        "PRAGMA journal_size_limit = 67108864;"
                                        "PRAGMA cache_size = -" +
                                        kibibytes(options.writer_cache_bytes)));
    if (options.max_bytes == 0)
        return {};
    VEDETTE_TRY(const auto page, connection.number("PRAGMA page_size"));
    return connection.execute(
        "PRAGMA max_page_count = " +
        std::to_string(options.max_bytes / static_cast<std::uint64_t>(page.value_or(4096))));
}

} // namespace

void remove_database(const std::filesystem::path& file) {
    std::error_code ignored; // what is not there need not go
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(file.string() + suffix, ignored);
}

Result<std::unique_ptr<Connection>> open_writer(const std::filesystem::path& file,
                                                const SqliteOptions& options) {
    VEDETTE_CHECK_OK(make_private_file(file));
    VEDETTE_TRY(auto opened, Connection::open(file, Access::write, options.patience));
    auto connection = std::make_unique<Connection>(std::move(opened));
    const auto migrations = builtin_migrations();
    // Before anything is changed: a database of somebody else stays as it is.
    VEDETTE_CHECK_OK(refuse_foreign(*connection, migrations));
    VEDETTE_CHECK_OK(set_ways(*connection, options));
    VEDETTE_CHECK_OK(migrate(*connection, migrations));
    return connection;
}

Result<std::unique_ptr<Connection>> open_reader(const std::filesystem::path& file,
                                                const SqliteOptions& options) {
    VEDETTE_TRY(auto opened, Connection::open(file, Access::read, options.patience));
    auto connection = std::make_unique<Connection>(std::move(opened));
    VEDETTE_CHECK_OK(connection->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;"
                                         "PRAGMA cache_size = -" +
                                         kibibytes(options.reader_cache_bytes)));
    VEDETTE_CHECK_OK(check_schema(*connection, builtin_migrations()));
    return connection;
}

Status must_hold(Connection& connection, const std::filesystem::path& file, std::string_view table,
                 std::string_view of) {
    VEDETTE_TRY(const auto all, connection.number("SELECT count(*) FROM sqlite_schema"));
    VEDETTE_TRY(auto find, connection.prepare(
                               "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1"));
    VEDETTE_TRY(const bool ours, find.query(table).next());
    if (all == 0 || ours)
        return {};
    return Error{ErrorCode::invalid_argument,
                 file.string() + " is a database of something else than " + std::string{of}};
}

} // namespace vedette::storage
