#include "vedette/storage/recording_db.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include "files.h"
#include "sqlite/connection.h"
#include "sqlite/migrate.h"
#include "sqlite/open.h"
#include "sqlite/recording_schema.h"

namespace vedette::storage {
namespace {

using ports::RecordedSegment;

constexpr std::int64_t kLongest_us = std::chrono::microseconds{ports::kLongestSegment}.count();

std::int64_t to_us(WallTime time) { return time.time_since_epoch().count(); }
WallTime from_us(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }

/// The earliest start of a segment that may reach beyond `from`.
std::int64_t earliest_start(WallTime from) {
    return to_us(from) < std::numeric_limits<std::int64_t>::min() + kLongest_us
               ? std::numeric_limits<std::int64_t>::min()
               : to_us(from) - kLongest_us;
}

const std::string kColumns =
    "segment_id, camera, file, start_us_utc, end_us_utc, bytes, sha256, codec, audio_codec, "
    "width_px, height_px, fragments, gap_us, gap_cause, motion, object, alert, kept, doomed, "
    "seen, tier";

RecordedSegment segment_in(const Rows& row) {
    return {.id = static_cast<std::uint64_t>(row.number(0)),
            .camera = domain::CameraId{std::string{row.bytes(1)}},
            .file = std::string{row.bytes(2)},
            .start = from_us(row.number(3)),
            .end = from_us(row.number(4)),
            .bytes = static_cast<std::uint64_t>(row.number(5)),
            .sha256 = std::string{row.bytes(6)},
            .codec = std::string{row.bytes(7)},
            .audio_codec = std::string{row.bytes(8)},
            .width_px = static_cast<int>(row.number(9)),
            .height_px = static_cast<int>(row.number(10)),
            .fragments = std::string{row.bytes(11)},
            .gap = std::chrono::microseconds{row.number(12)},
            .gap_cause = std::string{row.bytes(13)},
            .activity = {row.real(14), row.real(15), row.real(16), row.real(19)},
            .kept = row.number(17) != 0,
            .doomed = row.number(18) != 0,
            .tier = std::string{row.bytes(20)}};
}

Result<std::vector<RecordedSegment>> all_of(Rows rows) {
    std::vector<RecordedSegment> out;
    for (;;) {
        VEDETTE_TRY(const bool more, rows.next());
        if (!more)
            return out;
        out.push_back(segment_in(rows));
    }
}

Result<std::optional<RecordedSegment>> first_of(Rows rows) {
    VEDETTE_TRY(const bool there, rows.next());
    return there ? std::optional{segment_in(rows)} : std::nullopt;
}

Error no_segment(std::uint64_t id) {
    return {ErrorCode::not_found, "there is no segment " + std::to_string(id)};
}

Status insert(Connection& connection, const RecordedSegment& one) {
    VEDETTE_TRY(auto put, connection.prepare(
                              "INSERT INTO segments VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                              "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0, ?18, ?19)"));
    return put.run(std::string_view{one.camera.value()}, std::string_view{one.file},
                   to_us(one.start), to_us(one.end), static_cast<std::int64_t>(one.bytes),
                   std::string_view{one.sha256}, std::string_view{one.codec},
                   std::string_view{one.audio_codec}, std::int64_t{one.width_px},
                   std::int64_t{one.height_px}, Blob{one.fragments}, std::int64_t{one.gap.count()},
                   std::string_view{one.gap_cause}, std::optional<double>{one.activity.motion},
                   std::optional<double>{one.activity.object},
                   std::optional<double>{one.activity.alert}, std::int64_t{one.kept ? 1 : 0},
                   std::optional<double>{one.activity.seen}, std::string_view{one.tier});
}

} // namespace

struct RecordingDb::Parts {
    mutable std::mutex mutex;
    Connection connection; ///< under mutex

