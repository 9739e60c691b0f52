#include "sqlite/writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sqlite/event_blob.h"
#include "sqlite/indexed.h"

namespace vedette::storage {

using domain::Event;

namespace {

/// 4 MiB: others who want to write wait that long.
constexpr std::int64_t kPagesAtOnce = 1024;

} // namespace

Result<Writer> Writer::open(std::unique_ptr<Connection> connection) {
    Writer writer;
    writer.connection_ = std::move(connection);
    VEDETTE_CHECK_OK(writer.prepare());
    VEDETTE_TRY(auto plates, PlateBook::open(*writer.connection_));
    writer.plates_ = std::make_unique<PlateBook>(std::move(plates));
    return writer;
}

Status Writer::prepare() {
    const std::pair<Statement*, std::string_view> statements[] = {
        {&add_sighting_, "INSERT INTO sightings (event_id, first_seen_us_utc, group_id, published, "
                         "plate_confidence, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT "
                         "(event_id) DO NOTHING"},
        {&find_sighting_, "SELECT seq FROM sightings WHERE event_id = ?1"},
        {&read_sighting_, "SELECT body FROM sightings WHERE seq = ?1"},
        {&remove_sighting_, "DELETE FROM sightings WHERE seq = ?1"},
        {&add_to_total_, "UPDATE totals SET events = events + ?1 WHERE only = 1"},
        {&find_group_, "SELECT group_id FROM sighting_groups WHERE camera = ?1 AND label = ?2 AND "
                       "published = ?3"},
        {&add_group_, "INSERT INTO sighting_groups (camera, label, published) VALUES (?1, ?2, ?3)"},
        {&remove_empty_groups_,
         "DELETE FROM sighting_groups WHERE NOT EXISTS (SELECT 1 FROM sightings WHERE "
         "sightings.group_id = sighting_groups.group_id)"},
        {&add_plate_sighting_,
         "INSERT INTO plate_sightings (plate, first_seen_us_utc, event_id, seq, group_id, "
         "plate_confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
        {&remove_plate_sighting_, "DELETE FROM plate_sightings WHERE plate = ?1 AND "
                                  "first_seen_us_utc = ?2 AND event_id = ?3"},
        {&any_plate_sighting_, "SELECT 1 FROM plate_sightings WHERE plate = ?1 LIMIT 1"},
        {&add_flow_, "INSERT INTO plate_flow (group_id, hour, sightings) VALUES (?1, ?2, ?3) "
                     "ON CONFLICT (group_id, hour) DO UPDATE SET sightings = sightings + "
                     "excluded.sightings"},
        {&remove_no_flow_,
         "DELETE FROM plate_flow WHERE group_id = ?1 AND hour = ?2 AND sightings <= 0"},
        {&add_use_, "INSERT INTO snapshot_uses (snapshot, seq) VALUES (?1, ?2)"},
        {&remove_use_, "DELETE FROM snapshot_uses WHERE snapshot = ?1 AND seq = ?2"},
        {&any_use_, "SELECT 1 FROM snapshot_uses WHERE snapshot = ?1 LIMIT 1"},
        {&not_loose_, "DELETE FROM loose_snapshots WHERE snapshot = ?1"},
        {&loosen_, "INSERT INTO loose_snapshots (snapshot, handed_out) VALUES (?1, 0) "
                   "ON CONFLICT (snapshot) DO UPDATE SET handed_out = 0"},
        {&drop_handed_out_, "DELETE FROM loose_snapshots WHERE handed_out = 1"},
        {&list_loose_, "SELECT snapshot FROM loose_snapshots"},
        {&mark_handed_out_, "UPDATE loose_snapshots SET handed_out = 1"},
        {&set_position_, "INSERT INTO subscribers (name, position) VALUES (?1, ?2) "
                         "ON CONFLICT (name) DO UPDATE SET position = excluded.position"},
        {&oldest_, "SELECT seq, first_seen_us_utc, event_id FROM sightings WHERE published = ?1 "
                   "AND first_seen_us_utc < ?2 ORDER BY first_seen_us_utc, event_id LIMIT ?3"},
    };
    for (const auto& [statement, sql] : statements) {
        VEDETTE_TRY(*statement, connection_->prepare(sql));
    }
    return {};
}

Status Writer::settle_flow() {
    for (const auto& [key, passes] : std::exchange(flow_, {})) {
        VEDETTE_CHECK_OK(add_flow_.run(key.first, key.second, passes));
        if (passes <= 0)
            VEDETTE_CHECK_OK(remove_no_flow_.run(key.first, key.second));
    }
    return {};
}

Status Writer::settle() {
    VEDETTE_CHECK_OK(plates_->flush());
    VEDETTE_CHECK_OK(settle_flow());
    return add_to_total_.run(std::exchange(added_, 0));
}

void Writer::discard() {
    added_ = 0;
    flow_.clear();
    groups_.clear();
    plates_->discard();
}

Status Writer::apply(std::string_view subscriber, ports::LogPosition up_to,
                     std::span<const Event> events) {
    const Progress progress{subscriber, up_to};
    return store(events, &progress);
}

Status Writer::adopt(std::span<const Event> events) { return store(events, nullptr); }

Status Writer::store(std::span<const Event> events, const Progress* progress) {
    auto stored = store_within(events, progress);
    if (!stored)
        discard();
    return stored;
}

Status Writer::store_within(std::span<const Event> events, const Progress* progress) {
    VEDETTE_TRY(auto transaction, Transaction::begin(*connection_, Transaction::Kind::write));
    for (const Event& event : events)
        VEDETTE_CHECK_OK(put(event));
    VEDETTE_CHECK_OK(settle());
    if (progress != nullptr)
        VEDETTE_CHECK_OK(set_position_.run(progress->subscriber,
                                           static_cast<std::int64_t>(progress->up_to.value())));
    return transaction.commit();
}

Result<std::int64_t> Writer::group_of(const Event& event) {
    const bool published = domain::is_published(event.verdict);
    const auto key = std::tuple{event.camera.value(), event.label, published};
    if (const auto known = groups_.find(key); known != groups_.end())
        return known->second;
    {
        Rows rows = find_group_.query(event.camera.value(), event.label, published ? 1 : 0);
        VEDETTE_TRY(const bool row, rows.next());
        if (row)
            return groups_[key] = rows.number(0);
    }
    VEDETTE_CHECK_OK(add_group_.run(event.camera.value(), event.label, published ? 1 : 0));
    return groups_[key] = connection_->last_row();
}

Status Writer::put(const Event& event) {
    const std::string body = to_blob(event);
    VEDETTE_TRY(const std::int64_t group, group_of(event));
    VEDETTE_CHECK_OK(add_sighting_.run(event.id.value(), to_us(event.first_seen), group,
                                       domain::is_published(event.verdict) ? 1 : 0,
                                       plate_confidence_of(event), Blob{body}));
    if (connection_->changes() == 0)
        return replace(event, body);
    ++added_;
    return put_indexes(event, connection_->last_row(), group);
}

Status Writer::put_indexes(const Event& event, std::int64_t seq, std::int64_t group) {
    const std::vector<std::string> plates = plates_of(event);
    if (!plates.empty())
        ++flow_[{group, hour_number(event.first_seen)}];
    for (const std::string& plate : plates) {
        VEDETTE_CHECK_OK(plates_->add(plate));
        VEDETTE_CHECK_OK(add_plate_sighting_.run(plate, to_us(event.first_seen), event.id.value(),
                                                 seq, group, plate_confidence_of(event)));
    }
    for (const std::string& snapshot : snapshots_of(event)) {
        VEDETTE_CHECK_OK(add_use_.run(snapshot, seq));
        VEDETTE_CHECK_OK(not_loose_.run(snapshot));
    }
    return {};
}

Status Writer::replace(const Event& event, std::string_view body) {
    std::int64_t seq = 0;
    {
        Rows rows = find_sighting_.query(event.id.value());
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return Error{ErrorCode::data_loss, "store: the index of events is damaged: run "
                                               "`vedette doctor` on it"};
        seq = rows.number(0);
    }
    VEDETTE_TRY(const Stored stored, read(seq));
    if (stored.body == body)
        return {}; // delivered again
    VEDETTE_TRY(const Event before, from_blob(stored.body));
    VEDETTE_CHECK_OK(remove(seq, before));
    return put(event);
}

Result<Writer::Stored> Writer::read(std::int64_t seq) {
    Rows rows = read_sighting_.query(seq);
    VEDETTE_TRY(const bool row, rows.next());
    if (!row)
        return Error{ErrorCode::data_loss,
                     "store: an event of the index is missing: run `vedette doctor` on it"};
    return Stored{seq, std::string{rows.bytes(0)}};
}

Status Writer::remove(std::int64_t seq, const Event& event) {
    VEDETTE_CHECK_OK(remove_sighting_.run(seq));
    --added_;
    const std::vector<std::string> plates = plates_of(event);
    if (!plates.empty()) {
        VEDETTE_TRY(const std::int64_t group, group_of(event));
        --flow_[{group, hour_number(event.first_seen)}];
    }
    for (const std::string& plate : plates)
        VEDETTE_CHECK_OK(remove_plate(plate, event));
    for (const std::string& snapshot : snapshots_of(event)) {
        VEDETTE_CHECK_OK(remove_use_.run(snapshot, seq));
        VEDETTE_TRY(const bool used, any_use_.query(snapshot).next());
        if (!used)
            VEDETTE_CHECK_OK(loosen_.run(snapshot));
    }
    return {};
}

Status Writer::remove_plate(const std::string& plate, const Event& event) {
    VEDETTE_CHECK_OK(remove_plate_sighting_.run(plate, to_us(event.first_seen), event.id.value()));
    VEDETTE_TRY(const bool seen_elsewhere, any_plate_sighting_.query(plate).next());
    return seen_elsewhere ? Status{} : plates_->remove(plate);
}

Result<std::vector<std::string>> Writer::forget(WallTime before, std::size_t max) {
    auto snapshots = forget_within(before, max);
    discard();
    if (snapshots)
        handed_out_before_ = true;
    return snapshots;
}

Result<std::vector<std::string>> Writer::forget_within(WallTime before, std::size_t max) {
    VEDETTE_TRY(auto transaction, Transaction::begin(*connection_, Transaction::Kind::write));
    VEDETTE_TRY(const auto old, oldest(before, max));
    for (const std::int64_t seq : old) {
        VEDETTE_TRY(const Stored stored, read(seq));
        VEDETTE_TRY(const Event event, from_blob(stored.body));
        VEDETTE_CHECK_OK(remove(seq, event));
    }
    VEDETTE_CHECK_OK(settle());
    if (!old.empty())
        VEDETTE_CHECK_OK(remove_empty_groups_.run());
    VEDETTE_TRY(auto snapshots, hand_out_snapshots());
    VEDETTE_CHECK_OK(transaction.commit());
    return snapshots;
}

Result<std::vector<std::int64_t>> Writer::oldest(WallTime before, std::size_t max) {
    using Place = std::tuple<std::int64_t, std::string, std::int64_t>; // time, id, seq
    std::vector<Place> places;
    const auto limit = static_cast<std::int64_t>(
        std::min<std::size_t>(max, std::numeric_limits<std::int32_t>::max()));
    for (const int published : {0, 1}) {
        Rows rows = oldest_.query(published, to_us(before), limit);
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                break;
            places.emplace_back(rows.number(1), rows.bytes(2), rows.number(0));
        }
    }
    std::sort(places.begin(), places.end());
    places.resize(std::min(places.size(), static_cast<std::size_t>(limit)));
    std::vector<std::int64_t> seqs;
    for (const Place& place : places)
        seqs.push_back(std::get<2>(place));
    return seqs;
}

Result<std::vector<std::string>> Writer::hand_out_snapshots() {
    if (handed_out_before_)
        VEDETTE_CHECK_OK(drop_handed_out_.run());
    std::vector<std::string> snapshots;
    {
        Rows rows = list_loose_.query();
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                break;
            snapshots.emplace_back(rows.bytes(0));
        }
    }
    if (!snapshots.empty())
        VEDETTE_CHECK_OK(mark_handed_out_.run());
    return snapshots;
}

