#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <utility>

#include "vedette/base/result.h"

namespace vedette::storage {

/// Bytes, as opposed to text.
struct Blob {
    std::string_view bytes;
};

/// The result of one run of a prepared statement. When it goes, the statement is free again.
///
/// Thread-compatible. Texts and blobs live until the next call of next().
class Rows {
public:
    explicit Rows(sqlite3_stmt* statement) noexcept : statement_{statement} {}
    ~Rows();
    Rows(Rows&& other) noexcept
        : statement_{std::exchange(other.statement_, nullptr)}, bound_{other.bound_} {}
    Rows& operator=(Rows&&) = delete;

    /// Moves to the next row. \return false if there is none.
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] std::int64_t number(int column) const;
    /// 0 for NULL.
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    /// Of a text or a blob.
    [[nodiscard]] std::string_view bytes(int column) const;

private:
    friend class Statement;
    void bind(int at, std::int64_t value);
    void bind(int at, std::optional<double> value);
    void bind(int at, std::string_view text);
    void bind(int at, Blob blob);

    sqlite3_stmt* statement_;
    int bound_ = SQLITE_OK; ///< the first binding that failed
};

/// A prepared statement, kept for as long as its connection. Values are bound in the order of ?1,
/// ?2, …; they are never part of the text.
class Statement {
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* statement) noexcept : statement_{statement} {}

    /// \pre no Rows of this statement are alive. Texts are borrowed as long as the Rows.
    template <class... Values>
    [[nodiscard]] Rows query(const Values&... values) {
        Rows rows{statement_.get()};
        int at = 0;
        (rows.bind(++at, values), ...);
        return rows;
    }
    /// For a statement that gives no rows.
    template <class... Values>
    Status run(const Values&... values) {
        VEDETTE_TRY([[maybe_unused]] const bool row, query(values...).next());
        return {};
    }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

enum class Access { read = 1, write, create };

/// One connection to a database file.
///
/// Thread-compatible: one caller at a time.
class Connection {
public:
    /// \return unavailable if the file can't be opened, data_loss if it is no database.
    static Result<Connection> open(const std::filesystem::path& file, Access access,
                                   std::chrono::milliseconds patience);

    /// Runs one or more statements without values.
    Status execute(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// The first column of the first row; nothing without a row.
    [[nodiscard]] Result<std::optional<std::int64_t>> number(std::string_view sql);
    /// Rows that the last statement changed.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] std::int64_t last_row() const;
    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    using Handle = std::unique_ptr<sqlite3, Close>;
    explicit Connection(Handle handle) : handle_{std::move(handle)} {}
    Handle handle_;
};

/// Several changes as one. Leaving early takes them back.
class Transaction {
public:
    enum class Kind { read = 1, write };
    static Result<Transaction> begin(Connection& connection, Kind kind);
    ~Transaction();
    Transaction(Transaction&& other) noexcept
        : connection_{std::exchange(other.connection_, nullptr)} {}
    Transaction& operator=(Transaction&&) = delete;
    Status commit();

private:
    explicit Transaction(Connection& connection) : connection_{&connection} {}
    Connection* connection_;
};

/// What SQLite said last, in our codes and words: what happened, to which file, what to do.
[[nodiscard]] Error sqlite_error(sqlite3* handle, CodeLine where = CodeLine::here());

} // namespace vedette::storage