    /// Runs one statement for each id, all or none. \return rows changed
    /// \param values  bound behind the id
    template <class... Values>
    Result<std::uint64_t> for_each(std::string_view sql, const std::vector<std::uint64_t>& ids,
                                   const Values&... values) {
        const std::scoped_lock lock{mutex};
        VEDETTE_TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
        VEDETTE_TRY(auto change, connection.prepare(sql));
        std::uint64_t changed = 0;
        for (const std::uint64_t id : ids) {
            VEDETTE_CHECK_OK(change.run(static_cast<std::int64_t>(id), values...));
            changed += static_cast<std::uint64_t>(connection.changes());
        }
        VEDETTE_CHECK_OK(transaction.commit());
        return changed;
    }
};

RecordingDb::RecordingDb(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
RecordingDb::~RecordingDb() = default;

Result<std::unique_ptr<RecordingDb>> RecordingDb::open(const std::filesystem::path& file) {
    VEDETTE_CHECK_OK(make_private_folder(file.parent_path()));
    VEDETTE_CHECK_OK(make_private_file(file));
    VEDETTE_TRY(auto connection, Connection::open(file, Access::write, kCarePatience));
    const auto migrations = recording_migrations();
    VEDETTE_CHECK_OK(refuse_foreign(connection, migrations));
    VEDETTE_CHECK_OK(must_hold(connection, file, "segments", "recordings"));
    VEDETTE_CHECK_OK(connection.execute("PRAGMA journal_mode = WAL;"
                                        "PRAGMA synchronous = FULL;"
                                        "PRAGMA temp_store = MEMORY;"
                                        "PRAGMA journal_size_limit = 16777216"));
    VEDETTE_CHECK_OK(migrate(connection, migrations));
    std::unique_ptr<Parts> parts{new Parts{{}, std::move(connection)}};
    return std::unique_ptr<RecordingDb>{new RecordingDb{std::move(parts)}};
}

Result<std::uint64_t> RecordingDb::add(const RecordedSegment& segment) {
    VEDETTE_CHECK_OK(ports::check_segment(segment));
    const std::scoped_lock lock{parts_->mutex};
    Connection& connection = parts_->connection;
    VEDETTE_TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
    {
        VEDETTE_TRY(auto same,
                    connection.prepare("SELECT segment_id FROM segments WHERE file = ?1"));
        Rows row = same.query(std::string_view{segment.file});
        VEDETTE_TRY(const bool there, row.next());
        if (there)
            return Error{ErrorCode::already_exists, "segment " + std::to_string(row.number(0)) +
                                                        " has the file " + segment.file};
    }
    VEDETTE_CHECK_OK(insert(connection, segment));
    const auto id = static_cast<std::uint64_t>(connection.last_row());
    VEDETTE_CHECK_OK(transaction.commit());
    return id;
}

Result<RecordedSegment> RecordingDb::find(std::uint64_t id) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare("SELECT " + kColumns +
                                                      " FROM segments WHERE segment_id = ?1"));
    VEDETTE_TRY(auto found, first_of(read.query(static_cast<std::int64_t>(id))));
    if (!found)
        return no_segment(id);
    return *std::move(found);
}

Result<std::vector<RecordedSegment>> RecordingDb::list(const ports::RecordingQuery& query) const {
    VEDETTE_CHECK_OK(ports::check_recording_query(query));
    const ports::RecordingPlace after = query.after.value_or(ports::RecordingPlace{
        domain::CameraId{""}, from_us(std::numeric_limits<std::int64_t>::min()), 0});
    const std::scoped_lock lock{parts_->mutex};
    const std::string which =
        std::string{query.camera ? "camera = ?7 AND " : ""} + (query.tier ? "tier = ?8 AND " : "");
    VEDETTE_TRY(auto read, parts_->connection.prepare(
                               "SELECT " + kColumns + " FROM segments WHERE " + which +
                               "start_us_utc < ?1 AND end_us_utc > ?2 AND start_us_utc >= ?3 AND "
                               "(camera, start_us_utc, segment_id) > (?4, ?5, ?6) AND doomed = 0 "
                               "ORDER BY camera, start_us_utc, segment_id LIMIT ?9"));
    return all_of(
        read.query(to_us(query.to), to_us(query.from), earliest_start(query.from),
                   std::string_view{after.camera.value()}, to_us(after.start),
                   static_cast<std::int64_t>(after.id),
                   query.camera ? std::string_view{query.camera->value()} : std::string_view{},
                   query.tier ? std::string_view{*query.tier} : std::string_view{},
                   static_cast<std::int64_t>(query.limit)));
}

Result<std::optional<RecordedSegment>> RecordingDb::last(const domain::CameraId& camera) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read,
                parts_->connection.prepare("SELECT " + kColumns +
                                           " FROM segments WHERE camera = ?1 ORDER BY "
                                           "start_us_utc DESC, segment_id DESC LIMIT 1"));
    return first_of(read.query(std::string_view{camera.value()}));
}

