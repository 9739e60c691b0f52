#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/config/node.h"
#include "vedette/config/problems.h"

namespace vedette::config {

struct Property;

/// What may stand at one place of a configuration. A plain value: reading is checked against it,
/// and the reference page and the JSON Schema are printed from it, so the three cannot disagree.
struct Schema {
    enum class Kind {
        flag = 1, ///< true or false
        integer,
        number,
        text,
        secret, ///< text that is never shown
        duration,
        size,
        share,  ///< percentage
        choice, ///< one of `choices`
        list,   ///< of `item`
        map,    ///< the user's own names, each with an `item`
        object, ///< the keys in `properties` and no others
        any,    ///< not looked into
    };
    Kind kind = Kind::any;
    /// Of the value; seconds for a duration, bytes for a size, 0..1 for a share, elements for a
    /// list or map, characters for a text.
    std::optional<double> min = {};
    std::optional<double> max = {};
    std::vector<std::string> choices = {};
    bool automatic = false;    ///< the word `auto` is a value too
    bool bare_seconds = false; ///< a duration may be a bare number of seconds
    bool any_name = false;     ///< a map's names may hold more than letters, digits and _ - .
    std::string about = {};    ///< of an object, one sentence or more
    std::shared_ptr<const Schema> item = {};
    std::list<Property> properties = {}; // a vector would need a complete Property here

    /// \pre kind is object. \return null if there is none.
    [[nodiscard]] const Property* find(std::string_view key) const;
    [[nodiscard]] Property* find(std::string_view key);
    /// Adds a property, or puts it in the place of the one with the same key.
    void put(Property property);
};

/// One key of an object.
struct Property {
    enum class Use {
        optional = 1,
        required,
        later, ///< checked and accepted, but this version does nothing with it
    };
    std::string key = {};
    Schema schema = {};
    std::string help = {};         ///< one phrase, with the unit where the type does not say it
    std::string default_text = {}; ///< as it would be written; empty if there is none
    Use use = Use::optional;
};

/// Adds to `problems` everything in which `node` does not fit: types, ranges, units, missing keys,
/// and keys that are not known, with the nearest one that is. An absent node fits everything.
/// Secrets are looked up, except below an object that says `enabled: false` and where this version
/// does nothing with the value.
void validate(const Schema& schema, const Node& node, Problems& problems);

/// The places of `node` that are accepted and then left alone (Property::Use::later), in the order
/// written; of a place and what is below it the outermost one. Keys that are not known are left to
/// validate().
[[nodiscard]] std::vector<Node> unused(const Schema& schema, const Node& node);

/// "a number between 0.1 and 60": how an error and the reference page speak of it.
[[nodiscard]] std::string describe(const Schema& schema);

/// The reference page in Markdown, one heading for each object.
[[nodiscard]] std::string to_markdown(const Schema& root, std::string_view title);

/// JSON Schema, draft 2020-12, for editors and for other programs.
[[nodiscard]] std::string to_json_schema(const Schema& root, std::string_view title);

} // namespace vedette::config
