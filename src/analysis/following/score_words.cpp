#include <string>

#include "ranges.h"
#include "vedette/analysis/following_evidence.h"

namespace vedette::analysis {

std::string_view to_string(TermKind kind) noexcept {
    switch (kind) { // no default: a new term must be named here
    case TermKind::chance: return "chance";
    case TermKind::flow: return "flow";
    case TermKind::habit: return "habit";
    case TermKind::ambiguity: return "ambiguity";
    case TermKind::lag: return "lag";
    case TermKind::turns: return "turns";
    case TermKind::steadiness: return "steadiness";
    case TermKind::missed: return "missed";
    case TermKind::stretch: return "stretch";
    case TermKind::reading: return "reading";
    case TermKind::one_journey: return "one_journey";
    case TermKind::like_journeys: return "like_journeys";
    case TermKind::one_day: return "one_day";
    case TermKind::one_trip: return "one_trip";
    case TermKind::absence: return "absence";
    }
    return "";
}

std::string_view explain(TermKind kind) noexcept {
    switch (kind) { // no default: a new term must be explained here
    case TermKind::chance:
        return "a vehicle that drives as much as this one is rarely just there in those minutes";
    case TermKind::flow: return "there was more or less traffic there than is usual at that hour";
    case TermKind::habit: return "it passes there at that time of day anyway";
    case TermKind::ambiguity: return "a plate that is easily mistaken for this one passes there";
    case TermKind::lag: return "how close behind or ahead it was";
    case TermKind::turns: return "it took the same turns, camera after camera";
    case TermKind::steadiness: return "it kept its distance, or did not";
    case TermKind::missed: return "cameras in between saw only one of the two";
    case TermKind::stretch: return "it joined late or left early";
    case TermKind::reading: return "doubt whether its plate was read right";
    case TermKind::one_journey: return "one journey proves only so much, however long";
    case TermKind::like_journeys:
        return "the same journey at the same time of day proves little more when repeated";
    case TermKind::one_day: return "several journeys on one day prove little more than one";
    case TermKind::one_trip: return "whether it was there on more than one trip";
    case TermKind::absence: return "on the subject's other trips it was not there";
    }
    return "";
}

Status check(const FollowingScoreOptions& options) {
    VEDETTE_CHECK_OK(in_range("max_lag (seconds)",
                              std::chrono::duration<double>(options.max_lag).count(), 1, 3600));
    VEDETTE_CHECK_OK(in_range("read_rate", options.read_rate, 0.3, 0.99));
    VEDETTE_CHECK_OK(in_range("same_journey", options.same_journey, 1e-6, 0.9));
    VEDETTE_CHECK_OK(in_range("same_habit", options.same_habit, 1e-6, 0.9));
    VEDETTE_CHECK_OK(in_range("same_day", options.same_day, 1e-6, 0.9));
    VEDETTE_CHECK_OK(in_range("leave", options.leave, 0.001, 0.9));
    VEDETTE_CHECK_OK(in_range("close_s", options.close_s, 0.1, 600));
    VEDETTE_CHECK_OK(in_range("loose_s", options.loose_s, 0.1, 600));
    return in_range("steady_s", options.steady_s, 0.1, 600);
}

} // namespace vedette::analysis