Result<bool> RecordingDb::has(std::string_view file) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare("SELECT 1 FROM segments WHERE file = ?1"));
    return read.query(file).next();
}

Result<std::optional<RecordedSegment>> RecordingDb::find_file(std::string_view file) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare("SELECT " + kColumns +
                                                      " FROM segments WHERE file = ?1"));
    return first_of(read.query(file));
}

Result<std::vector<ports::TierExtent>> RecordingDb::tier_extents() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read, parts_->connection.prepare(
                               "SELECT tier, camera, segments, bytes, event_bytes FROM extents "
                               "ORDER BY tier, camera"));
    Rows row = read.query();
    std::vector<ports::TierExtent> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({std::string{row.bytes(0)}, domain::CameraId{std::string{row.bytes(1)}},
                       static_cast<std::uint64_t>(row.number(2)),
                       static_cast<std::uint64_t>(row.number(3)),
                       static_cast<std::uint64_t>(row.number(4))});
    }
}

/// None is longer than kLongestSegment, so the latest end is near the latest start.
Result<std::vector<ports::RecordingExtent>> RecordingDb::extents() const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read,
                parts_->connection.prepare(
                    "SELECT camera, sum(segments), sum(bytes), "
                    "(SELECT start_us_utc FROM segments WHERE camera = e.camera AND doomed = 0 "
                    "ORDER BY start_us_utc LIMIT 1), "
                    "(SELECT max(end_us_utc) FROM segments WHERE camera = e.camera AND doomed = 0 "
                    "AND start_us_utc >= (SELECT start_us_utc FROM segments WHERE "
                    "camera = e.camera AND doomed = 0 ORDER BY start_us_utc DESC LIMIT 1) - ?1) "
                    "FROM extents AS e GROUP BY camera ORDER BY camera"));
    Rows row = read.query(kLongest_us);
    std::vector<ports::RecordingExtent> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({domain::CameraId{std::string{row.bytes(0)}},
                       static_cast<std::uint64_t>(row.number(1)),
                       static_cast<std::uint64_t>(row.number(2)), from_us(row.number(3)),
                       from_us(row.number(4))});
    }
}

Status RecordingDb::mark(const domain::CameraId& camera, WallTime from, WallTime to,
                         const ports::RecordedActivity& activity) {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto raise, parts_->connection.prepare(
                                "UPDATE segments SET motion = max(motion, ?1), "
                                "object = max(object, ?2), alert = max(alert, ?3), "
                                "seen = max(seen, ?8) "
                                "WHERE camera = ?4 AND start_us_utc < ?5 AND end_us_utc > ?6 "
                                "AND start_us_utc >= ?7"));
    return raise.run(std::optional<double>{activity.motion}, std::optional<double>{activity.object},
                     std::optional<double>{activity.alert}, std::string_view{camera.value()},
                     to_us(to), to_us(from), earliest_start(from),
                     std::optional<double>{activity.seen});
}

Status RecordingDb::keep(std::uint64_t id, bool kept) {
    VEDETTE_TRY(const auto changed,
                parts_->for_each(kept ? "UPDATE segments SET kept = 1 WHERE segment_id = ?1"
                                      : "UPDATE segments SET kept = 0 WHERE segment_id = ?1",
                                 {id}));
    return changed == 1 ? Status{} : Status{no_segment(id)};
}

Result<std::uint64_t> RecordingDb::keep_all(const domain::CameraId& camera, WallTime from,
                                            WallTime to, bool kept) {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto change, parts_->connection.prepare(
                                 "UPDATE segments SET kept = ?1 WHERE camera = ?2 AND "
                                 "start_us_utc < ?3 AND end_us_utc > ?4 AND start_us_utc >= ?5 "
                                 "AND doomed = 0"));
    VEDETTE_CHECK_OK(change.run(std::int64_t{kept ? 1 : 0}, std::string_view{camera.value()},
                                to_us(to), to_us(from), earliest_start(from)));
    return static_cast<std::uint64_t>(parts_->connection.changes());
}

Status RecordingDb::move(std::uint64_t id, std::string_view tier) {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto change, parts_->connection.prepare(
                                 "UPDATE segments SET tier = ?1 WHERE segment_id = ?2 AND "
                                 "doomed = 0"));
    VEDETTE_CHECK_OK(change.run(tier, static_cast<std::int64_t>(id)));
    return parts_->connection.changes() == 1 ? Status{} : Status{no_segment(id)};
}

