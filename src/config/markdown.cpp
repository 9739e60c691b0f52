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

    static std::string section_name(const Schema& schema, const std::string& path) {
        if (schema.kind == Schema::Kind::list)
            return section_name(*schema.item, path + "[]");
        if (schema.kind == Schema::Kind::map)
            return section_name(*schema.item, path + ".NAME");
        return path;
    }

    void below(const Schema& schema, const std::string& path) {
        if (!has_own_section(schema))
            return;
        if (schema.kind == Schema::Kind::list)
            below(*schema.item, path + "[]");
        else if (schema.kind == Schema::Kind::map)
            below(*schema.item, path + ".NAME");
        else
            object(schema, path);
    }
};

} // namespace

std::string to_markdown(const Schema& root, std::string_view title) {
    Page page;
    page.out = "# " + std::string{title} + "\n";
    page.object(root, "");
    return page.out;
}

} // namespace vedette::config
