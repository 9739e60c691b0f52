#include "vedette/config/schema.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace vedette::config {
namespace {

std::string noun(const Schema& schema) {
    switch (schema.kind) { // no default: a new kind must be named here
    case Schema::Kind::flag: return "true or false";
    case Schema::Kind::integer: return "a whole number";
    case Schema::Kind::number: return "a number";
    case Schema::Kind::text: return "text";
    case Schema::Kind::secret: return "a secret";
    case Schema::Kind::duration:
        return schema.bare_seconds ? "a duration or a number of seconds" : "a duration";
    case Schema::Kind::size: return "a size";
    case Schema::Kind::share: return "a percentage";
    case Schema::Kind::choice: return "one of";
    case Schema::Kind::list: return "a list";
    case Schema::Kind::map:
    case Schema::Kind::object: return "a map";
    case Schema::Kind::any: return "anything";
    }
    return {};
}

/// A limit as it would be written in the file.
std::string written(const Schema& schema, double limit) {
    switch (schema.kind) { // no default: a new kind must be decided here
    case Schema::Kind::duration:
        return to_text(std::chrono::microseconds{std::llround(limit * 1e6)});
    case Schema::Kind::size: return to_text(ByteSize{static_cast<std::uint64_t>(limit)});
    case Schema::Kind::share: return to_text(Share{limit});
    case Schema::Kind::flag:
    case Schema::Kind::integer:
    case Schema::Kind::number:
    case Schema::Kind::text:
    case Schema::Kind::secret:
    case Schema::Kind::choice:
    case Schema::Kind::list:
    case Schema::Kind::map:
    case Schema::Kind::object:
    case Schema::Kind::any: return to_text(limit);
    }
    return {};
}

/// What the bounds of a schema count; empty where they bound a value itself.
std::string counted(const Schema& schema) {
    const bool one = schema.max.value_or(schema.min.value_or(0)) == 1;
    switch (schema.kind) {
    case Schema::Kind::list:
    case Schema::Kind::map: return one ? " entry" : " entries";
    case Schema::Kind::text:
    case Schema::Kind::secret: return one ? " character" : " characters";
    default: return {};
    }
}

std::string range(const Schema& schema) {
    const std::string unit = counted(schema);
    const std::string with = unit.empty() ? " " : " of ";
    if (schema.min && schema.max && *schema.min == *schema.max)
        return with + "exactly " + written(schema, *schema.min) + unit;
    if (schema.min && schema.max)
        return (unit.empty() ? " between " : with) + written(schema, *schema.min) +
               (unit.empty() ? " and " : " to ") + written(schema, *schema.max) + unit;
    if (schema.min)
        return with + "at least " + written(schema, *schema.min) + unit;
    if (schema.max)
        return with + "at most " + written(schema, *schema.max) + unit;
    return {};
}

void collect_unused(const Schema& schema, const Node& node, std::vector<Node>& into) {
    if (schema.kind == Schema::Kind::list)
        for (const Node& item : node.items())
            collect_unused(*schema.item, item, into);
    for (const Node::Member& member : node.members()) {
        if (schema.kind == Schema::Kind::map)
            collect_unused(*schema.item, member.value, into);
        const Property* const property = schema.find(member.key); // of an object
        if (property == nullptr || !member.value.present())
            continue;
        if (property->use == Property::Use::later)
            into.push_back(member.value);
        else
            collect_unused(property->schema, member.value, into);
    }
}

} // namespace

std::vector<Node> unused(const Schema& schema, const Node& node) {
    std::vector<Node> out;
    collect_unused(schema, node, out);
    return out;
}

const Property* Schema::find(std::string_view key) const {
    const auto found = std::find_if(properties.begin(), properties.end(),
                                    [&](const Property& one) { return one.key == key; });
    return found == properties.end() ? nullptr : &*found;
}

Property* Schema::find(std::string_view key) {
    return const_cast<Property*>(std::as_const(*this).find(key));
}

void Schema::put(Property property) {
    if (Property* const existing = find(property.key))
        *existing = std::move(property);
    else
        properties.push_back(std::move(property));
}

std::string describe(const Schema& schema) {
    std::string out = noun(schema);
    for (const std::string& choice : schema.choices)
        out += (&choice == &schema.choices.front() ? " " : ", ") + choice;
    out += range(schema);
    return schema.automatic ? out + ", or auto" : out;
}

} // namespace vedette::config
