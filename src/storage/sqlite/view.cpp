#include <system_error>
#include <utility>

#include "files.h"
#include "sqlite/open.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {

struct StoreView::Parts {
    std::unique_ptr<Connection> connection;
    Statement position, needs, all;
};

StoreView::StoreView(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
StoreView::~StoreView() = default;

Result<std::unique_ptr<StoreView>> StoreView::open(const std::filesystem::path& file) {
    std::error_code ignored; // then it is not there
    if (!std::filesystem::is_regular_file(file, ignored))
        return Error{ErrorCode::not_found, "there is no store " + file.string()};
    auto parts = std::make_unique<Parts>();
    VEDETTE_TRY(parts->connection, open_reader(file, {}));
    Connection& connection = *parts->connection;
    VEDETTE_TRY(parts->position,
                connection.prepare("SELECT position FROM subscribers WHERE name = ?1"));
    VEDETTE_TRY(parts->needs, connection.prepare("SELECT 1 FROM snapshot_uses WHERE snapshot = "
                                                 "?1 LIMIT 1"));
    VEDETTE_TRY(parts->all, connection.prepare(
                                "SELECT DISTINCT snapshot FROM snapshot_uses ORDER BY snapshot"));
    return std::unique_ptr<StoreView>{new StoreView{std::move(parts)}};
}

Result<ports::LogPosition> StoreView::position(std::string_view subscriber) const {
    Rows rows = parts_->position.query(subscriber);
    VEDETTE_TRY(const bool row, rows.next());
    return ports::LogPosition{row ? static_cast<std::uint64_t>(rows.number(0)) : 0};
}

Result<bool> StoreView::needs(std::string_view snapshot) const {
    Rows rows = parts_->needs.query(snapshot);
    return rows.next();
}

Status
StoreView::for_each_snapshot(const std::function<Status(std::string_view snapshot)>& visit) const {
    Rows rows = parts_->all.query();
    for (;;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return {};
        VEDETTE_CHECK_OK(visit(rows.bytes(0)));
    }
}

Result<StoreLock> StoreLock::take(const std::filesystem::path& file) {
    VEDETTE_CHECK_OK(make_private_folder(file.parent_path()));
    VEDETTE_TRY(UniqueFd lock, lock_for_writing(file));
    return StoreLock{std::make_unique<UniqueFd>(std::move(lock))};
}

StoreLock::StoreLock(std::unique_ptr<UniqueFd> lock) : lock_{std::move(lock)} {}
StoreLock::StoreLock(StoreLock&&) noexcept = default;
StoreLock& StoreLock::operator=(StoreLock&&) noexcept = default;
StoreLock::~StoreLock() = default;

} // namespace vedette::storage
