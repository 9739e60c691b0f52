#include "sqlite/migrate.h"

namespace vedette::storage {
namespace {

std::string name_of(Connection& connection) {
    const char* file = sqlite3_db_filename(connection.handle(), "main");
    return file == nullptr ? "" : file;
}

/// The schema's number; 0 for a file that holds nothing at all.
Result<std::size_t> schema_of(Connection& connection, std::size_t newest) {
    VEDETTE_TRY(const auto application, connection.number("PRAGMA application_id"));
    VEDETTE_TRY(const auto version, connection.number("PRAGMA user_version"));
    VEDETTE_TRY(const auto tables, connection.number("SELECT count(*) FROM sqlite_schema"));
    if (application == 0 && version == 0 && tables == 0)
        return std::size_t{0};
    if (application != kApplicationId || version.value_or(0) < 1)
        return Error{ErrorCode::invalid_argument,
                     "store " + name_of(connection) +
                         ": it is a database of another program: name another file"};
    const auto schema = static_cast<std::size_t>(*version);
    if (schema > newest)
        return Error{ErrorCode::invalid_argument,
                     "store " + name_of(connection) + ": its schema " + std::to_string(schema) +
                         " is newer than " + std::to_string(newest) +
                         ", the newest this program knows: update Vedette, or restore a backup "
                         "from before"};
    return schema;
}

} // namespace

Status migrate(Connection& connection, std::span<const Migration> migrations) {
    VEDETTE_TRY(const std::size_t schema, schema_of(connection, migrations.size()));
    for (std::size_t step = schema; step < migrations.size(); ++step) {
        VEDETTE_TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
        if (auto done = connection.execute(migrations[step].sql); !done)
            return std::move(done).error().with_context("migration " + migrations[step].name);
        VEDETTE_CHECK_OK(
            connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
        VEDETTE_CHECK_OK(connection.execute("PRAGMA user_version = " + std::to_string(step + 1)));
        VEDETTE_CHECK_OK(transaction.commit());
    }
    return {};
}

Status refuse_foreign(Connection& connection, std::span<const Migration> migrations) {
    VEDETTE_TRY([[maybe_unused]] const std::size_t schema,
                schema_of(connection, migrations.size()));
    return {};
}

Status check_schema(Connection& connection, std::span<const Migration> migrations) {
    VEDETTE_TRY(const std::size_t schema, schema_of(connection, migrations.size()));
    if (schema < migrations.size())
        return Error{ErrorCode::invalid_argument,
                     "store " + name_of(connection) + ": its schema " + std::to_string(schema) +
                         " is older than " + std::to_string(migrations.size()) +
                         ": start the server once, it brings the store up to date"};
    return {};
}

} // namespace vedette::storage
