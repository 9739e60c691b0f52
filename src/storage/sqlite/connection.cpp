#include "sqlite/connection.h"

#include <cerrno>
#include <limits>

namespace vedette::storage {
namespace {

bool is_no_space(int system_error) {
    return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

struct Meaning {
    ErrorCode code;
    const char* advice;
};

Meaning meaning_of(int code, int system_error) {
    switch (code & 0xFF) {
    case SQLITE_FULL: return {ErrorCode::resource_exhausted, "free some space on its disk"};
    case SQLITE_NOMEM: return {ErrorCode::resource_exhausted, "there is no memory left"};
    case SQLITE_IOERR:
        if (is_no_space(system_error))
            return {ErrorCode::resource_exhausted, "free some space on its disk"};
        return {ErrorCode::unavailable, "the disk does not answer as it should"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return {ErrorCode::unavailable, "see that the file and its folder may be written"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return {ErrorCode::unavailable, "another program holds it; try again"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorCode::data_loss,
                "run `vedette doctor` on it, or restore a backup with `vedette restore`"};
    case SQLITE_INTERRUPT:
        return {ErrorCode::deadline_exceeded, "that is too much to look through: ask for a "
                                              "shorter time or more of the plate"};
    case SQLITE_TOOBIG: return {ErrorCode::invalid_argument, "it is too large to be stored"};
    default: return {ErrorCode::internal, "please report this"};
    }
}

} // namespace

Error sqlite_error(sqlite3* handle, CodeLine where) {
    const int code = sqlite3_extended_errcode(handle);
    const Meaning meaning = meaning_of(code, sqlite3_system_errno(handle));
    const char* file = sqlite3_db_filename(handle, "main");
    return Error{meaning.code,
                 "store " + std::string{file == nullptr ? "" : file} + ": " +
                     sqlite3_errmsg(handle) + " (SQLite " + std::to_string(code) +
                     "): " + meaning.advice,
                 where};
}

Rows::~Rows() {
    if (statement_ == nullptr)
        return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Result<bool> Rows::next() {
    sqlite3* const handle = sqlite3_db_handle(statement_);
    if (bound_ != SQLITE_OK)
        return sqlite_error(handle);
    switch (sqlite3_step(statement_)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return sqlite_error(handle);
    }
}

std::int64_t Rows::number(int column) const { return sqlite3_column_int64(statement_, column); }
double Rows::real(int column) const { return sqlite3_column_double(statement_, column); }
bool Rows::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Rows::bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column); // before its size, as SQLite asks
    const int size = sqlite3_column_bytes(statement_, column);
    return data == nullptr
               ? std::string_view{}
               : std::string_view{static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Rows::bind(int at, std::int64_t value) {
    if (bound_ == SQLITE_OK)
        bound_ = sqlite3_bind_int64(statement_, at, value);
}

void Rows::bind(int at, std::optional<double> value) {
    if (bound_ == SQLITE_OK)
        bound_ =
            value ? sqlite3_bind_double(statement_, at, *value) : sqlite3_bind_null(statement_, at);
}

void Rows::bind(int at, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    if (bound_ == SQLITE_OK)
        bound_ = sqlite3_bind_text64(statement_, at, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Rows::bind(int at, Blob blob) {
    const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    if (bound_ == SQLITE_OK)
        bound_ = sqlite3_bind_blob64(statement_, at, data, blob.bytes.size(), SQLITE_STATIC);
}

Result<Connection> Connection::open(const std::filesystem::path& file, Access access,
                                    std::chrono::milliseconds patience) {
    const int how = access == Access::read     ? SQLITE_OPEN_READONLY
                    : access == Access::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READWRITE;
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(file.c_str(), &raw,
                                       how | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Handle handle{raw};
    if (opened != SQLITE_OK)
        return raw == nullptr ? Error{ErrorCode::resource_exhausted, "store: no memory to open it"}
                              : sqlite_error(raw).with_context("open " + file.string());
    sqlite3_busy_timeout(raw, static_cast<int>(patience.count()));
    // A file from elsewhere must not make us do what we did not ask for.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    Connection connection{std::move(handle)};
    VEDETTE_CHECK_OK(connection.execute("PRAGMA cell_size_check = ON"));
    return connection;
}

Status Connection::execute(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return sqlite_error(handle_.get());
    return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
        return sqlite_error(handle_.get());
    return Statement{statement};
}

Result<std::optional<std::int64_t>> Connection::number(std::string_view sql) {
    VEDETTE_TRY(Statement statement, prepare(sql));
    Rows rows = statement.query();
    VEDETTE_TRY(const bool row, rows.next());
    if (!row || rows.is_null(0))
        return std::optional<std::int64_t>{};
    return std::optional{rows.number(0)};
}

std::int64_t Connection::changes() const { return sqlite3_changes64(handle_.get()); }
std::int64_t Connection::last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }

Result<Transaction> Transaction::begin(Connection& connection, Kind kind) {
    VEDETTE_CHECK_OK(connection.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN"));
    return Transaction{connection};
}

Transaction::~Transaction() {
    // After some errors SQLite has rolled back by itself.
    if (connection_ != nullptr && sqlite3_get_autocommit(connection_->handle()) == 0)
        sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Status Transaction::commit() {
    VEDETTE_CHECK_OK(connection_->execute("COMMIT"));
    connection_ = nullptr;
    return {};
}

} // namespace vedette::storage
