#include "vedette/analysis/case_keeper.h"

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "vedette/events/event_json.h"

namespace vedette::analysis {
namespace {

/// A judgement and an alert may meet; a third try never failed yet.
constexpr int kTries = 5;
constexpr std::size_t kPage = 500;

ports::FollowingRecord record_of(const Case& about, std::string evidence, std::uint64_t revision) {
    return {.id = about.id,
            .subject = about.subject,
            .vehicle = about.vehicle,
            .state = std::string{to_string(about.state)},
            .score = about.versions.score,
            .opened = about.opened,
            .updated = about.updated,
            .llr = about.score.llr,
            .revision = revision,
            .body = case_to_json(about),
            .evidence = std::move(evidence)};
}

/// Of the sightings that both were read in, each once, by name.
std::vector<std::string> cameras_of(const Case& about) {
    std::set<std::string> names;
    for (const CaseSighting& sighting : about.sightings)
        names.insert(sighting.camera.value());
    return {names.begin(), names.end()};
}

ports::FollowingAnnouncement announcement_of(const Case& about, const std::string& kind) {
    const auto number = about.history.size() + about.changes_dropped;
    const domain::EventId id{about.id + "." + std::to_string(number)};
    nlohmann::ordered_json payload{
        {"schema", 1},
        {"event_id", id.value()},
        {"type", kind},
        {"at", events::format_time(about.updated)},
        {"case", about.id},
        {"subject", about.subject},
        {"plate", about.vehicle},
        {"state", to_string(about.state)},
        {"llr", about.score.llr},
        {"probability", about.chance.probability},
        {"expected_false_alarms_per_subject_month", about.chance.false_alarms_per_month},
        {"trips", about.score.sessions},
        {"places", about.score.places},
        {"co_sightings", about.score.co_sightings},
        {"first", events::format_time(about.first)},
        {"last", events::format_time(about.last)},
        {"cameras", cameras_of(about)},
        {"model", about.versions.score}};
    domain::CameraId camera;
    if (!about.sightings.empty()) {
        camera = about.sightings.back().camera;
        payload["camera"] = camera.value();
        if (!about.sightings.back().vehicle_snapshot.empty())
            payload["snapshot"] = about.sightings.back().vehicle_snapshot;
    }
    return {about.id,
            {.id = id,
             .kind = kind,
             .camera = camera,
             .at = about.updated,
             .payload = payload.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}};
}

struct Draft {
    Case about;
    ports::FollowingRecord record;
};
/// By case. Several alerts of one pair may come at once: each one goes on from the one before.
using Drafts = std::map<std::string, Draft>;

/// What is known of a pair, from the drafts or the store; nothing if it has no case.
Result<std::optional<Draft>> known_draft(const Drafts& drafts, const ports::FollowingStore& store,
                                         const std::string& id) {
    if (const auto found = drafts.find(id); found != drafts.end())
        return std::optional{found->second};
    auto record = store.find(id);
    if (!record && record.error().code() == ErrorCode::not_found)
        return std::optional<Draft>{};
    if (!record)
        return std::move(record).error();
    VEDETTE_TRY(auto about, case_in(*record));
    return std::optional{Draft{std::move(about), *std::move(record)}};
}

ports::FollowingQuery in_states(std::initializer_list<CaseState> states) {
    ports::FollowingQuery query;
    for (const CaseState state : states)
        query.states.emplace_back(to_string(state));
    return query;
}

} // namespace

Result<Case> case_in(const ports::FollowingRecord& record) {
    auto about = case_from_json(record.body);
    if (about)
        return *std::move(about);
    return Error{ErrorCode::data_loss,
                 "case " + record.id + " can't be understood: " + about.error().message()};
}

CaseKeeper::CaseKeeper(ports::FollowingStore& store, CaseVersions versions, ReadLookup lookup)
    : store_{store}, versions_{std::move(versions)}, lookup_{std::move(lookup)} {}

Result<CaseKeeper::Kept> CaseKeeper::keep(std::span<const Finding> alerts,
                                          std::optional<ports::LogPosition> up_to, bool announce) {
    for (int tries = 1;; ++tries) {
        auto kept = keep_once(alerts, up_to, announce);
        if (kept || kept.error().code() != ErrorCode::already_exists || tries == kTries)
            return kept;
    }
}

Result<CaseKeeper::Kept> CaseKeeper::keep_once(std::span<const Finding> alerts,
                                               std::optional<ports::LogPosition> up_to,
                                               bool announce) {
    Kept kept;
    Drafts drafts;
    ports::FollowingCommit commit{.up_to = up_to, .cases = {}, .announce = {}, .state = {}};
    for (const Finding& alert : alerts) {
        const std::string id = case_id(alert.subject, alert.vehicle);
        VEDETTE_TRY(auto known, known_draft(drafts, store_, id));
        if (known && alert.last <= known->about.last) {
            ++kept.known;
            continue;
        }
        VEDETTE_TRY(auto evidence, evidence_to_json(alert.evidence));
        Draft next;
        if (known) {
            VEDETTE_TRY(next.about, update_case(std::move(known->about), alert, alert.last,
                                                versions_, lookup_));
        } else {
            next.about = open_case(alert, alert.last, versions_, lookup_);
        }
        next.record =
            record_of(next.about, std::move(evidence), known ? known->record.revision : 0);
        if (announce)
            commit.announce.push_back(
                announcement_of(next.about, known ? "following.updated" : "following.opened"));
        ++(known ? kept.updated : kept.opened);
        drafts.insert_or_assign(id, std::move(next));
    }
    for (auto& [id, draft] : drafts)
        commit.cases.push_back(std::move(draft.record));
    if (!commit.cases.empty() || up_to)
        VEDETTE_CHECK_OK(store_.commit(commit));
    return kept;
}

Result<std::uint64_t> CaseKeeper::close_ended(WallTime before, WallTime at, bool announce) {
    std::vector<std::string> ended;
    VEDETTE_CHECK_OK(for_each(in_states({CaseState::open, CaseState::updated}),
                              [&](const ports::FollowingRecord& record) -> Status {
                                  VEDETTE_TRY(const Case about, case_in(record));
                                  if (about.last < before)
                                      ended.push_back(about.id);
                                  return {};
                              }));
    std::uint64_t closed = 0;
    for (const std::string& id : ended) {
        const auto done = judge_case(
            store_, id, {CaseStep::end, at, "vedette", "not seen together any more", {}, announce});
        // Somebody judged or forgot it meanwhile: then it has its end.
        if (!done && done.error().code() != ErrorCode::invalid_argument &&
            done.error().code() != ErrorCode::not_found)
            return done.error();
        closed += done ? 1 : 0;
    }
    return closed;
}

Result<std::vector<ports::FollowingRemoval>>
CaseKeeper::unjudged_of(std::string_view subject) const {
    std::vector<ports::FollowingRemoval> cases;
    auto query = in_states({CaseState::open, CaseState::updated, CaseState::closed});
    query.subject = std::string{subject};
    VEDETTE_CHECK_OK(for_each(std::move(query), [&](const ports::FollowingRecord& one) -> Status {
        cases.push_back({one.id, one.revision});
        return {};
    }));
    return cases;
}

Result<std::vector<ports::FollowingRemoval>> CaseKeeper::ended_before(WallTime before) const {
    std::vector<ports::FollowingRemoval> cases;
    VEDETTE_CHECK_OK(for_each(in_states({CaseState::closed, CaseState::dismissed}),
                              [&](const ports::FollowingRecord& one) -> Status {
                                  if (one.updated < before)
                                      cases.push_back({one.id, one.revision});
                                  return {};
                              }));
    return cases;
}

Status
CaseKeeper::for_each(ports::FollowingQuery query,
                     const std::function<Status(const ports::FollowingRecord&)>& visit) const {
    query.limit = kPage;
    do {
        VEDETTE_TRY(const auto page, store_.list(query));
        for (const ports::FollowingRecord& record : page.records)
            VEDETTE_CHECK_OK(visit(record));
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return {};
}

Result<Case> judge_case(ports::FollowingStore& store, std::string_view id,
                        const Judgement& judgement) {
    for (int tries = 1;; ++tries) {
        VEDETTE_TRY(auto record, store.find(id));
        if (judgement.revision && *judgement.revision != record.revision)
            return Error{ErrorCode::already_exists,
                         "case " + record.id +
                             " was changed since it was looked at: look at it again"};
        VEDETTE_TRY(auto known, case_in(record));
        VEDETTE_TRY(auto changed, change_case(std::move(known), judgement.step, judgement.at,
                                              judgement.who, judgement.why));
        ports::FollowingCommit commit{
            .up_to = {},
            .cases = {record_of(changed, std::move(record.evidence), record.revision)},
            .announce = {},
            .state = {}};
        if (judgement.announce && judgement.step == CaseStep::end)
            commit.announce.push_back(announcement_of(changed, "following.closed"));
        const Status done = store.commit(commit);
        if (done)
            return changed;
        if (done.error().code() != ErrorCode::already_exists || tries == kTries)
            return done.error();
    }
}

Result<std::vector<CasePrecision>> precision_in(const ports::FollowingStore& store) {
    VEDETTE_TRY(const auto counts, store.counts());
    std::map<std::string, CasePrecision> all;
    for (const ports::FollowingCount& count : counts) {
        CasePrecision& one = all[count.score];
        one.cases += count.cases;
        one.confirmed += count.state == to_string(CaseState::confirmed) ? count.cases : 0;
        one.dismissed += count.state == to_string(CaseState::dismissed) ? count.cases : 0;
    }
    std::vector<CasePrecision> out;
    out.reserve(all.size());
    for (const auto& [score, one] : all)
        out.push_back(precision_of(score, one.cases, one.confirmed, one.dismissed));
    return out;
}

} // namespace vedette::analysis
