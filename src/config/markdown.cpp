#include <algorithm>
#include <utility>
#include <vector>

#include "vedette/config/schema.h"

namespace vedette::config {
namespace {

bool has_own_section(const Schema& schema) {
    switch (schema.kind) { // no default: a new kind must be decided here
    case Schema::Kind::object: return true;
    case Schema::Kind::list:
    case Schema::Kind::map: return has_own_section(*schema.item);
    case Schema::Kind::flag:
    case Schema::Kind::integer:
    case Schema::Kind::number:
    case Schema::Kind::text:
    case Schema::Kind::secret:
    case Schema::Kind::duration:
    case Schema::Kind::size:
    case Schema::Kind::share:
    case Schema::Kind::choice:
    case Schema::Kind::any: return false;
    }
    return false;
}

std::string type_text(const Schema& schema) {
    std::string out = describe(schema);
    if (schema.kind == Schema::Kind::list)
        out += has_own_section(schema) ? " of maps" : " of " + type_text(*schema.item);
    if (schema.kind == Schema::Kind::map)
        out += has_own_section(schema) ? " of your own names"
                                       : " from your own names to " + type_text(*schema.item);
    return out;
}

/// A table's cell must not end early or start a new row.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|')
            out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

class Page {
public:
    std::string out;

    void object(const Schema& schema, const std::string& path) {
        printed_.emplace_back(&schema, path);
        if (!path.empty())
            out += "\n## `" + path + "`\n";
        if (!schema.about.empty())
            out += "\n" + schema.about + "\n";
        out += "\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
        for (const Property& property : schema.properties)
            row(property, path);
        for (const Property& property : schema.properties)
            below(property.schema, path + (path.empty() ? "" : ".") + property.key);
    }

private:
    void row(const Property& property, const std::string& path) {
        std::string value = cell(type_text(property.schema));
        if (has_own_section(property.schema))
            value = "see `" +
                    section_name(property.schema, path + (path.empty() ? "" : ".") + property.key) +
                    "`";
        std::string fallback = code(property.default_text);
        if (property.use == Property::Use::required)
            fallback = "must be given";
        const std::string later =
            property.use == Property::Use::later ? " *(accepted; not used by this version)*" : "";
        out += "| " + code(property.key) + " | " + value + " | " + fallback + " | " +
               cell(property.help) + later + " |\n";
    }

    [[nodiscard]] std::string section_name(const Schema& schema, const std::string& path) const {
        if (schema.kind == Schema::Kind::list)
            return section_name(*schema.item, path + "[]");
        if (schema.kind == Schema::Kind::map)
            return section_name(*schema.item, path + ".NAME");
        const auto before = std::find_if(printed_.begin(), printed_.end(), [&](const auto& one) {
            return same_section(*one.first, schema);
        });
        return before != printed_.end() ? before->second : path;
    }

    /// A camera's sections are the global ones over again.
    static bool same_section(const Schema& a, const Schema& b) {
        return !a.about.empty() && a.about == b.about &&
               std::equal(a.properties.begin(), a.properties.end(), b.properties.begin(),
                          b.properties.end(), [](const Property& one, const Property& other) {
                              return one.key == other.key && one.help == other.help &&
                                     one.default_text == other.default_text &&
                                     describe(one.schema) == describe(other.schema);
                          });
    }

    void below(const Schema& schema, const std::string& path) {
        if (!has_own_section(schema))
            return;
        if (schema.kind == Schema::Kind::list)
            below(*schema.item, path + "[]");
        else if (schema.kind == Schema::Kind::map)
            below(*schema.item, path + ".NAME");
        else if (section_name(schema, path) == path)
            object(schema, path);
    }

    std::vector<std::pair<const Schema*, std::string>> printed_;
};

} // namespace

std::string to_markdown(const Schema& root, std::string_view title) {
    Page page;
    page.out = "# " + std::string{title} + "\n";
    page.object(root, "");
    return page.out;
}

} // namespace vedette::config
