#include "vedette/storage/following_db.h"

#include <array>
#include <limits>
#include <mutex>
#include <utility>

#include "files.h"
#include "sqlite/connection.h"
#include "sqlite/following_schema.h"
#include "sqlite/migrate.h"
#include "sqlite/open.h"
#include "vedette/ports/page_position.h"

namespace vedette::storage {
namespace {

using ports::FollowingRecord;

std::int64_t to_us(WallTime time) { return time.time_since_epoch().count(); }
WallTime from_us(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }

constexpr std::string_view kColumns =
    "case_id, subject, vehicle, state, score, opened_us_utc, updated_us_utc, llr, revision, body";

FollowingRecord record_in(const Rows& row) {
    return {.id = std::string{row.bytes(0)},
            .subject = std::string{row.bytes(1)},
            .vehicle = std::string{row.bytes(2)},
            .state = std::string{row.bytes(3)},
            .score = std::string{row.bytes(4)},
            .opened = from_us(row.number(5)),
            .updated = from_us(row.number(6)),
            .llr = row.real(7),
            .revision = static_cast<std::uint64_t>(row.number(8)),
            .body = std::string{row.bytes(9)},
            .evidence = {}};
}

/// 0 for a case that is not there.
Result<std::uint64_t> revision_of(Connection& connection, std::string_view id) {
    VEDETTE_TRY(auto find,
                connection.prepare("SELECT revision FROM following_cases WHERE case_id = ?1"));
    Rows known = find.query(id);
    VEDETTE_TRY(const bool there, known.next());
    return static_cast<std::uint64_t>(there ? known.number(0) : 0);
}

Error changed_meanwhile(const std::string& id) {
    return {ErrorCode::already_exists, "case " + id + " was changed meanwhile"};
}

Status remove_case(Connection& connection, const ports::FollowingRemoval& one) {
    VEDETTE_TRY(const std::uint64_t revision, revision_of(connection, one.id));
    if (revision == 0)
        return {};
    if (revision != one.revision)
        return changed_meanwhile(one.id);
    VEDETTE_TRY(auto unsay,
                connection.prepare("DELETE FROM following_announcements WHERE case_id = ?1"));
    VEDETTE_CHECK_OK(unsay.run(std::string_view{one.id}));
    VEDETTE_TRY(auto remove, connection.prepare("DELETE FROM following_cases WHERE case_id = ?1"));
    return remove.run(std::string_view{one.id});
}

Status put_case(Connection& connection, const FollowingRecord& record) {
    VEDETTE_TRY(const std::uint64_t revision, revision_of(connection, record.id));
    if (record.revision != revision)
        return changed_meanwhile(record.id);
    VEDETTE_TRY(auto put, connection.prepare("INSERT OR REPLACE INTO following_cases VALUES "
                                             "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"));
    return put.run(std::string_view{record.id}, std::string_view{record.subject},
                   std::string_view{record.vehicle}, std::string_view{record.state},
                   std::string_view{record.score}, to_us(record.opened), to_us(record.updated),
                   std::optional<double>{record.llr},
                   static_cast<std::int64_t>(record.revision + 1), std::string_view{record.body},
                   std::string_view{record.evidence});
}

Status put_announcement(Connection& connection, const ports::FollowingAnnouncement& one) {
    VEDETTE_TRY(auto put,
                connection.prepare("INSERT INTO following_announcements "
                                   "(event_id, case_id, kind, camera, at_us_utc, payload) VALUES "
                                   "(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (event_id) DO NOTHING"));
    return put.run(std::string_view{one.event.id.value()}, std::string_view{one.about},
                   std::string_view{one.event.kind}, std::string_view{one.event.camera.value()},
                   to_us(one.event.at), std::string_view{one.event.payload});
}

Status put_state(Connection& connection, const ports::FollowingState& state) {
    VEDETTE_TRY(auto put, connection.prepare(
                              "UPDATE following_standing SET state_position = ?1, state = ?2"));
    VEDETTE_CHECK_OK(put.run(static_cast<std::int64_t>(state.position.value()), Blob{state.bytes}));
    return connection.execute("DELETE FROM following_pauses");
}

Status put_pause(Connection& connection, const ports::FollowingPause& pause) {
    VEDETTE_TRY(auto put, connection.prepare("INSERT INTO following_pauses (after_position, "
                                             "until_us_utc) VALUES (?1, ?2)"));
    return put.run(static_cast<std::int64_t>(pause.after.value()), to_us(pause.until));
}

Status put_standing(Connection& connection, const ports::FollowingCommit& commit) {
    if (commit.up_to) {
        VEDETTE_TRY(auto put, connection.prepare("UPDATE following_standing SET position = ?1"));
        VEDETTE_CHECK_OK(put.run(static_cast<std::int64_t>(commit.up_to->value())));
    }
    if (commit.state)
        VEDETTE_CHECK_OK(put_state(connection, *commit.state));
    for (const ports::FollowingPause& pause : commit.pauses)
        VEDETTE_CHECK_OK(put_pause(connection, pause));
    return {};
}

Status check_commit(const ports::FollowingCommit& commit) {
    for (const FollowingRecord& record : commit.cases)
        VEDETTE_CHECK_OK(ports::check_record(record));
    for (const ports::FollowingAnnouncement& one : commit.announce)
        VEDETTE_CHECK_OK(ports::check_envelope(one.event));
    return {};
}

/// States are few words of few cases: looked at here, where none has to be pasted into SQL.
bool is_wanted(const FollowingRecord& record, const ports::FollowingQuery& query) {
    if (query.states.empty())
        return true;
    for (const std::string& state : query.states)
        if (state == record.state)
            return true;
    return false;
}

/// The write-ahead log still holds pages of what was removed. Somebody may be reading them: then
/// they go with the next one.
Status leave_no_trace(Connection& connection) {
    return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace

struct FollowingDb::Parts {
    mutable std::mutex mutex;
    Connection connection; ///< under mutex
};

FollowingDb::FollowingDb(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
FollowingDb::~FollowingDb() = default;

Result<std::unique_ptr<FollowingDb>> FollowingDb::open(const std::filesystem::path& file) {
    VEDETTE_CHECK_OK(make_private_folder(file.parent_path()));
    VEDETTE_CHECK_OK(make_private_file(file));
    VEDETTE_TRY(auto connection, Connection::open(file, Access::write, kCarePatience));
    const auto migrations = following_migrations();
    VEDETTE_CHECK_OK(refuse_foreign(connection, migrations));
    VEDETTE_CHECK_OK(must_hold(connection, file, kFollowingTable, "following"));
    VEDETTE_CHECK_OK(connection.execute("PRAGMA journal_mode = WAL;"
                                        "PRAGMA synchronous = NORMAL;"
                                        "PRAGMA secure_delete = ON;"
                                        "PRAGMA temp_store = MEMORY;"
                                        "PRAGMA journal_size_limit = 67108864"));
    VEDETTE_CHECK_OK(migrate(connection, migrations));
    std::unique_ptr<Parts> parts{new Parts{{}, std::move(connection)}};
    return std::unique_ptr<FollowingDb>{new FollowingDb{std::move(parts)}};
}

Status FollowingDb::commit(const ports::FollowingCommit& commit) {
    VEDETTE_CHECK_OK(check_commit(commit));
    const std::scoped_lock lock{parts_->mutex};
    Connection& connection = parts_->connection;
    {
        VEDETTE_TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
        for (const ports::FollowingRemoval& one : commit.remove)
            VEDETTE_CHECK_OK(remove_case(connection, one));
        for (const FollowingRecord& record : commit.cases)
            VEDETTE_CHECK_OK(put_case(connection, record));
        for (const ports::FollowingAnnouncement& one : commit.announce)
            VEDETTE_CHECK_OK(put_announcement(connection, one));
        VEDETTE_CHECK_OK(put_standing(connection, commit));
        VEDETTE_CHECK_OK(transaction.commit());
    }
    return commit.remove.empty() ? Status{} : leave_no_trace(connection);
}

Result<ports::LogPosition> FollowingDb::position() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(const auto position,
                parts_->connection.number("SELECT position FROM following_standing"));
    return ports::LogPosition{static_cast<std::uint64_t>(position.value_or(0))};
}

Result<std::optional<ports::FollowingState>> FollowingDb::state() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read,
                parts_->connection.prepare("SELECT state_position, state FROM following_standing"));
    Rows row = read.query();
    VEDETTE_TRY(const bool there, row.next());
    if (!there || row.is_null(0))
        return std::optional<ports::FollowingState>{};
    return std::optional{ports::FollowingState{
        ports::LogPosition{static_cast<std::uint64_t>(row.number(0))}, std::string{row.bytes(1)}}};
}

Result<std::vector<ports::FollowingPause>> FollowingDb::pauses() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare("SELECT after_position, until_us_utc FROM "
                                                      "following_pauses ORDER BY seq"));
    Rows row = read.query();
    std::vector<ports::FollowingPause> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({ports::LogPosition{static_cast<std::uint64_t>(row.number(0))},
                       from_us(row.number(1))});
    }
}

