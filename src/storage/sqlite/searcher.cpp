#include "sqlite/searcher.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sqlite/event_blob.h"
#include "sqlite/indexed.h"
#include "sqlite/plate_block.h"

namespace vedette::storage {
namespace {

using domain::Event;
using ports::EventPage;
using ports::EventQuery;
using ports::PagePosition;
using ports::PlateMatch;
using ports::PlateMatcher;

constexpr int kStepsBetweenCounts = 10'000;

/// What follows ORDER BY in every stream, and the bounds before it. ?1 is the stream's key, ?2 and
/// ?3 the place after which it begins, ?4 the earliest time.
#define VEDETTE_STREAM_BOUNDS                                                                      \
    " AND (first_seen_us_utc, event_id) < (?2, ?3) AND first_seen_us_utc >= ?4 "                   \
    "ORDER BY first_seen_us_utc DESC, event_id DESC"

constexpr std::string_view kByTime =
    "SELECT first_seen_us_utc, event_id, seq, group_id, plate_confidence FROM sightings "
    "INDEXED BY sightings_by_time WHERE published = ?1" VEDETTE_STREAM_BOUNDS;
constexpr std::string_view kByGroup =
    "SELECT first_seen_us_utc, event_id, seq, group_id, plate_confidence FROM sightings "
    "INDEXED BY sightings_by_group WHERE group_id = ?1" VEDETTE_STREAM_BOUNDS;
constexpr std::string_view kByPlate =
    "SELECT first_seen_us_utc, event_id, seq, group_id, plate_confidence FROM plate_sightings "
    "WHERE plate = ?1" VEDETTE_STREAM_BOUNDS;
constexpr std::string_view kWalk =
    "SELECT first_seen_us_utc, event_id, seq, group_id, plate_confidence, body FROM sightings "
    "INDEXED BY sightings_by_time WHERE published = ?1" VEDETTE_STREAM_BOUNDS;

#undef VEDETTE_STREAM_BOUNDS

} // namespace

Result<std::unique_ptr<Searcher>> Searcher::open(std::unique_ptr<Connection> connection,
                                                 const SearchLimits& limits) {
    std::unique_ptr<Searcher> searcher{new Searcher{limits}};
    searcher->connection_ = std::move(connection);
    VEDETTE_CHECK_OK(searcher->prepare());
    VEDETTE_TRY(searcher->passes_, PassReader::open(*searcher->connection_));
    sqlite3_progress_handler(searcher->connection_->handle(), kStepsBetweenCounts, &count_steps,
                             searcher.get());
    return searcher;
}

int Searcher::count_steps(void* searcher) {
    auto& self = *static_cast<Searcher*>(searcher);
    self.steps_ += kStepsBetweenCounts;
    return self.steps_ > self.limits_.most_steps ? 1 : 0;
}

Status Searcher::prepare() {
    const std::pair<Statement*, std::string_view> statements[] = {
        {&find_, "SELECT body FROM sightings WHERE event_id = ?1"},
        {&read_, "SELECT body FROM sightings WHERE seq = ?1"},
        {&position_, "SELECT position FROM subscribers WHERE name = ?1"},
        {&groups_, "SELECT group_id, camera, label, published FROM sighting_groups"},
        {&by_time_, kByTime},
        {&by_group_, kByGroup},
        {&by_plate_, kByPlate},
        {&walk_, kWalk},
        {&plates_from_, "SELECT plate FROM plates WHERE plate >= ?1 ORDER BY plate"},
        {&blocks_, "SELECT texts FROM plate_blocks"},
        {&total_, "SELECT events FROM totals WHERE only = 1"},
        {&oldest_, "SELECT first_seen_us_utc FROM sightings INDEXED BY sightings_by_time "
                   "WHERE published = ?1 ORDER BY first_seen_us_utc LIMIT 1"},
        {&newest_, "SELECT first_seen_us_utc FROM sightings INDEXED BY sightings_by_time "
                   "WHERE published = ?1 ORDER BY first_seen_us_utc DESC LIMIT 1"},
    };
    for (const auto& [statement, sql] : statements) {
        VEDETTE_TRY(*statement, connection_->prepare(sql));
    }
    return {};
}

Result<ports::LogPosition> Searcher::position(std::string_view subscriber) {
    steps_ = 0;
    Rows rows = position_.query(subscriber);
    VEDETTE_TRY(const bool row, rows.next());
    return ports::LogPosition{row ? static_cast<std::uint64_t>(rows.number(0)) : 0};
}

Result<Event> Searcher::find(const domain::EventId& id) {
    steps_ = 0;
    Rows rows = find_.query(id.value());
    VEDETTE_TRY(const bool row, rows.next());
    if (!row)
        return Error{ErrorCode::not_found, "no event '" + id.value() + "'"};
    return from_blob(rows.bytes(0));
}

Result<EventPage> Searcher::search(const EventQuery& query) {
    VEDETTE_CHECK_OK(check_query(query));
    Search search{
        query, {}, {}, query.from.value_or(WallTime::min()), {}, PageCollector{query.limit + 1}};
    if (!query.cursor.empty()) {
        VEDETTE_TRY(search.after, ports::from_cursor(query.cursor));
    }
    // No id comes after the empty one, so this is the place right before time `to`.
    if (query.to && (!search.after || search.after->first_seen >= *query.to))
        search.after = PagePosition{*query.to, domain::EventId{}};
    if (query.plate) {
        VEDETTE_TRY(search.matcher, PlateMatcher::make(*query.plate, query.match, query.max_edits));
    }
    steps_ = 0;
    VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
    VEDETTE_CHECK_OK(find_groups(search));
    VEDETTE_CHECK_OK(collect(search));
    VEDETTE_TRY(auto page, read_page(search));
    VEDETTE_CHECK_OK(snapshot.commit());
    return page;
}

Status Searcher::find_groups(Search& search) {
    const EventQuery& query = search.query;
    if (query.cameras.empty() && query.labels.empty() && (query.with_discarded || !query.plate))
        return {};
    const auto is_wanted = [](const auto& wanted, std::string_view value) {
        return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) {
                   if constexpr (std::is_same_v<std::decay_t<decltype(one)>, std::string>)
                       return one == value;
                   else
                       return one.value() == value;
               });
    };
    search.groups.emplace();
    Rows rows = groups_.query();
    for (;;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return {};
        if ((query.with_discarded || rows.number(3) == 1) &&
            is_wanted(query.cameras, rows.bytes(1)) && is_wanted(query.labels, rows.bytes(2)))
            search.groups->insert(rows.number(0));
    }
}

