#include <cmath>
#include <cstdio>
#include <string>

#include "vedette/analysis/convoy.h"

namespace vedette::analysis {
namespace {

std::string number(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string signed_number(double value) { return (value < 0 ? "" : "+") + number(value, 1); }

std::string count(std::size_t number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

double seconds(std::chrono::milliseconds time) {
    return std::abs(static_cast<double>(time.count()) / 1000);
}

std::string where(const Companion& companion) {
    const std::string distance = number(seconds(companion.median_lag), 1) + " s";
    const std::string spread = ", give or take " + number(seconds(companion.lag_spread), 1) + " s";
    switch (companion.side) {
    case ConvoySide::ahead: return "it drives ahead, by " + distance + spread;
    case ConvoySide::behind: return "it drives behind, by " + distance + spread;
    case ConvoySide::both: break;
    }
    return "it is now ahead, now behind; the middle is " + distance +
           (companion.median_lag.count() < 0 ? " ahead" : " behind") + spread;
}

std::string verdict(const Companion& companion, const ConvoyReport& report) {
    const std::string llr = "LLR " + signed_number(companion.llr);
    const std::string best = number(report.chance_llr, 1) + " that the best of " +
                             std::to_string(report.traffic) + " innocent vehicles may reach";
    return companion.llr > report.chance_llr
               ? llr + ": more than the " + best
               : llr + ": not more than the " + best + ", so chance explains it";
}

} // namespace

std::vector<std::string> in_words(const Companion& companion, const ConvoyReport& report) {
    const ConvoyTerms& terms = companion.terms;
    std::vector<std::string> words{
        verdict(companion, report),
        "together in " + std::to_string(companion.sessions) + " of " +
            count(static_cast<std::size_t>(report.sessions), "journey", "journeys") + ", at " +
            count(static_cast<std::size_t>(companion.places), "place", "places") + "; by chance " +
            number(companion.expected_sessions, 2) + " journeys were to be expected",
        where(companion),
        signed_number(terms.meeting) + " that they met, against the traffic there and its habits",
        signed_number(terms.turns) + " that it went the same way, against what others there did",
        signed_number(terms.sessions) + " for just these journeys out of all",
        signed_number(terms.lag) + " for how alike the distance was from journey to journey"};
    if (terms.missed != 0)
        words.push_back(signed_number(terms.missed) + " for places where it was not seen (" +
                        std::to_string(companion.missed) + " between)");
    if (terms.capped != 0)
        words.push_back(signed_number(terms.capped) +
                        " because one journey is one piece of evidence");
    return words;
}

} // namespace vedette::analysis
