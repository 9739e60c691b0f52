#include "sqlite/pass_reader.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "sqlite/event_blob.h"
#include "sqlite/indexed.h"

namespace vedette::storage {
namespace {

using domain::CameraId;
using ports::CameraCount;
using ports::HourCount;
using ports::PassList;
using ports::PassRow;
using ports::TimeSpan;

WallTime to_time(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }

/// The limit for SQL: one more, to know whether that was all.
std::int64_t one_more(std::size_t limit) { return static_cast<std::int64_t>(limit) + 1; }

PassList cut(std::vector<PassRow> rows, std::size_t limit) {
    PassList list{std::move(rows), true};
    if (list.rows.size() > limit) {
        list.rows.resize(limit);
        list.complete = false;
    }
    return list;
}

} // namespace

Result<PassReader> PassReader::open(Connection& connection) {
    PassReader reader{connection};
    VEDETTE_CHECK_OK(reader.prepare());
    return reader;
}

Status PassReader::prepare() {
    const std::pair<Statement*, std::string_view> statements[] = {
        {&groups_, "SELECT group_id, camera FROM sighting_groups WHERE published = 1"},
        {&groups_of_camera_,
         "SELECT group_id FROM sighting_groups WHERE camera = ?1 AND published = 1"},
        {&of_plate_, "SELECT first_seen_us_utc, event_id, group_id, plate_confidence FROM "
                     "plate_sightings WHERE plate = ?1 AND first_seen_us_utc >= ?2 AND "
                     "first_seen_us_utc < ?3 ORDER BY first_seen_us_utc, event_id"},
        {&of_group_, "SELECT first_seen_us_utc, event_id, plate, plate_confidence FROM "
                     "plate_sightings INDEXED BY plate_sightings_by_group WHERE group_id = ?1 AND "
                     "first_seen_us_utc >= ?2 AND first_seen_us_utc < ?3 ORDER BY "
                     "first_seen_us_utc, event_id LIMIT ?4"},
        {&count_plate_, "SELECT group_id FROM plate_sightings WHERE plate = ?1 AND "
                        "first_seen_us_utc >= ?2 AND first_seen_us_utc < ?3"},
        {&flow_, "SELECT hour, sightings FROM plate_flow WHERE group_id = ?1 AND hour >= ?2 AND "
                 "hour <= ?3 ORDER BY hour"},
        {&body_, "SELECT body FROM sightings WHERE event_id = ?1"},
    };
    for (const auto& [statement, sql] : statements) {
        VEDETTE_TRY(*statement, connection_->prepare(sql));
    }
    return {};
}

Result<std::unordered_map<std::int64_t, CameraId>> PassReader::camera_of_groups() {
    std::unordered_map<std::int64_t, CameraId> cameras;
    Rows rows = groups_.query();
    for (;;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return cameras;
        cameras.emplace(rows.number(0), CameraId{std::string{rows.bytes(1)}});
    }
}

Result<std::vector<std::int64_t>> PassReader::groups_of(const CameraId& camera) {
    std::vector<std::int64_t> groups;
    Rows rows = groups_of_camera_.query(camera.value());
    for (;;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return groups;
        groups.push_back(rows.number(0));
    }
}

Result<PassList> PassReader::passes_of(std::string_view plate, const TimeSpan& span,
                                       std::size_t limit) {
    VEDETTE_CHECK_OK(ports::check_pass_plate(plate));
    VEDETTE_CHECK_OK(ports::check_pass_limit(limit));
    VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
    VEDETTE_TRY(const auto camera_of, camera_of_groups());
    std::vector<PassRow> found;
    {
        Rows rows = of_plate_.query(plate, to_us(span.from), to_us(span.to));
        while (found.size() <= limit) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                break;
            const auto camera = camera_of.find(rows.number(2));
            if (camera == camera_of.end())
                continue; // discarded
            found.push_back({domain::EventId{std::string{rows.bytes(1)}}, camera->second,
                             to_time(rows.number(0)), std::string{plate},
                             static_cast<float>(rows.real(3))});
        }
    }
    VEDETTE_CHECK_OK(snapshot.commit());
    return cut(std::move(found), limit);
}

Result<std::string> PassReader::resolved_text(const domain::EventId& event) {
    Rows rows = body_.query(event.value());
    VEDETTE_TRY(const bool row, rows.next());
    if (!row)
        return Error{
            ErrorCode::data_loss,
            "store: an index names an event that is not there: run `vedette doctor` on it"};
    VEDETTE_TRY(const domain::Event read, from_blob(rows.bytes(0)));
    return read.plate ? read.plate->resolved : std::string{};
}