Status Writer::checkpoint() {
    if (sqlite3_wal_checkpoint_v2(connection_->handle(), "main", SQLITE_CHECKPOINT_TRUNCATE,
                                  nullptr, nullptr) != SQLITE_OK)
        return sqlite_error(connection_->handle());
    return {};
}

Result<bool> Writer::shrink(std::uint64_t bytes) {
    VEDETTE_TRY(const auto size, connection_->number("PRAGMA page_size"));
    VEDETTE_TRY(const auto pages, connection_->number("PRAGMA page_count"));
    VEDETTE_TRY(const auto unused, connection_->number("PRAGMA freelist_count"));
    const auto wanted =
        static_cast<std::int64_t>(bytes / static_cast<std::uint64_t>(size.value_or(4096)));
    const std::int64_t surplus =
        std::min({pages.value_or(0) - wanted, unused.value_or(0), kPagesAtOnce});
    if (surplus <= 0)
        return false;
    VEDETTE_CHECK_OK(
        connection_->execute("PRAGMA incremental_vacuum(" + std::to_string(surplus) + ")"));
    VEDETTE_CHECK_OK(checkpoint()); // which cuts the file
    VEDETTE_TRY(const auto left, connection_->number("PRAGMA page_count"));
    return left.value_or(0) < pages.value_or(0) && left.value_or(0) > wanted;
}

} // namespace vedette::storage
