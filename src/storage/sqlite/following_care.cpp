#include <functional>
#include <string>
#include <string_view>

#include "sqlite/connection.h"
#include "sqlite/following_schema.h"
#include "sqlite/migrate.h"
#include "sqlite/open.h"
#include "sqlite/whole_copy.h"
#include "vedette/storage/following_db.h"

namespace vedette::storage {

Result<FollowingReport> check_following(const std::filesystem::path& file) {
    VEDETTE_TRY(auto connection, Connection::open(file, Access::read, kCarePatience));
    VEDETTE_CHECK_OK(check_schema(connection, following_migrations()));
    VEDETTE_CHECK_OK(must_hold(connection, file, kFollowingTable, "following"));
    FollowingReport report;
    VEDETTE_TRY(auto check, connection.prepare("PRAGMA integrity_check(20)"));
    Rows row = check.query();
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            break;
        if (row.bytes(0) != "ok")
            report.problems.push_back("SQLite: " + std::string{row.bytes(0)});
    }
    VEDETTE_TRY(const auto cases, connection.number("SELECT count(*) FROM following_cases"));
    report.cases = static_cast<std::uint64_t>(cases.value_or(0));
    return report;
}

Status
for_each_case(const std::filesystem::path& file,
              const std::function<Status(std::string_view state, std::string_view body)>& visit) {
    VEDETTE_TRY(auto connection, Connection::open(file, Access::read, kCarePatience));
    VEDETTE_CHECK_OK(must_hold(connection, file, kFollowingTable, "following"));
    VEDETTE_TRY(auto read, connection.prepare("SELECT state, body FROM following_cases"));
    Rows row = read.query();
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return {};
        VEDETTE_CHECK_OK(visit(row.bytes(0), row.bytes(1)));
    }
}

Status backup_following(const std::filesystem::path& file, const std::filesystem::path& to) {
    {
        VEDETTE_TRY(auto connection, Connection::open(file, Access::read, kCarePatience));
        VEDETTE_CHECK_OK(check_schema(connection, following_migrations()));
        VEDETTE_CHECK_OK(must_hold(connection, file, kFollowingTable, "following"));
    }
    return back_up_whole(file, to);
}

} // namespace vedette::storage