Status PassReader::add_group(std::int64_t group, const CameraId& camera, const TimeSpan& span,
                             std::size_t limit, std::vector<PassRow>& into) {
    // An event has one row or two, which stand together.
    Rows rows = of_group_.query(group, to_us(span.from), to_us(span.to), one_more(2 * limit));
    const std::size_t first = into.size();
    for (;;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return {};
        if (into.size() > first && into.back().event.value() == rows.bytes(1)) {
            VEDETTE_TRY(into.back().plate, resolved_text(into.back().event));
            continue;
        }
        into.push_back({domain::EventId{std::string{rows.bytes(1)}}, camera,
                        to_time(rows.number(0)), std::string{rows.bytes(2)},
                        static_cast<float>(rows.real(3))});
    }
}

Result<PassList> PassReader::passes_at(const CameraId& camera, const TimeSpan& span,
                                       std::size_t limit) {
    VEDETTE_CHECK_OK(ports::check_pass_limit(limit));
    VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
    VEDETTE_TRY(const auto groups, groups_of(camera));
    std::vector<PassRow> found;
    for (const std::int64_t group : groups)
        VEDETTE_CHECK_OK(add_group(group, camera, span, limit, found));
    VEDETTE_CHECK_OK(snapshot.commit());
    std::sort(found.begin(), found.end(), [](const PassRow& a, const PassRow& b) {
        return std::tie(a.at, a.event) < std::tie(b.at, b.event);
    });
    return cut(std::move(found), limit);
}

Result<std::vector<ports::StayRow>> PassReader::stays_among(std::span<const PassRow> passes) {
    VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
    std::vector<ports::StayRow> stays;
    for (const PassRow& pass : passes) {
        Rows rows = body_.query(pass.event.value());
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            continue; // forgotten meanwhile
        VEDETTE_TRY(const domain::Event event, from_blob(rows.bytes(0)));
        if (event.stationary)
            stays.push_back({pass, event.last_seen});
    }
    VEDETTE_CHECK_OK(snapshot.commit());
    return stays;
}

Result<std::vector<CameraCount>> PassReader::counts_of(std::string_view plate,
                                                       const TimeSpan& span) {
    VEDETTE_CHECK_OK(ports::check_pass_plate(plate));
    VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
    VEDETTE_TRY(const auto camera_of, camera_of_groups());
    std::map<CameraId, std::uint64_t> counts;
    {
        Rows rows = count_plate_.query(plate, to_us(span.from), to_us(span.to));
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row)
                break;
            if (const auto camera = camera_of.find(rows.number(0)); camera != camera_of.end())
                ++counts[camera->second];
        }
    }
    VEDETTE_CHECK_OK(snapshot.commit());
    std::vector<CameraCount> out;
    out.reserve(counts.size());
    for (const auto& [camera, passes] : counts)
        out.push_back({camera, passes});
    return out;
}

Result<std::vector<HourCount>> PassReader::flow_at(const CameraId& camera, const TimeSpan& span) {
    std::map<std::int64_t, std::uint64_t> counts;
    if (span.from < span.to) {
        VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
        VEDETTE_TRY(const auto groups, groups_of(camera));
        const WallTime last = span.to - std::chrono::microseconds{1};
        for (const std::int64_t group : groups) {
            Rows rows = flow_.query(group, hour_number(span.from), hour_number(last));
            for (;;) {
                VEDETTE_TRY(const bool row, rows.next());
                if (!row)
                    break;
                counts[rows.number(0)] += static_cast<std::uint64_t>(rows.number(1));
            }
        }
        VEDETTE_CHECK_OK(snapshot.commit());
    }
    std::vector<HourCount> out;
    out.reserve(counts.size());
    for (const auto& [hour, passes] : counts)
        out.push_back({WallTime{std::chrono::hours{hour}}, passes});
    return out;
}

Result<std::vector<CameraId>> PassReader::cameras() {
    VEDETTE_TRY(const auto camera_of, camera_of_groups());
    std::vector<CameraId> cameras;
    cameras.reserve(camera_of.size());
    for (const auto& [group, camera] : camera_of)
        cameras.push_back(camera);
    std::sort(cameras.begin(), cameras.end());
    cameras.erase(std::unique(cameras.begin(), cameras.end()), cameras.end());
    return cameras;
}

} // namespace vedette::storage
