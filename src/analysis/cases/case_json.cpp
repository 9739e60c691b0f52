#include <nlohmann/json.hpp>

#include "cases/fields.h"
#include "vedette/analysis/case.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::analysis {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostModels = 64;

// ---- writing ----

void put_text(Json& into, const char* name, const std::string& text) {
    if (!text.empty())
        into[name] = text;
}

Json score_json(const FollowingScore& score) {
    Json terms = Json::array();
    for (std::size_t i = 1; i <= kTermKinds; ++i) {
        const auto kind = static_cast<TermKind>(i);
        terms.push_back(
            {{"term", to_string(kind)}, {"value", score.term(kind)}, {"words", explain(kind)}});
    }
    return {{"llr", score.llr},
            {"trips", score.sessions},
            {"places", score.places},
            {"co_sightings", score.co_sightings},
            {"terms", std::move(terms)}};
}

Json sighting_json(const CaseSighting& sighting) {
    Json out{{"trip", sighting.trip},
             {"camera", sighting.camera.value()},
             {"subject_at", format_pass_time(sighting.subject_at)},
             {"vehicle_at", format_pass_time(sighting.vehicle_at)},
             {"confidence", sighting.confidence},
             {"merged", sighting.merged}};
    put_text(out, "subject_event", sighting.subject_event.value());
    put_text(out, "vehicle_event", sighting.vehicle_event.value());
    put_text(out, "subject_snapshot", sighting.subject_snapshot);
    put_text(out, "vehicle_snapshot", sighting.vehicle_snapshot);
    return out;
}

Json versions_json(const CaseVersions& versions) {
    Json models = Json::array();
    for (const CaseVersions::Model& model : versions.models)
        models.push_back({{"task", model.task}, {"id", model.id}});
    return {{"score", versions.score},
            {"grammar", versions.grammar},
            {"program", versions.program},
            {"models", std::move(models)}};
}

Json history_json(const std::vector<CaseChange>& history) {
    Json out = Json::array();
    for (const CaseChange& change : history) {
        Json one{{"at", format_pass_time(change.at)}, {"who", change.who}};
        if (change.from)
            one["from"] = to_string(*change.from);
        one["to"] = to_string(change.to);
        one["why"] = change.why;
        out.push_back(std::move(one));
    }
    return out;
}

// ---- reading ----

CaseState state_from(Fields& fields, const char* name) {
    const auto state = case_state_from(fields.text(name));
    if (!state)
        fields.fail(name, "must be open, updated, closed, confirmed or dismissed");
    return state.value_or(CaseState::open);
}

/// Each term must be there once, in its order.
Status terms_from(const nlohmann::json& list, FollowingScore& score) {
    if (list.size() != kTermKinds)
        return Error{ErrorCode::invalid_argument,
                     "case.score.terms must be " + std::to_string(kTermKinds)};
    for (std::size_t i = 0; i < kTermKinds; ++i) {
        Fields fields{list[i], "case.score.terms[" + std::to_string(i) + "]"};
        const auto name = to_string(static_cast<TermKind>(i + 1));
        if (fields.text("term") != name)
            fields.fail("term", "must be " + std::string{name});
        score.terms[i] = fields.number("value");
        VEDETTE_CHECK_OK(fields.status());
    }
    return {};
}

Result<FollowingScore> score_from(const nlohmann::json& json) {
    Fields fields{json, "case.score"};
    FollowingScore out;
    out.llr = fields.number("llr");
    out.sessions = fields.count("trips");
    out.places = fields.count("places");
    out.co_sightings = fields.count("co_sightings");
    const auto& terms = fields.list("terms", kTermKinds);
    VEDETTE_CHECK_OK(fields.status());
    VEDETTE_CHECK_OK(terms_from(terms, out));
    return out;
}

Result<CaseChance> chance_from(const nlohmann::json& json) {
    Fields fields{json, "case.chance"};
    CaseChance out;
    out.expected_sightings = fields.number("expected_sightings");
    out.false_alarms_per_month = fields.number("false_alarms_per_month");
    out.probability = fields.number("probability", 0, 1);
    VEDETTE_CHECK_OK(fields.status());
    return out;
}

