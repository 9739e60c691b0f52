#include "vedette/analysis/case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "vedette/crypto/sha256.h"
#include "vedette/domain/plate_text.h"

namespace vedette::analysis {
namespace {

constexpr std::string_view kItself = "vedette";
constexpr std::string_view kIdPrefix = "fc-";
constexpr std::size_t kIdDigits = 24;

bool is_judged(CaseState state) {
    return state == CaseState::confirmed || state == CaseState::dismissed;
}

CaseState judged_or_updated(CaseState from) { return is_judged(from) ? from : CaseState::updated; }

/// Reads of one case that were looked up before, by camera and time.
using KnownReads = std::map<std::pair<domain::CameraId, WallTime>, ReadDetails>;

ReadDetails details_of(const ReadLookup& lookup, const KnownReads& known,
                       const CaseSighting& sighting, bool of_subject, std::string_view plate) {
    const WallTime at = of_subject ? sighting.subject_at : sighting.vehicle_at;
    std::optional<ReadDetails> found;
    if (lookup)
        found = lookup(sighting.camera, at, plate, !of_subject && sighting.merged);
    if (found)
        return *std::move(found);
    const auto before = known.find({sighting.camera, at});
    return before == known.end() ? ReadDetails{} : before->second;
}

using Models = std::vector<CaseVersions::Model>;

bool goes_before(const CaseVersions::Model& a, const CaseVersions::Model& b) {
    return std::tie(a.task, a.id) < std::tie(b.task, b.id);
}

void add_models(const Models& from, Models& to) {
    for (const CaseVersions::Model& model : from)
        if (const auto place = std::lower_bound(to.begin(), to.end(), model, goes_before);
            place == to.end() || *place != model)
            to.insert(place, model);
}

/// \param models  takes those that read the plates
std::vector<CaseSighting> sightings_of(const Finding& finding, const ReadLookup& lookup,
                                       const KnownReads& known, Models& models) {
    std::vector<CaseSighting> out;
    const auto& sessions = finding.evidence.sessions;
    for (std::size_t trip = 0; trip < sessions.size(); ++trip)
        for (const CoSighting& seen : sessions[trip].together) {
            CaseSighting one;
            one.trip = static_cast<std::uint32_t>(trip);
            one.camera = seen.camera;
            one.subject_at = seen.subject_at;
            one.vehicle_at = seen.vehicle_at;
            one.confidence = seen.confidence;
            one.merged = seen.merged;
            auto subject = details_of(lookup, known, one, true, finding.subject);
            auto vehicle = details_of(lookup, known, one, false, finding.vehicle);
            add_models(subject.models, models);
            add_models(vehicle.models, models);
            one.subject_event = std::move(subject.event);
            one.subject_snapshot = std::move(subject.snapshot);
            one.vehicle_event = std::move(vehicle.event);
            one.vehicle_snapshot = std::move(vehicle.snapshot);
            out.push_back(std::move(one));
        }
    return out;
}

KnownReads known_reads(const Case& known) {
    KnownReads out;
    for (const CaseSighting& sighting : known.sightings) {
        out[{sighting.camera, sighting.subject_at}] = {
            sighting.subject_event, sighting.subject_snapshot, {}};
        out[{sighting.camera, sighting.vehicle_at}] = {
            sighting.vehicle_event, sighting.vehicle_snapshot, {}};
    }
    return out;
}

double chance_sightings(const FollowingEvidence& evidence) {
    const double window_s = 2 * std::chrono::duration<double>(evidence.options.max_lag).count();
    double sum = 0;
    for (const SessionEvidence& session : evidence.sessions)
        for (const CoSighting& seen : session.together)
            sum += window_s * (seen.expected_hz * seen.flow + seen.habit_hz + seen.misread_hz);
    return sum;
}

void take_finding(Case& into, const Finding& finding, const CaseVersions& versions,
                  const ReadLookup& lookup) {
    const KnownReads known = known_reads(into);
    into.first = finding.first;
    into.last = finding.last;
    into.score = finding.score;
    into.chance = {.expected_sightings = chance_sightings(finding.evidence),
                   .false_alarms_per_month = finding.false_alarms_per_month,
                   .probability = finding.probability};
    Models models = std::exchange(into.versions, versions).models;
    into.sightings = sightings_of(finding, lookup, known, models);
    add_models(models, into.versions.models);
    into.sightings_dropped = 0;
    if (into.sightings.size() > kMaxCaseSightings) {
        into.sightings_dropped = into.sightings.size() - kMaxCaseSightings;
        into.sightings.erase(into.sightings.begin(), into.sightings.end() - kMaxCaseSightings);
    }
}

/// Judgements outlive what the program did by itself.
void make_room(Case& known) {
    auto& history = known.history;
    while (history.size() >= kMaxCaseChanges) {
        auto oldest = std::find_if(history.begin() + 1, history.end(),
                                   [](const CaseChange& one) { return one.who == kItself; });
        if (oldest == history.end())
            oldest = history.begin() + 1;
        history.erase(oldest);
        ++known.changes_dropped;
    }
}

void note(Case& known, CaseChange change) {
    make_room(known);
    known.state = change.to;
    known.updated = change.at;
    known.history.push_back(std::move(change));
}

std::string in_words(const FollowingScore& score) {
    return std::to_string(score.co_sightings) + " reads together at " +
           std::to_string(score.places) + " places on " + std::to_string(score.sessions) + " trips";
}

} // namespace

std::string_view to_string(CaseState state) noexcept {
    switch (state) { // no default: a new state must be named here
    case CaseState::open: return "open";
    case CaseState::updated: return "updated";
    case CaseState::closed: return "closed";
    case CaseState::confirmed: return "confirmed";
    case CaseState::dismissed: return "dismissed";
    }
    return "";
}

std::optional<CaseState> case_state_from(std::string_view word) noexcept {
    for (const CaseState state : {CaseState::open, CaseState::updated, CaseState::closed,
                                  CaseState::confirmed, CaseState::dismissed})
        if (to_string(state) == word)
            return state;
    return std::nullopt;
}

std::string_view to_string(CaseStep step) noexcept {
    switch (step) { // no default: a new step must be named here
    case CaseStep::found_again: return "found again";
    case CaseStep::end: return "ended";
    case CaseStep::confirm: return "confirmed";
    case CaseStep::dismiss: return "dismissed";
    }
    return "";
}

Result<CaseState> next_state(CaseState from, CaseStep step) {
    switch (step) { // no default: a new step must be decided here
    case CaseStep::found_again: return judged_or_updated(from);
    case CaseStep::end:
        if (from == CaseState::open || from == CaseState::updated)
            return CaseState::closed;
        break;
    case CaseStep::confirm:
        if (from != CaseState::confirmed)
            return CaseState::confirmed;
        break;
    case CaseStep::dismiss:
        if (from != CaseState::dismissed)
            return CaseState::dismissed;
        break;
    }
    return Error{ErrorCode::invalid_argument, "a case that is " + std::string{to_string(from)} +
                                                  " can't be " + std::string{to_string(step)}};
}

std::string subject_from(std::string_view text) {
    const bool is_name = text.starts_with(kMobileSubject) || text.starts_with(kPersonSubject);
    return is_name ? std::string{text} : domain::normalize_plate(text);
}

std::string case_id(std::string_view subject, std::string_view vehicle) {
    std::string pair{subject};
    pair += '\0';
    pair += vehicle;
    return std::string{kIdPrefix} + crypto::sha256_hex(pair).substr(0, kIdDigits);
}

bool is_case_id(std::string_view text) noexcept {
    return text.size() == kIdPrefix.size() + kIdDigits && text.starts_with(kIdPrefix) &&
           text.substr(kIdPrefix.size()).find_first_not_of("0123456789abcdef") ==
               std::string_view::npos;
}

std::vector<Place> places_of(const Case& about, std::span<const Place> known) {
    std::set<domain::CameraId> cameras;
    for (const CaseSighting& sighting : about.sightings)
        cameras.insert(sighting.camera);
    std::vector<Place> places;
    for (const Place& place : known)
        if (cameras.contains(place.camera))
            places.push_back(place);
    for (const domain::CameraId& camera : cameras)
        if (const auto middle = cell_middle(camera.value()))
            places.push_back({.camera = camera, .at = *middle, .bearing_deg = {}});
    return places;
}

Case open_case(const Finding& finding, WallTime at, const CaseVersions& versions,
               const ReadLookup& lookup) {
    Case out;
    out.id = case_id(finding.subject, finding.vehicle);
    out.subject = finding.subject;
    out.vehicle = finding.vehicle;
    out.opened = at;
    take_finding(out, finding, versions, lookup);
    note(out, {.at = at,
               .who = std::string{kItself},
               .from = {},
               .to = CaseState::open,
               .why = in_words(out.score)});
    return out;
}

Result<Case> update_case(Case known, const Finding& finding, WallTime at,
                         const CaseVersions& versions, const ReadLookup& lookup) {
    if (known.subject != finding.subject || known.vehicle != finding.vehicle)
        return Error{ErrorCode::invalid_argument,
                     "the case " + known.id + " is of another pair than the finding"};
    take_finding(known, finding, versions, lookup);
    const std::string why = in_words(known.score);
    return change_case(std::move(known), CaseStep::found_again, at, kItself, why);
}

Result<Case> change_case(Case known, CaseStep step, WallTime at, std::string_view who,
                         std::string_view why) {
    if (who.empty() || who.size() > kMaxCaseWho)
        return Error{ErrorCode::invalid_argument, "who changes a case must have 1..128 bytes"};
    if (why.size() > kMaxCaseWhy)
        return Error{ErrorCode::invalid_argument,
                     "why a case changes must have at most 1024 bytes"};
    VEDETTE_TRY(const CaseState to, next_state(known.state, step));
    note(known, {.at = at,
                 .who = std::string{who},
                 .from = known.state,
                 .to = to,
                 .why = std::string{why}});
    return known;
}

CasePrecision precision_of(std::string_view score, std::uint64_t cases, std::uint64_t confirmed,
                           std::uint64_t dismissed) {
    CasePrecision out{.score = std::string{score},
                      .cases = cases,
                      .confirmed = confirmed,
                      .dismissed = dismissed,
                      .precision = {}};
    const auto judged = static_cast<double>(confirmed + dismissed);
    if (judged == 0)
        return out;
    constexpr double kZ = 1.959963984540054; // 97.5 % of a normal distribution
    const double share = static_cast<double>(confirmed) / judged;
    const double shrink = 1 + kZ * kZ / judged;
    const double centre = (share + kZ * kZ / (2 * judged)) / shrink;
    const double half =
        kZ / shrink * std::sqrt(share * (1 - share) / judged + kZ * kZ / (4 * judged * judged));
    out.precision = share;
    out.low = std::max(0.0, centre - half);
    out.high = std::min(1.0, centre + half);
    return out;
}

std::vector<CasePrecision> precision_of(std::span<const Case> cases) {
    std::map<std::string, std::array<std::uint64_t, 3>> counts;
    for (const Case& one : cases) {
        auto& [all, confirmed, dismissed] = counts[one.versions.score];
        ++all;
        confirmed += one.state == CaseState::confirmed ? 1 : 0;
        dismissed += one.state == CaseState::dismissed ? 1 : 0;
    }
    std::vector<CasePrecision> out;
    out.reserve(counts.size());
    for (const auto& [score, count] : counts)
        out.push_back(precision_of(score, count[0], count[1], count[2]));
    return out;
}

} // namespace vedette::analysis