Status Searcher::collect(Search& search) {
    if (search.groups && search.groups->empty())
        return {};
    return search.matcher ? collect_plates(search) : collect_events(search);
}

template <class... Values>
Rows Searcher::stream(Statement& statement, const Search& search, const Values&... values) {
    const std::int64_t from = to_us(std::max(search.from, search.page.earliest_wanted()));
    if (search.after)
        return statement.query(values..., to_us(search.after->first_seen), search.after->id.value(),
                               from);
    // SQLite sorts every blob behind every text.
    return statement.query(values..., std::numeric_limits<std::int64_t>::max(), Blob{}, from);
}

Status Searcher::drain(Search& search, Rows rows) {
    const float least = search.query.min_confidence;
    for (;;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return {};
        if (search.groups && !search.groups->contains(rows.number(3)))
            continue;
        if (least > 0 && (rows.is_null(4) || static_cast<float>(rows.real(4)) < least))
            continue;
        PagePosition position{WallTime{std::chrono::microseconds{rows.number(0)}},
                              domain::EventId{std::string{rows.bytes(1)}}};
        if (!search.page.wants(position))
            return {}; // all that follow are older
        search.page.add({std::move(position), rows.number(2)});
    }
}

Status Searcher::collect_events(Search& search) {
    if (search.groups && search.groups->size() <= limits_.most_group_streams) {
        for (const std::int64_t group : *search.groups)
            VEDETTE_CHECK_OK(drain(search, stream(by_group_, search, group)));
        return {};
    }
    VEDETTE_CHECK_OK(drain(search, stream(by_time_, search, 1)));
    return search.query.with_discarded ? drain(search, stream(by_time_, search, 0)) : Status{};
}

Status Searcher::collect_plate(Search& search, std::string_view plate) {
    return drain(search, stream(by_plate_, search, plate));
}

Status Searcher::collect_plates(Search& search) {
    const PlateMatcher& matcher = *search.matcher;
    if (matcher.how() == PlateMatch::exact)
        return collect_plate(search, matcher.beginning());
    std::vector<std::string> plates;
    VEDETTE_CHECK_OK(for_each_fitting(matcher, [&](std::string_view plate) -> Result<bool> {
        plates.emplace_back(plate);
        return plates.size() <= limits_.most_plate_streams;
    }));
    if (plates.size() <= limits_.most_plate_streams) {
        for (const std::string& plate : plates)
            VEDETTE_CHECK_OK(collect_plate(search, plate));
        return {};
    }
    VEDETTE_TRY(const bool complete, walk(search));
    if (complete)
        return {};
    return for_each_fitting(matcher, [&](std::string_view plate) -> Result<bool> {
        VEDETTE_CHECK_OK(collect_plate(search, plate));
        return true;
    });
}

