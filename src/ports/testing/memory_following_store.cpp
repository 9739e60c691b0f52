#include "vedette/ports/testing/memory_following_store.h"

#include <algorithm>
#include <utility>

#include "vedette/ports/page_position.h"

namespace vedette::ports::testing {
namespace {

bool is_wanted(const FollowingRecord& record, const FollowingQuery& query) {
    return (!query.subject || record.subject == *query.subject) &&
           (!query.vehicle || record.vehicle == *query.vehicle) &&
           (!query.from || record.updated >= *query.from) &&
           (!query.to || record.updated < *query.to) &&
           (!query.min_llr || record.llr >= *query.min_llr) &&
           (query.states.empty() || std::find(query.states.begin(), query.states.end(),
                                              record.state) != query.states.end());
}

PagePosition place_of(const FollowingRecord& record) {
    return {record.updated, domain::EventId{record.id}};
}

} // namespace

Status MemoryFollowingStore::commit(const FollowingCommit& commit) {
    for (const FollowingRecord& record : commit.cases)
        VEDETTE_CHECK_OK(check_record(record));
    for (const FollowingAnnouncement& one : commit.announce)
        VEDETTE_CHECK_OK(check_envelope(one.event));
    return all_.with([&](All& all) -> Status {
        for (const FollowingRecord& record : commit.cases) {
            const auto known = all.cases.find(record.id);
            if (record.revision != (known == all.cases.end() ? 0 : known->second.revision))
                return Error{ErrorCode::already_exists,
                             "case " + record.id + " was changed meanwhile"};
        }
        for (const FollowingRemoval& one : commit.remove)
            if (const auto known = all.cases.find(one.id);
                known != all.cases.end() && known->second.revision != one.revision)
                return Error{ErrorCode::already_exists,
                             "case " + one.id + " was changed meanwhile"};
        for (const FollowingRemoval& one : commit.remove) {
            all.cases.erase(one.id);
            std::erase_if(all.waiting, [&](const auto& known) { return known.about == one.id; });
        }
        for (FollowingRecord record : commit.cases) {
            ++record.revision;
            all.cases.insert_or_assign(record.id, std::move(record));
        }
        for (const FollowingAnnouncement& one : commit.announce)
            if (std::none_of(all.waiting.begin(), all.waiting.end(),
                             [&](const auto& known) { return known.event.id == one.event.id; }))
                all.waiting.push_back(one);
        all.position = commit.up_to.value_or(all.position);
        if (commit.state) {
            all.state = commit.state;
            all.pauses.clear();
        }
        all.pauses.insert(all.pauses.end(), commit.pauses.begin(), commit.pauses.end());
        return {};
    });
}

Result<LogPosition> MemoryFollowingStore::position() const {
    return all_.with([](const All& all) { return all.position; });
}

Result<std::optional<FollowingState>> MemoryFollowingStore::state() const {
    return all_.with([](const All& all) { return all.state; });
}

Result<std::vector<FollowingPause>> MemoryFollowingStore::pauses() const {
    return all_.with([](const All& all) { return all.pauses; });
}

Result<FollowingRecord> MemoryFollowingStore::find(std::string_view id) const {
    return all_.with([&](const All& all) -> Result<FollowingRecord> {
        const auto found = all.cases.find(id);
        if (found == all.cases.end())
            return Error{ErrorCode::not_found, "there is no case " + std::string{id}};
        return found->second;
    });
}

Result<FollowingPage> MemoryFollowingStore::list(const FollowingQuery& query) const {
    VEDETTE_CHECK_OK(check_query(query));
    std::optional<PagePosition> after;
    if (!query.cursor.empty()) {
        VEDETTE_TRY(after, from_cursor(query.cursor));
    }
    FollowingPage page;
    all_.with([&](const All& all) {
        for (const auto& [id, record] : all.cases)
            if (is_wanted(record, query) && (!after || is_listed_before(*after, place_of(record))))
                page.records.push_back(record);
    });
    std::sort(page.records.begin(), page.records.end(), [](const auto& a, const auto& b) {
        return is_listed_before(place_of(a), place_of(b));
    });
    if (page.records.size() > query.limit) {
        page.records.resize(query.limit);
        page.next = to_cursor(place_of(page.records.back()));
    }
    for (FollowingRecord& record : page.records)
        record.evidence.clear();
    return page;
}

Result<std::vector<FollowingCount>> MemoryFollowingStore::counts() const {
    std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
    all_.with([&](const All& all) {
        for (const auto& [id, record] : all.cases)
            ++counts[{record.score, record.state}];
    });
    std::vector<FollowingCount> out;
    out.reserve(counts.size());
    for (const auto& [key, cases] : counts)
        out.push_back({key.first, key.second, cases});
    return out;
}

Result<std::vector<FollowingSubjectCount>> MemoryFollowingStore::subject_counts() const {
    std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
    all_.with([&](const All& all) {
        for (const auto& [id, record] : all.cases)
            ++counts[{record.subject, record.state}];
    });
    std::vector<FollowingSubjectCount> out;
    out.reserve(counts.size());
    for (const auto& [key, cases] : counts)
        out.push_back({key.first, key.second, cases});
    return out;
}

Result<std::vector<Envelope>> MemoryFollowingStore::announcements(std::size_t max) const {
    std::vector<Envelope> out;
    all_.with([&](const All& all) {
        for (const FollowingAnnouncement& one : all.waiting)
            if (out.size() < max)
                out.push_back(one.event);
    });
    return out;
}

Status MemoryFollowingStore::announced(const std::vector<domain::EventId>& ids) {
    all_.with([&](All& all) {
        std::erase_if(all.waiting, [&](const auto& one) {
            return std::find(ids.begin(), ids.end(), one.event.id) != ids.end();
        });
    });
    return {};
}

Result<std::uint64_t> MemoryFollowingStore::forget(std::string_view plate) {
    return all_.with([&](All& all) {
        std::uint64_t gone = 0;
        for (auto at = all.cases.begin(); at != all.cases.end();) {
            if (at->second.subject != plate && at->second.vehicle != plate) {
                ++at;
                continue;
            }
            std::erase_if(all.waiting, [&](const auto& one) { return one.about == at->first; });
            at = all.cases.erase(at);
            ++gone;
        }
        all.state.reset();
        all.pauses.clear();
        return gone;
    });
}

} // namespace vedette::ports::testing
