#pragma once

#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vedette/config/schema.h"

/// Short words to write down the vocabulary with.
namespace vedette::config::terms {

inline Schema of(Schema::Kind kind) { return {.kind = kind}; }
inline Schema of(Schema::Kind kind, double min, double max) {
    return {.kind = kind, .min = min, .max = max};
}

inline Schema flag() { return of(Schema::Kind::flag); }
inline Schema text() { return of(Schema::Kind::text); }
inline Schema secret() { return of(Schema::Kind::secret); }
inline Schema any() { return of(Schema::Kind::any); }
inline Schema duration() { return of(Schema::Kind::duration); }
inline Schema size() { return of(Schema::Kind::size); }
inline Schema share() { return of(Schema::Kind::share); }
inline Schema integer(double min, double max) { return of(Schema::Kind::integer, min, max); }
inline Schema number(double min, double max) { return of(Schema::Kind::number, min, max); }
inline Schema score() { return number(0, 1); }
inline Schema seconds() { return {.kind = Schema::Kind::duration, .bare_seconds = true}; }
inline Schema choice(std::vector<std::string> words) {
    return {.kind = Schema::Kind::choice, .choices = std::move(words)};
}
inline Schema automatic(Schema schema) {
    schema.automatic = true;
    return schema;
}
inline Schema list(Schema item) {
    return {.kind = Schema::Kind::list, .item = std::make_shared<const Schema>(std::move(item))};
}
inline Schema named(Schema item) {
    return {.kind = Schema::Kind::map, .item = std::make_shared<const Schema>(std::move(item))};
}
/// Names that come from elsewhere, such as labels: any text.
inline Schema by_label(Schema item) {
    Schema schema = named(std::move(item));
    schema.any_name = true;
    return schema;
}
inline Schema object(std::string about, std::vector<Property> properties) {
    return {.kind = Schema::Kind::object,
            .about = std::move(about),
            .properties = {std::make_move_iterator(properties.begin()),
                           std::make_move_iterator(properties.end())}};
}

inline Property key(std::string name, Schema schema, std::string help = {},
                    std::string default_text = {}) {
    return {.key = std::move(name),
            .schema = std::move(schema),
            .help = std::move(help),
            .default_text = std::move(default_text)};
}
inline Property must(std::string name, Schema schema, std::string help = {}) {
    Property property = key(std::move(name), std::move(schema), std::move(help));
    property.use = Property::Use::required;
    return property;
}

} // namespace vedette::config::terms