Result<FollowingRecord> FollowingDb::find(std::string_view id) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read,
                parts_->connection.prepare("SELECT " + std::string{kColumns} +
                                           ", evidence FROM following_cases WHERE case_id = ?1"));
    Rows row = read.query(id);
    VEDETTE_TRY(const bool there, row.next());
    if (!there)
        return Error{ErrorCode::not_found, "there is no case " + std::string{id}};
    FollowingRecord record = record_in(row);
    record.evidence = row.bytes(10);
    return record;
}

Result<ports::FollowingPage> FollowingDb::list(const ports::FollowingQuery& query) const {
    VEDETTE_CHECK_OK(ports::check_query(query));
    std::int64_t before_us = std::numeric_limits<std::int64_t>::max();
    std::string before_id;
    if (!query.cursor.empty()) {
        VEDETTE_TRY(const auto after, ports::from_cursor(query.cursor));
        before_us = to_us(after.first_seen);
        before_id = after.id.value();
    }
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare(
                               "SELECT " + std::string{kColumns} +
                               " FROM following_cases WHERE (updated_us_utc, case_id) < (?1, ?2) "
                               "AND updated_us_utc >= ?5 AND updated_us_utc < ?6 "
                               "AND (?3 = '' OR subject = ?3) AND (?4 = '' OR vehicle = ?4) "
                               "AND (?7 IS NULL OR llr >= ?7) "
                               "ORDER BY updated_us_utc DESC, case_id DESC"));
    using Limits = std::numeric_limits<std::int64_t>;
    Rows row = read.query(before_us, std::string_view{before_id},
                          std::string_view{query.subject ? *query.subject : std::string_view{}},
                          std::string_view{query.vehicle ? *query.vehicle : std::string_view{}},
                          query.from ? to_us(*query.from) : Limits::min(),
                          query.to ? to_us(*query.to) : Limits::max(), query.min_llr);
    ports::FollowingPage page;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return page;
        FollowingRecord record = record_in(row);
        if (!is_wanted(record, query))
            continue;
        if (page.records.size() == query.limit) {
            const FollowingRecord& last = page.records.back();
            page.next = ports::to_cursor({last.updated, domain::EventId{last.id}});
            return page;
        }
        page.records.push_back(std::move(record));
    }
}

