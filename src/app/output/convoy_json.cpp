#include "app/output/convoy_json.h"

#include <nlohmann/json.hpp>

#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

const char* name_of(analysis::ConvoySide side) {
    switch (side) { // no default: a new one must be named here
    case analysis::ConvoySide::ahead: return "ahead";
    case analysis::ConvoySide::behind: return "behind";
    case analysis::ConvoySide::both: return "both";
    }
    return "";
}

Json terms_json(const analysis::ConvoyTerms& terms) {
    return {{"meeting", terms.meeting}, {"turns", terms.turns},       {"missed", terms.missed},
            {"capped", terms.capped},   {"sessions", terms.sessions}, {"lag", terms.lag}};
}

Json pass_json(const analysis::CoPass& pass) {
    return {{"camera", pass.camera.value()},
            {"at", events::format_time(pass.at)},
            {"lag_s", seconds(pass.lag)},
            {"session", pass.session},
            {"subject_event", pass.subject.value()},
            {"companion_event", pass.companion.value()}};
}

Json companion_json(const analysis::Companion& companion, const analysis::ConvoyReport& report) {
    Json passes = Json::array();
    for (const analysis::CoPass& pass : companion.passes)
        passes.push_back(pass_json(pass));
    return {{"plate", companion.plate},
            {"llr", companion.llr},
            {"terms", terms_json(companion.terms)},
            {"sessions", companion.sessions},
            {"expected_sessions", companion.expected_sessions},
            {"places", companion.places},
            {"missed", companion.missed},
            {"side", name_of(companion.side)},
            {"median_lag_s", seconds(companion.median_lag)},
            {"lag_spread_s", seconds(companion.lag_spread)},
            {"why", analysis::in_words(companion, report)},
            {"passes", std::move(passes)}};
}

} // namespace

std::string convoy_json(const analysis::ConvoyReport& report, int indent) {
    Json companions = Json::array();
    for (const analysis::Companion& one : report.companions)
        companions.push_back(companion_json(one, report));
    Json groups = Json::array();
    for (const analysis::ConvoyGroup& group : report.groups)
        groups.push_back({{"plates", group.plates}, {"sessions", group.sessions}});
    const Json json{{"plate", report.plate},
                    {"from", events::format_time(report.span.from)},
                    {"to", events::format_time(report.span.to)},
                    {"passes", report.passes},
                    {"sessions", report.sessions},
                    {"around", report.around},
                    {"candidates", report.candidates},
                    {"traffic", report.traffic},
                    {"chance_llr", report.chance_llr},
                    {"companions", std::move(companions)},
                    {"groups", std::move(groups)},
                    {"limits", report.limits}};
    return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace vedette::app
