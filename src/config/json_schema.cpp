#include <nlohmann/json.hpp>

#include "vedette/config/schema.h"

namespace vedette::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto kReference = R"(\$\{(env|file):[^}]+\})";
constexpr auto kDuration = R"(^[0-9]+(\.[0-9]+)? ?(us|ms|s|m|h|d)$)";
constexpr auto kSize = R"(^[0-9]+(\.[0-9]+)? ?(B|[kK]B|KiB|MB|MiB|GB|GiB|TB|TiB)$)";
constexpr auto kShare = R"(^(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?) ?%$)";

Json convert(const Schema& schema);

Json number(const Schema& schema, const char* type) {
    Json out{{"type", type}};
    if (schema.min)
        out["minimum"] = *schema.min;
    if (schema.max)
        out["maximum"] = *schema.max;
    return out;
}

Json matching(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

Json text(const Schema& schema) {
    // A number or a truth value is text too where text is wanted: `plate: 123`.
    Json out{{"type", {"string", "number", "boolean"}}};
    if (schema.min)
        out["minLength"] = *schema.min;
    if (schema.max)
        out["maxLength"] = *schema.max;
    return out;
}

Json duration(const Schema& schema) {
    Json out = matching(kDuration);
    if (!schema.bare_seconds)
        return {{"anyOf", {out, {{"const", 0}}}}};
    return {{"anyOf", {out, {{"type", "number"}, {"minimum", 0}}}}};
}

/// YAML 1.1 readers, editors among them, take some words for truth values: `gate: off`.
Json choice(const Schema& schema) {
    Json out{{"enum", schema.choices}};
    for (const std::string& word : schema.choices)
        if (const auto truth = parse_bool(word))
            out["enum"].push_back(*truth);
    return out;
}

Json object(const Schema& schema) {
    Json out{{"type", {"object", "null"}}};
    if (!schema.about.empty())
        out["description"] = schema.about;
    out["properties"] = Json::object();
    out["additionalProperties"] = false;
    Json required = Json::array();
    for (const Property& property : schema.properties) {
        Json one = convert(property.schema);
        std::string help = property.help;
        if (!property.default_text.empty())
            help += (help.empty() ? "" : ". ") + std::string{"Default: "} + property.default_text;
        if (!help.empty())
            one["description"] = help;
        out["properties"][property.key] = std::move(one);
        if (property.use == Property::Use::required)
            required.push_back(property.key);
    }
    if (!required.empty())
        out["required"] = std::move(required);
    return out;
}

Json collection(const Schema& schema) {
    if (schema.kind == Schema::Kind::list) {
        Json out{{"type", {"array", "null"}}, {"items", convert(*schema.item)}};
        if (schema.min)
            out["minItems"] = *schema.min;
        if (schema.max)
            out["maxItems"] = *schema.max;
        return out;
    }
    Json out{{"type", {"object", "null"}}, {"additionalProperties", convert(*schema.item)}};
    if (!schema.any_name)
        out["propertyNames"] = {{"pattern", "^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$"}};
    return out;
}

Json bare(const Schema& schema) {
    switch (schema.kind) { // no default: a new kind must be written here
    case Schema::Kind::flag: return {{"type", "boolean"}};
    case Schema::Kind::integer: return number(schema, "integer");
    case Schema::Kind::number: return number(schema, "number");
    case Schema::Kind::text:
    case Schema::Kind::secret: return text(schema);
    case Schema::Kind::duration: return duration(schema);
    case Schema::Kind::size: return matching(kSize);
    case Schema::Kind::share: return matching(kShare);
    case Schema::Kind::choice: return choice(schema);
    case Schema::Kind::list:
    case Schema::Kind::map: return collection(schema);
    case Schema::Kind::object: return object(schema);
    case Schema::Kind::any: return Json::object();
    }
    return Json::object();
}

bool is_scalar(const Schema& schema) {
    return schema.kind != Schema::Kind::list && schema.kind != Schema::Kind::map &&
           schema.kind != Schema::Kind::object && schema.kind != Schema::Kind::any;
}

Json convert(const Schema& schema) {
    Json plain = bare(schema);
    if (!is_scalar(schema))
        return plain;
    Json any = Json::array({std::move(plain), {{"type", "null"}}});
    if (schema.automatic)
        any.push_back({{"const", "auto"}});
    if (schema.kind != Schema::Kind::text && schema.kind != Schema::Kind::secret)
        any.push_back({{"$ref", "#/$defs/reference"}});
    return {{"anyOf", std::move(any)}};
}

} // namespace

std::string to_json_schema(const Schema& root, std::string_view title) {
    Json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
    out["$defs"]["reference"] = {{"type", "string"},
                                 {"pattern", kReference},
                                 {"description", "Replaced by an environment variable's or a "
                                                 "file's content when the value is read"}};
    const Json converted = convert(root);
    for (const auto& [key, value] : converted.items())
        out[key] = value;
    return out.dump(2) + "\n";
}

} // namespace vedette::config
