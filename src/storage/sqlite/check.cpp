#include <utility>

#include "sqlite/event_blob.h"
#include "sqlite/indexed.h"
#include "sqlite/migrate.h"
#include "sqlite/open.h"
#include "sqlite/plate_block.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {
namespace {

constexpr std::size_t kMostProblems = 20;

/// Each counts rows that must not be there.
constexpr std::pair<std::string_view, const char*> kInvariants[] = {
    {"SELECT abs((SELECT events FROM totals) - (SELECT count(*) FROM sightings))",
     "events more or less than were counted"},
    {"SELECT count(*) FROM sightings s LEFT JOIN sighting_groups g ON g.group_id = s.group_id "
     "AND g.published = s.published WHERE g.group_id IS NULL",
     "events of a group that is not there"},
    {"SELECT count(*) FROM plate_sightings p LEFT JOIN sightings s ON s.seq = p.seq AND "
     "s.event_id = p.event_id AND s.first_seen_us_utc = p.first_seen_us_utc AND "
     "s.group_id = p.group_id AND s.plate_confidence IS p.plate_confidence WHERE s.seq IS NULL",
     "entries in the index of plates for an event that is not there"},
    {"SELECT count(*) FROM plates p WHERE NOT EXISTS "
     "(SELECT 1 FROM plate_sightings s WHERE s.plate = p.plate)",
     "plates without a sighting"},
    {"SELECT count(*) FROM (SELECT DISTINCT plate FROM plate_sightings) s WHERE NOT EXISTS "
     "(SELECT 1 FROM plates p WHERE p.plate = s.plate)",
     "plates missing in the list of plates"},
    {"SELECT count(*) FROM (SELECT group_id, hour FROM (SELECT group_id, hour, sightings AS passes "
     "FROM plate_flow UNION ALL SELECT group_id, (first_seen_us_utc - ((first_seen_us_utc % "
     "3600000000) + 3600000000) % 3600000000) / 3600000000, -count(DISTINCT event_id) FROM "
     "plate_sightings GROUP BY 1, 2) GROUP BY 1, 2 HAVING sum(passes) <> 0)",
     "hours for which more or fewer plates were counted than there are"},
    {"SELECT count(*) FROM snapshot_uses u LEFT JOIN sightings s ON s.seq = u.seq "
     "WHERE s.seq IS NULL",
     "snapshots of an event that is not there"},
};

class Checker {
public:
    explicit Checker(Connection& connection) : connection_{connection} {}

    Result<StoreReport> run() {
        for (const auto step : {&Checker::check_pages, &Checker::check_invariants,
                                &Checker::check_events, &Checker::check_blocks})
            if (const Status done = (this->*step)(); !done)
                add(done.error().message());
        return std::move(report_);
    }

private:
    void add(std::string problem) {
        if (report_.problems.size() < kMostProblems)
            report_.problems.push_back(std::move(problem));
    }

    Status check_pages() {
        VEDETTE_TRY(auto statement, connection_.prepare("PRAGMA integrity_check(20)"));
        Rows rows = statement.query();
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                return {};
            if (rows.bytes(0) != "ok")
                add("SQLite: " + std::string{rows.bytes(0)});
        }
    }

    Status check_invariants() {
        for (const auto& [sql, what] : kInvariants) {
            VEDETTE_TRY(const auto count, connection_.number(sql));
            if (count.value_or(1) != 0)
                add(std::to_string(count.value_or(1)) + " " + what);
        }
        return {};
    }

    /// The body is the truth: every column and every index must say the same.
    Status check_events() {
        VEDETTE_TRY(auto all, connection_.prepare(
                                  "SELECT s.seq, s.event_id, s.first_seen_us_utc, g.camera, "
                                  "g.label, g.published, s.plate_confidence, s.body FROM "
                                  "sightings s JOIN sighting_groups g ON g.group_id = s.group_id"));
        VEDETTE_TRY(find_plate_, connection_.prepare("SELECT seq FROM plate_sightings WHERE plate "
                                                     "= ?1 AND first_seen_us_utc = ?2 AND "
                                                     "event_id = ?3"));
        VEDETTE_TRY(find_use_, connection_.prepare("SELECT 1 FROM snapshot_uses WHERE snapshot = "
                                                   "?1 AND seq = ?2"));
        Rows rows = all.query();
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                return {};
            ++report_.events;
            const std::string name = "event '" + std::string{rows.bytes(1)} + "' ";
            const auto event = from_blob(rows.bytes(7));
            if (!event)
                add(name + "cannot be read");
            else if (!columns_agree(*event, rows))
                add(name + "differs from its columns");
            else
                VEDETTE_CHECK_OK(check_indexes(*event, rows.number(0)));
        }
    }

    static bool columns_agree(const domain::Event& event, const Rows& rows) {
        const auto confidence = plate_confidence_of(event);
        const bool same_confidence =
            confidence ? !rows.is_null(6) && rows.real(6) == *confidence : rows.is_null(6);
        return same_confidence && event.id.value() == rows.bytes(1) &&
               to_us(event.first_seen) == rows.number(2) && event.camera.value() == rows.bytes(3) &&
               event.label == rows.bytes(4) &&
               domain::is_published(event.verdict) == (rows.number(5) == 1);
    }

    Status check_indexes(const domain::Event& event, std::int64_t seq) {
        for (const std::string& plate : plates_of(event)) {
            Rows rows = find_plate_.query(plate, to_us(event.first_seen), event.id.value());
            VEDETTE_TRY(const bool row, rows.next());
            if (!row || rows.number(0) != seq)
                add("event '" + event.id.value() + "' is missing in the index of plates");
        }
        for (const std::string& snapshot : snapshots_of(event)) {
            VEDETTE_TRY(const bool row, find_use_.query(snapshot, seq).next());
            if (!row)
                add("event '" + event.id.value() + "' is missing in the list of snapshots");
        }
        return {};
    }

    Status check_blocks() {
        VEDETTE_TRY(auto blocks, connection_.prepare("SELECT block, texts FROM plate_blocks"));
        VEDETTE_TRY(auto find, connection_.prepare("SELECT block FROM plates WHERE plate = ?1"));
        VEDETTE_TRY(const auto plates, connection_.number("SELECT count(*) FROM plates"));
        std::int64_t packed = 0;
        std::int64_t wrong = 0;
        Rows rows = blocks.query();
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                break;
            const std::int64_t block = rows.number(0);
            Status failed;
            const bool whole = for_each_plate(rows.bytes(1), [&](std::string_view plate) {
                ++packed;
                Rows known = find.query(plate);
                const auto here = known.next();
                if (!here)
                    failed = here.error();
                else if (!*here || known.number(0) != block)
                    ++wrong;
                return failed.has_value();
            });
            VEDETTE_CHECK_OK(std::move(failed));
            if (!whole)
                add("block " + std::to_string(block) + " of the list of plates cannot be read");
        }
        if (wrong > 0 || packed != plates.value_or(0))
            add("the list of plates and its packed form differ");
        return {};
    }

    Connection& connection_;
    Statement find_plate_, find_use_;
    StoreReport report_;
};

} // namespace

Result<StoreReport> check_store(const std::filesystem::path& file) {
    VEDETTE_TRY(auto connection, Connection::open(file, Access::read, kCarePatience));
    VEDETTE_CHECK_OK(check_schema(connection, builtin_migrations()));
    VEDETTE_TRY(const auto snapshot, Transaction::begin(connection, Transaction::Kind::read));
    return Checker{connection}.run();
}

} // namespace vedette::storage