Result<CaseSighting> sighting_from(const nlohmann::json& json, const std::string& where) {
    Fields fields{json, where};
    CaseSighting out;
    out.trip = fields.count("trip");
    out.camera = domain::CameraId{fields.text("camera")};
    out.subject_at = fields.time("subject_at");
    out.vehicle_at = fields.time("vehicle_at");
    out.confidence = fields.number("confidence");
    out.merged = fields.flag("merged");
    out.subject_event = domain::EventId{fields.optional_text("subject_event")};
    out.vehicle_event = domain::EventId{fields.optional_text("vehicle_event")};
    out.subject_snapshot = fields.optional_text("subject_snapshot");
    out.vehicle_snapshot = fields.optional_text("vehicle_snapshot");
    VEDETTE_CHECK_OK(fields.status());
    return out;
}

Result<CaseVersions> versions_from(const nlohmann::json& json) {
    Fields fields{json, "case.versions"};
    CaseVersions out;
    out.score = fields.text("score");
    out.grammar = fields.text("grammar");
    out.program = fields.text("program");
    const auto& models = fields.list("models", kMostModels);
    VEDETTE_CHECK_OK(fields.status());
    for (const auto& model : models) {
        Fields one{model, "case.versions.models"};
        out.models.push_back({.task = one.text("task"), .id = one.text("id")});
        VEDETTE_CHECK_OK(one.status());
    }
    return out;
}

Result<CaseChange> change_from(const nlohmann::json& json, const std::string& where) {
    Fields fields{json, where};
    CaseChange out;
    out.at = fields.time("at");
    out.who = fields.text("who", kMaxCaseWho);
    if (fields.optional("from") != nullptr)
        out.from = state_from(fields, "from");
    out.to = state_from(fields, "to");
    out.why = fields.text("why", kMaxCaseWhy);
    VEDETTE_CHECK_OK(fields.status());
    return out;
}

/// \param read  Result<T>(json, where)
template <class T, class Read>
Status list_from(const nlohmann::json& list, const std::string& where, Read read,
                 std::vector<T>& into) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        VEDETTE_TRY(auto one, read(list[i], where + "[" + std::to_string(i) + "]"));
        into.push_back(std::move(one));
    }
    return {};
}

} // namespace

std::string case_to_json(const Case& value) {
    Json sightings = Json::array();
    for (const CaseSighting& sighting : value.sightings)
        sightings.push_back(sighting_json(sighting));
    const Json json{{"schema", 1},
                    {"id", value.id},
                    {"subject", value.subject},
                    {"vehicle", value.vehicle},
                    {"state", to_string(value.state)},
                    {"opened", format_pass_time(value.opened)},
                    {"updated", format_pass_time(value.updated)},
                    {"first", format_pass_time(value.first)},
                    {"last", format_pass_time(value.last)},
                    {"score", score_json(value.score)},
                    {"chance",
                     {{"expected_sightings", value.chance.expected_sightings},
                      {"false_alarms_per_month", value.chance.false_alarms_per_month},
                      {"probability", value.chance.probability}}},
                    {"sightings", std::move(sightings)},
                    {"sightings_dropped", value.sightings_dropped},
                    {"versions", versions_json(value.versions)},
                    {"history", history_json(value.history)},
                    {"changes_dropped", value.changes_dropped}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Case> case_from_json(std::string_view text) {
    VEDETTE_TRY(const auto json, parse_form_1(text, "case"));
    Fields fields{json, "case"};
    Case out;
    out.id = fields.text("id");
    out.subject = fields.text("subject");
    out.vehicle = fields.text("vehicle");
    out.state = state_from(fields, "state");
    out.opened = fields.time("opened");
    out.updated = fields.time("updated");
    out.first = fields.time("first");
    out.last = fields.time("last");
    out.sightings_dropped = fields.whole("sightings_dropped");
    out.changes_dropped = fields.whole("changes_dropped");
    const auto& sightings = fields.list("sightings", kMaxCaseSightings);
    const auto& history = fields.list("history", kMaxCaseChanges);
    const auto& score = fields.object("score");
    const auto& chance = fields.object("chance");
    const auto& versions = fields.object("versions");
    if (!is_case_id(out.id))
        fields.fail("id", "must be fc- and 24 hexadecimal digits");
    VEDETTE_CHECK_OK(fields.status());
    VEDETTE_TRY(out.score, score_from(score));
    VEDETTE_TRY(out.chance, chance_from(chance));
    VEDETTE_TRY(out.versions, versions_from(versions));
    VEDETTE_CHECK_OK(list_from(sightings, "case.sightings", sighting_from, out.sightings));
    VEDETTE_CHECK_OK(list_from(history, "case.history", change_from, out.history));
    return out;
}

} // namespace vedette::analysis