Result<std::uint64_t> RecordingDb::doom(const std::vector<std::uint64_t>& ids,
                                        std::string_view tier) {
    return parts_->for_each("UPDATE segments SET doomed = 1 WHERE segment_id = ?1 AND kept = 0 "
                            "AND tier = ?2",
                            ids, tier);
}

Result<std::vector<RecordedSegment>> RecordingDb::doomed(std::string_view tier,
                                                         std::size_t most) const {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto read,
                parts_->connection.prepare("SELECT " + kColumns +
                                           " FROM segments WHERE doomed = 1 AND tier = ?2 "
                                           "ORDER BY segment_id LIMIT ?1"));
    return all_of(read.query(static_cast<std::int64_t>(std::min<std::size_t>(
                                 most, std::numeric_limits<std::int32_t>::max())),
                             tier));
}

Status RecordingDb::remove(const std::vector<std::uint64_t>& ids) {
    VEDETTE_TRY([[maybe_unused]] const auto removed,
                parts_->for_each("DELETE FROM segments WHERE segment_id = ?1", ids));
    return {};
}

Result<std::uint64_t> RecordingDb::add_trigger(const ports::RecordingTrigger& trigger) {
    VEDETTE_CHECK_OK(ports::check_trigger(trigger));
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto put, parts_->connection.prepare(
                              "INSERT INTO triggers SELECT NULL, ?1, ?2, ?3, ?4, ?5, ?6 WHERE "
                              "(SELECT count(*) FROM triggers WHERE camera = ?1) < ?7"));
    VEDETTE_CHECK_OK(put.run(std::string_view{trigger.camera.value()}, to_us(trigger.at),
                             to_us(trigger.from), to_us(trigger.to),
                             std::string_view{trigger.reason}, std::int64_t{trigger.keep ? 1 : 0},
                             static_cast<std::int64_t>(ports::kMostTriggers)));
    if (parts_->connection.changes() == 0)
        return Error{ErrorCode::resource_exhausted,
                     "camera " + trigger.camera.value() +
                         " has as many triggers as it may have: they go with its recordings"};
    return static_cast<std::uint64_t>(parts_->connection.last_row());
}

Result<std::vector<ports::RecordingTrigger>>
RecordingDb::triggers(const ports::TriggerQuery& query) const {
    VEDETTE_CHECK_OK(ports::check_trigger_query(query));
    const std::scoped_lock lock{parts_->mutex};
    const std::string of_camera = query.camera ? "camera = ?4 AND " : "";
    VEDETTE_TRY(auto read, parts_->connection.prepare(
                               "SELECT trigger_id, camera, at_us_utc, from_us_utc, to_us_utc, "
                               "reason, keep FROM triggers WHERE " +
                               of_camera +
                               "from_us_utc < ?1 AND to_us_utc > ?2 AND (?3 = 0 OR "
                               "trigger_id < ?3) ORDER BY trigger_id DESC LIMIT ?5"));
    Rows row =
        read.query(to_us(query.to), to_us(query.from), static_cast<std::int64_t>(query.before),
                   query.camera ? std::string_view{query.camera->value()} : std::string_view{},
                   static_cast<std::int64_t>(query.limit));
    std::vector<ports::RecordingTrigger> out;
    for (;;) {
        VEDETTE_TRY(const bool more, row.next());
        if (!more)
            return out;
        out.push_back({.id = static_cast<std::uint64_t>(row.number(0)),
                       .camera = domain::CameraId{std::string{row.bytes(1)}},
                       .at = from_us(row.number(2)),
                       .from = from_us(row.number(3)),
                       .to = from_us(row.number(4)),
                       .reason = std::string{row.bytes(5)},
                       .keep = row.number(6) != 0});
    }
}

Status RecordingDb::forget_triggers(const domain::CameraId& camera, WallTime before) {
    const std::scoped_lock lock{parts_->mutex};
    VEDETTE_TRY(auto forget, parts_->connection.prepare(
                                 "DELETE FROM triggers WHERE camera = ?1 AND to_us_utc <= ?2"));
    return forget.run(std::string_view{camera.value()}, to_us(before));
}

} // namespace vedette::storage