template <class Visit>
Status Searcher::for_each_fitting(const PlateMatcher& matcher, Visit&& visit) {
    const std::string& beginning = matcher.beginning();
    if (!beginning.empty()) {
        Rows rows = plates_from_.query(beginning);
        for (;;) {
            VEDETTE_TRY(const bool row, rows.next());
            if (!row || !rows.bytes(0).starts_with(beginning))
                return {};
            if (!matcher.fits(rows.bytes(0)))
                continue;
            VEDETTE_TRY(const bool more, visit(rows.bytes(0)));
            if (!more)
                return {};
        }
    }
    Rows rows = blocks_.query();
    for (bool more = true; more;) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return {};
        Status visited;
        const bool whole = for_each_plate(rows.bytes(0), [&](std::string_view plate) {
            if (!matcher.fits(plate))
                return true;
            auto answer = visit(plate);
            if (!answer)
                visited = std::move(answer).error();
            more = answer && *answer;
            return more;
        });
        VEDETTE_CHECK_OK(std::move(visited));
        if (!whole)
            return Error{ErrorCode::data_loss,
                         "store: the list of plates is damaged: run `vedette doctor` on it"};
    }
    return {};
}

Result<bool> Searcher::walk(Search& search) {
    Search walked{search.query, search.matcher, search.after,
                  search.from,  search.groups,  PageCollector{search.query.limit + 1}};
    VEDETTE_TRY(bool complete, walk_some(walked, stream(walk_, walked, 1)));
    if (complete && search.query.with_discarded) {
        VEDETTE_TRY(complete, walk_some(walked, stream(walk_, walked, 0)));
    }
    if (complete)
        search.page = std::move(walked.page);
    return complete;
}

Result<bool> Searcher::walk_some(Search& search, Rows rows) {
    const float least = search.query.min_confidence;
    for (std::size_t seen = 0; seen < limits_.walk_events; ++seen) {
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return true;
        if ((search.groups && !search.groups->contains(rows.number(3))) || rows.is_null(4) ||
            static_cast<float>(rows.real(4)) < least)
            continue;
        PagePosition position{WallTime{std::chrono::microseconds{rows.number(0)}},
                              domain::EventId{std::string{rows.bytes(1)}}};
        if (!search.page.wants(position))
            return true;
        VEDETTE_TRY(const Event event, from_blob(rows.bytes(5)));
        if (event.plate && search.matcher->match(*event.plate))
            search.page.add({std::move(position), rows.number(2)});
    }
    return false;
}

Result<EventPage> Searcher::read_page(const Search& search) {
    EventPage page;
    for (const IndexRow& index : search.page.rows()) {
        if (page.events.size() == search.query.limit) {
            const Event& last = page.events.back().event;
            page.next = ports::to_cursor({last.first_seen, last.id});
            break;
        }
        Rows rows = read_.query(index.seq);
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            return Error{ErrorCode::data_loss,
                         "store: an index names an event that is not there: run `vedette doctor` "
                         "on it"};
        VEDETTE_TRY(Event event, from_blob(rows.bytes(0)));
        std::string reason;
        if (search.matcher && event.plate)
            reason = search.matcher->match(*event.plate).value_or("");
        page.events.push_back({std::move(event), std::move(reason)});
    }
    return page;
}

Result<std::optional<WallTime>> Searcher::edge(Statement& statement) {
    std::optional<WallTime> found;
    const bool oldest = &statement == &oldest_;
    for (const int published : {0, 1}) {
        Rows rows = statement.query(published);
        VEDETTE_TRY(const bool row, rows.next());
        if (!row)
            continue;
        const WallTime time{std::chrono::microseconds{rows.number(0)}};
        if (!found || (oldest ? time < *found : time > *found))
            found = time;
    }
    return found;
}

Result<ports::StoreExtent> Searcher::extent() {
    steps_ = 0;
    ports::StoreExtent extent;
    VEDETTE_TRY(auto snapshot, Transaction::begin(*connection_, Transaction::Kind::read));
    {
        Rows rows = total_.query();
        VEDETTE_TRY([[maybe_unused]] const bool row, rows.next());
        extent.events = static_cast<std::uint64_t>(rows.number(0));
    }
    VEDETTE_TRY(extent.oldest, edge(oldest_));
    VEDETTE_TRY(extent.newest, edge(newest_));
    // Pages in use: the file itself never shrinks, so its size says nothing about what to forget.
    VEDETTE_TRY(const auto pages, connection_->number("PRAGMA page_count"));
    VEDETTE_TRY(const auto free, connection_->number("PRAGMA freelist_count"));
    VEDETTE_TRY(const auto size, connection_->number("PRAGMA page_size"));
    extent.bytes =
        static_cast<std::uint64_t>((pages.value_or(0) - free.value_or(0)) * size.value_or(0));
    VEDETTE_CHECK_OK(snapshot.commit());
    return extent;
}

} // namespace vedette::storage
