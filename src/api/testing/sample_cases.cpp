#include "testing/sample_cases.h"

#include <array>
#include <chrono>
#include <utility>

#include "vedette/analysis/case_keeper.h"
#include "vedette/analysis/following.h"

namespace vedette::api::demo {
namespace {

using analysis::CoSighting;
using analysis::Finding;
using analysis::Place;
using analysis::SessionEvidence;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kSubject = "AB12CDE";

struct Spot {
    const char* camera;
    double latitude_deg;
    double longitude_deg;
    double bearing_deg;
};
constexpr std::array<Spot, 8> kTown{{{"harbour", 53.5450, 9.9660, 40},
                                     {"station", 53.5527, 10.0066, 200},
                                     {"bridge", 53.5561, 9.9930, 300},
                                     {"market", 53.5651, 9.9891, 10},
                                     {"school", 53.5735, 9.9779, 135},
                                     {"park", 53.5606, 9.9712, 90},
                                     {"mill", 53.5790, 10.0120, 250},
                                     {"ferry", 53.5409, 9.9403, 75}}};

WallTime monday_at(int day, minutes time) {
    constexpr WallTime kMonday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 2};
    return kMonday + std::chrono::days{day} + time;
}

/// One camera of a trip: how long after the start the subject was there, how far behind the other.
struct Stop {
    std::uint32_t spot;
    minutes after;
    seconds lag;
};

CoSighting co_sighting(WallTime start, const Stop& stop, bool is_first) {
    CoSighting seen;
    seen.camera = domain::CameraId{kTown.at(stop.spot).camera};
    seen.place = stop.spot;
    seen.index = stop.spot;
    seen.subject_at = start + stop.after;
    seen.vehicle_at = seen.subject_at + stop.lag;
    seen.confidence = 0.94;
    seen.expected_hz = 2e-6;
    seen.flow = 1.1;
    seen.habit_hz = 1e-7;
    seen.turn_chance = is_first ? 1 : 0.3;
    seen.travel_spread_s = 25;
    seen.clock_error_s = 0.1;
    return seen;
}

SessionEvidence trip(int day, minutes begins, const std::vector<Stop>& stops) {
    SessionEvidence session;
    session.begins = monday_at(day, begins);
    session.ends = session.begins + stops.back().after;
    session.subject_passes = static_cast<std::uint32_t>(stops.size()) + 1;
    session.habit = static_cast<std::uint32_t>(day);
    session.day = static_cast<std::uint32_t>(day);
    for (const Stop& stop : stops)
        session.together.push_back(co_sighting(session.begins, stop, session.together.empty()));
    return session;
}

Finding finding(const std::string& vehicle, std::vector<SessionEvidence> trips, double probability,
                double false_alarms) {
    Finding out;
    out.subject = kSubject;
    out.vehicle = vehicle;
    out.evidence.subject = out.subject;
    out.evidence.vehicle = vehicle;
    out.evidence.subject_sessions = 11;
    out.evidence.sessions = std::move(trips);
    out.score = analysis::score_following(out.evidence);
    out.probability = probability;
    out.false_alarms_per_month = false_alarms;
    out.alert = true;
    out.first = out.evidence.sessions.front().together.front().vehicle_at;
    out.last = out.evidence.sessions.back().together.back().vehicle_at;
    return out;
}

std::vector<Finding> findings() {
    using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time
    return {finding("LM78NOP",
                    {trip(1, 8h + 5min, {{1, 0min, 40s}, {2, 4min, 95s}}),
                     trip(3, 8h + 1min, {{1, 0min, 61s}, {2, 5min, 17s}})},
                    0.22, 1.9),
            finding("GH56IJK",
                    {trip(0, 19h, {{3, 0min, 21s}, {4, 3min, 25s}, {6, 9min, 18s}}),
                     trip(4, 12h, {{5, 0min, 9s}, {3, 6min, 14s}, {2, 9min, 12s}})},
                    0.93, 0.02),
            finding("CD34EFG",
                    {trip(0, 7h + 40min,
                          {{0, 0min, 8s}, {5, 6min, 11s}, {3, 9min, 9s}, {4, 13min, 14s}}),
                     trip(2, 21h + 15min,
                          {{7, 0min, -6s}, {0, 5min, 7s}, {2, 11min, 12s}, {1, 14min, 10s}}),
                     trip(5, 14h + 2min,
                          {{1, 0min, 19s}, {3, 5min, 22s}, {6, 12min, 16s}, {4, 18min, 15s}})},
                    0.9994, 0.0004)};
}

/// Each read has a picture, a different one for every minute.
std::optional<analysis::ReadDetails> details(const domain::CameraId& camera, WallTime at,
                                             std::string_view plate) {
    const auto second = std::chrono::duration_cast<seconds>(at.time_since_epoch()).count();
    const bool of_subject = plate == kSubject;
    return analysis::ReadDetails{
        .event = domain::EventId{"home." + camera.value() + ".20261102T060000Z." +
                                 std::to_string(second) + ".sighting.0"},
        .snapshot = (of_subject ? "gate/" : "drive/") + std::to_string(second / 60 % 24) + ".jpg"};
}

} // namespace

Status keep_sample_cases(ports::FollowingStore& store) {
    analysis::CaseVersions versions;
    versions.grammar = "regions-1";
    versions.program = "demo";
    versions.models = {{"ocr", "glyph-row-plate"}};
    analysis::CaseKeeper keeper{store, versions,
                                [](const domain::CameraId& camera, WallTime at,
                                   std::string_view plate,
                                   bool) { return details(camera, at, plate); }};
    for (const Finding& one : findings())
        if (const auto kept = keeper.keep({&one, 1}); !kept)
            return kept.error();
    return {};
}

std::vector<Place> sample_places() {
    std::vector<Place> out;
    for (const Spot& spot : kTown) {
        Place place;
        place.camera = domain::CameraId{spot.camera};
        place.at = {spot.latitude_deg, spot.longitude_deg};
        place.bearing_deg = spot.bearing_deg;
        place.clock_error = std::chrono::milliseconds{100};
        out.push_back(std::move(place));
    }
    return out;
}

Result<std::string> sample_evidence(const ports::FollowingStore& store, const std::string& id) {
    VEDETTE_TRY(const auto record, store.find(id));
    analysis::PackContents contents;
    VEDETTE_TRY(contents.about, analysis::case_in(record));
    VEDETTE_TRY(contents.evidence, analysis::evidence_from_json(record.evidence));
    contents.places = sample_places();
    const std::array<std::byte, 32> seed{};
    VEDETTE_TRY(const auto key, crypto::Ed25519Key::from_seed(seed));
    return analysis::write_evidence_pack(contents, key);
}

} // namespace vedette::api::demo
