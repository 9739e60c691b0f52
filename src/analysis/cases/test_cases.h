#pragma once

// Findings to make cases of, for tests: made up, but scored by the real score.

#include <chrono>
#include <string>

#include "vedette/analysis/case.h"
#include "vedette/analysis/following.h"

namespace vedette::analysis::testing {

inline WallTime morning(int day, int minute) {
    constexpr WallTime kMonday = std::chrono::sys_days{std::chrono::year{2026} / 11 / 2};
    return kMonday + std::chrono::days{day} + std::chrono::hours{7} + std::chrono::minutes{minute} +
           std::chrono::microseconds{123'456};
}

inline CoSighting co_sighting(int day, std::uint32_t camera) {
    CoSighting seen;
    seen.camera = domain::CameraId{"gate-" + std::to_string(camera)};
    seen.place = camera;
    seen.index = camera;
    seen.subject_at = morning(day, static_cast<int>(3 * camera));
    seen.vehicle_at = seen.subject_at + std::chrono::milliseconds{7'300 + 111 * camera};
    seen.confidence = 0.93;
    seen.merged = camera == 1;
    seen.expected_hz = 1.0 / 3 * 1e-5;
    seen.flow = 1.1;
    seen.habit_hz = 1e-7;
    seen.turn_chance = camera == 0 ? 1 : 0.3;
    seen.travel_spread_s = 21.7;
    seen.clock_error_s = 0.1;
    return seen;
}

/// That CD456 was seen with AB123 on so many days, at four cameras each.
inline Finding finding(int trips = 3, const std::string& vehicle = "CD456") {
    Finding out;
    out.subject = "AB123";
    out.vehicle = vehicle;
    out.evidence.subject = out.subject;
    out.evidence.vehicle = out.vehicle;
    out.evidence.subject_sessions = 9;
    for (int trip = 0; trip < trips; ++trip) {
        SessionEvidence session;
        session.begins = morning(trip, 0);
        session.ends = morning(trip, 30);
        session.subject_passes = 6;
        session.habit = static_cast<std::uint32_t>(trip);
        session.day = static_cast<std::uint32_t>(trip);
        for (std::uint32_t camera = 0; camera < 4; ++camera)
            session.together.push_back(co_sighting(trip, camera));
        out.evidence.sessions.push_back(std::move(session));
    }
    out.score = score_following(out.evidence);
    out.probability = 0.9171;
    out.false_alarms_per_month = 0.1 / 3;
    out.alert = true;
    out.first = out.evidence.sessions.front().together.front().vehicle_at;
    out.last = out.evidence.sessions.back().together.back().vehicle_at;
    return out;
}

inline CaseVersions versions() {
    return {.grammar = "regions-1",
            .program = "0.1.0",
            .models = {{"ocr", "glyph-row-plate"}, {"plate", "yolox-s"}}};
}

} // namespace vedette::analysis::testing
