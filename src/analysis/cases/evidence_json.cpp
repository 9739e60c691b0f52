#include <cmath>
#include <nlohmann/json.hpp>

#include "cases/fields.h"
#include "vedette/analysis/case.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

using Json = nlohmann::ordered_json;

// Structured bindings name every member once: one that is added later does not compile until it is
// written and read here.

Json options_json(const FollowingScoreOptions& options) {
    const auto& [max_lag, read_rate, same_journey, same_habit, same_day, leave, close_s, loose_s,
                 steady_s] = options;
    return {{"max_lag_ms", max_lag.count()},
            {"read_rate", read_rate},
            {"same_journey", same_journey},
            {"same_habit", same_habit},
            {"same_day", same_day},
            {"leave", leave},
            {"close_s", close_s},
            {"loose_s", loose_s},
            {"steady_s", steady_s}};
}

Json co_sighting_json(const CoSighting& seen) {
    const auto& [camera, place, index, subject_at, vehicle_at, confidence, merged, expected_hz,
                 flow, habit_hz, misread_hz, turn_chance, missed, travel_spread_s, clock_error_s] =
        seen;
    return {{"camera", camera.value()},
            {"place", place},
            {"index", index},
            {"subject_at", format_pass_time(subject_at)},
            {"vehicle_at", format_pass_time(vehicle_at)},
            {"confidence", confidence},
            {"merged", merged},
            {"expected_hz", expected_hz},
            {"flow", flow},
            {"habit_hz", habit_hz},
            {"misread_hz", misread_hz},
            {"turn_chance", turn_chance},
            {"missed", missed},
            {"travel_spread_s", travel_spread_s},
            {"clock_error_s", clock_error_s}};
}

Json session_json(const SessionEvidence& session) {
    const auto& [begins, ends, subject_passes, habit, day, together] = session;
    Json seen = Json::array();
    for (const CoSighting& one : together)
        seen.push_back(co_sighting_json(one));
    return {{"begins", format_pass_time(begins)},
            {"ends", format_pass_time(ends)},
            {"subject_passes", subject_passes},
            {"habit", habit},
            {"day", day},
            {"together", std::move(seen)}};
}

bool is_finite(const CoSighting& seen) {
    for (const double value :
         {seen.confidence, seen.expected_hz, seen.flow, seen.habit_hz, seen.misread_hz,
          seen.turn_chance, seen.travel_spread_s, seen.clock_error_s})
        if (!std::isfinite(value))
            return false;
    return true;
}

Status must_be_writable(const FollowingEvidence& evidence) {
    std::size_t sightings = 0;
    for (std::size_t i = 0; i < evidence.sessions.size(); ++i)
        for (const CoSighting& seen : evidence.sessions[i].together) {
            if (!is_finite(seen))
                return Error{ErrorCode::invalid_argument, "the evidence of trip " +
                                                              std::to_string(i) +
                                                              " has a number that is not finite"};
            ++sightings;
        }
    if (sightings > kMaxEvidenceSightings)
        return Error{ErrorCode::invalid_argument,
                     "the evidence has " + std::to_string(sightings) + " sightings, at most " +
                         std::to_string(kMaxEvidenceSightings) + " can be written"};
    return check(evidence.options);
}

Result<FollowingScoreOptions> options_from(const nlohmann::json& json) {
    Fields fields{json, "evidence.options"};
    FollowingScoreOptions out;
    auto& [max_lag, read_rate, same_journey, same_habit, same_day, leave, close_s, loose_s,
           steady_s] = out;
    max_lag = std::chrono::milliseconds{fields.whole("max_lag_ms")};
    read_rate = fields.number("read_rate");
    same_journey = fields.number("same_journey");
    same_habit = fields.number("same_habit");
    same_day = fields.number("same_day");
    leave = fields.number("leave");
    close_s = fields.number("close_s");
    loose_s = fields.number("loose_s");
    steady_s = fields.number("steady_s");
    VEDETTE_CHECK_OK(fields.status());
    VEDETTE_CHECK_OK(check(out));
    return out;
}

Result<CoSighting> co_sighting_from(const nlohmann::json& json, const std::string& where) {
    Fields fields{json, where};
    CoSighting out;
    auto& [camera, place, index, subject_at, vehicle_at, confidence, merged, expected_hz, flow,
           habit_hz, misread_hz, turn_chance, missed, travel_spread_s, clock_error_s] = out;
    camera = domain::CameraId{fields.text("camera")};
    place = fields.count("place");
    index = fields.count("index");
    subject_at = fields.time("subject_at");
    vehicle_at = fields.time("vehicle_at");
    confidence = fields.number("confidence");
    merged = fields.flag("merged");
    expected_hz = fields.number("expected_hz");
    flow = fields.number("flow");
    habit_hz = fields.number("habit_hz");
    misread_hz = fields.number("misread_hz");
    turn_chance = fields.number("turn_chance");
    missed = fields.count("missed");
    travel_spread_s = fields.number("travel_spread_s");
    clock_error_s = fields.number("clock_error_s");
    VEDETTE_CHECK_OK(fields.status());
    return out;
}

Result<SessionEvidence> session_from(const nlohmann::json& json, const std::string& where,
                                     std::size_t& room) {
    Fields fields{json, where};
    SessionEvidence out;
    auto& [begins, ends, subject_passes, habit, day, together] = out;
    begins = fields.time("begins");
    ends = fields.time("ends");
    subject_passes = fields.count("subject_passes");
    habit = fields.count("habit");
    day = fields.count("day");
    const auto& list = fields.list("together", room);
    VEDETTE_CHECK_OK(fields.status());
    room -= list.size();
    for (std::size_t i = 0; i < list.size(); ++i) {
        VEDETTE_TRY(auto one,
                    co_sighting_from(list[i], where + ".together[" + std::to_string(i) + "]"));
        together.push_back(std::move(one));
    }
    return out;
}

} // namespace

Result<std::string> evidence_to_json(const FollowingEvidence& evidence) {
    VEDETTE_CHECK_OK(must_be_writable(evidence));
    const auto& [subject, vehicle, subject_sessions, sessions, options] = evidence;
    Json list = Json::array();
    for (const SessionEvidence& session : sessions)
        list.push_back(session_json(session));
    const Json json{{"schema", 1},
                    {"subject", subject},
                    {"vehicle", vehicle},
                    {"subject_sessions", subject_sessions},
                    {"options", options_json(options)},
                    {"sessions", std::move(list)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<FollowingEvidence> evidence_from_json(std::string_view text) {
    VEDETTE_TRY(const auto json, parse_form_1(text, "evidence"));
    Fields fields{json, "evidence"};
    FollowingEvidence out;
    out.subject = fields.text("subject");
    out.vehicle = fields.text("vehicle");
    out.subject_sessions = fields.count("subject_sessions");
    std::size_t room = kMaxEvidenceSightings;
    const auto& options = fields.object("options");
    const auto& list = fields.list("sessions", room);
    VEDETTE_CHECK_OK(fields.status());
    VEDETTE_TRY(out.options, options_from(options));
    for (std::size_t i = 0; i < list.size(); ++i) {
        VEDETTE_TRY(auto session,
                    session_from(list[i], "evidence.sessions[" + std::to_string(i) + "]", room));
        out.sessions.push_back(std::move(session));
    }
    return out;
}

} // namespace vedette::analysis