Result<std::vector<ports::FollowingCount>> FollowingDb::counts() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare(
                               "SELECT score, state, count(*) FROM following_cases GROUP BY "
                               "score, state ORDER BY score, state"));
    Rows row = read.query();
    std::vector<ports::FollowingCount> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({std::string{row.bytes(0)}, std::string{row.bytes(1)},
                       static_cast<std::uint64_t>(row.number(2))});
    }
}

Result<std::vector<ports::FollowingSubjectCount>> FollowingDb::subject_counts() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare(
                               "SELECT subject, state, count(*) FROM following_cases GROUP BY "
                               "subject, state ORDER BY subject, state"));
    Rows row = read.query();
    std::vector<ports::FollowingSubjectCount> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({std::string{row.bytes(0)}, std::string{row.bytes(1)},
                       static_cast<std::uint64_t>(row.number(2))});
    }
}

Result<std::vector<ports::Envelope>> FollowingDb::announcements(std::size_t max) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read,
                parts_->connection.prepare("SELECT event_id, kind, camera, at_us_utc, payload FROM "
                                           "following_announcements ORDER BY seq LIMIT ?1"));
    Rows row = read.query(static_cast<std::int64_t>(max));
    std::vector<ports::Envelope> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({.id = domain::EventId{std::string{row.bytes(0)}},
                       .kind = std::string{row.bytes(1)},
                       .camera = domain::CameraId{std::string{row.bytes(2)}},
                       .at = from_us(row.number(3)),
                       .payload = std::string{row.bytes(4)}});
    }
}

Status FollowingDb::announced(const std::vector<domain::EventId>& ids) {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto transaction, Transaction::begin(parts_->connection, Transaction::Kind::write));
    VEDETTE_TRY(auto remove, parts_->connection.prepare(
                                 "DELETE FROM following_announcements WHERE event_id = ?1"));
    for (const domain::EventId& id : ids)
        VEDETTE_CHECK_OK(remove.run(std::string_view{id.value()}));
    return transaction.commit();
}

Result<std::uint64_t> FollowingDb::forget(std::string_view plate) {
    const std::scoped_lock lock{parts_->mutex};
    Connection& connection = parts_->connection;
    std::uint64_t gone = 0;
    {
        VEDETTE_TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
        VEDETTE_TRY(auto unsay,
                    connection.prepare(
                        "DELETE FROM following_announcements WHERE case_id IN (SELECT case_id "
                        "FROM following_cases WHERE subject = ?1 OR vehicle = ?1)"));
        VEDETTE_CHECK_OK(unsay.run(plate));
        VEDETTE_TRY(auto remove, connection.prepare("DELETE FROM following_cases WHERE subject = "
                                                    "?1 OR vehicle = ?1"));
        VEDETTE_CHECK_OK(remove.run(plate));
        gone = static_cast<std::uint64_t>(connection.changes());
        VEDETTE_CHECK_OK(
            connection.execute("UPDATE following_standing SET state_position = NULL, state = NULL;"
                               "DELETE FROM following_pauses"));
        VEDETTE_CHECK_OK(transaction.commit());
    }
    VEDETTE_CHECK_OK(leave_no_trace(connection));
    return gone;
}

} // namespace vedette::storage
