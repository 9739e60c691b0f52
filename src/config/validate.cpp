#include <algorithm>
#include <chrono>

#include "nearest.h"
#include "vedette/config/schema.h"

namespace vedette::config {
namespace {

constexpr std::size_t kMaxKnownListed = 12; // more would hide the message

std::vector<std::string> keys_of(const Schema& schema) {
    std::vector<std::string> keys;
    for (const Property& property : schema.properties)
        keys.push_back(property.key);
    return keys;
}

std::string unknown_key(const Schema& schema, const std::string& key) {
    const auto keys = keys_of(schema);
    if (const auto meant = nearest(key, keys))
        return "is not a known key; did you mean '" + *meant + "'?";
    std::string known;
    for (const std::string& one : keys)
        known += (known.empty() ? "" : ", ") + one;
    if (keys.empty() || keys.size() > kMaxKnownListed)
        return "is not a known key; `vedette config doc` lists what is";
    return "is not a known key; here may stand " + known;
}

bool outside(const Schema& schema, double value) {
    return (schema.min && value < *schema.min) || (schema.max && value > *schema.max);
}

/// A name becomes part of a file name, an address and a metric's label.
bool plain_name(const std::string& name) {
    constexpr std::size_t kMax = 64;
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    };
    return !name.empty() && name.size() <= kMax && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), allowed);
}

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

class Validator {
public:
    explicit Validator(Problems& problems) : problems_{problems} {}

    void check(const Schema& schema, const Node& node) {
        switch (schema.kind) { // no default: a new kind must be checked here
        case Schema::Kind::any: return;
        case Schema::Kind::object: return object(schema, node);
        case Schema::Kind::map: return map(schema, node);
        case Schema::Kind::list: return list(schema, node);
        case Schema::Kind::flag:
        case Schema::Kind::integer:
        case Schema::Kind::number:
        case Schema::Kind::text:
        case Schema::Kind::secret:
        case Schema::Kind::duration:
        case Schema::Kind::size:
        case Schema::Kind::share:
        case Schema::Kind::choice: return scalar(schema, node);
        }
    }

private:
    bool is_kind(const Schema& schema, const Node& node, Node::Kind kind) {
        if (node.kind() == kind)
            return true;
        if (node.present())
            problems_.add(node.invalid("must be " + describe(schema) + ", not " + node.quoted()));
        return false;
    }

    void object(const Schema& schema, const Node& given) {
        if (!is_kind(schema, given, Node::Kind::map))
            return;
        const auto enabled =
            schema.find("enabled") != nullptr ? given.bool_or("enabled", true) : true;
        const Node node = enabled && !*enabled ? given.withholding_secrets() : given;
        for (const Node::Member& member : node.members()) {
            const Property* const property = schema.find(member.key);
            if (property == nullptr)
                problems_.add(member.value.invalid(unknown_key(schema, member.key)));
            else if (property->use == Property::Use::later)
                check(property->schema, member.value.withholding_secrets());
            else
                check(property->schema, member.value);
        }
        for (const Property& property : schema.properties)
            if (property.use == Property::Use::required && !node[property.key].present())
                problems_.add(node.invalid(property.key,
                                           "is missing; it must be " + describe(property.schema)));
    }

    void map(const Schema& schema, const Node& node) {
        if (!is_kind(schema, node, Node::Kind::map))
            return;
        const auto members = node.members();
        count(schema, node, members.size());
        for (const Node::Member& member : members) {
            if (!schema.any_name && !plain_name(member.key))
                problems_.add(member.value.invalid(
                    "is not a good name; use 1 to 64 letters, digits, _ - or ."));
            check(*schema.item, member.value);
        }
    }

    void list(const Schema& schema, const Node& node) {
        if (!is_kind(schema, node, Node::Kind::list))
            return;
        const auto items = node.items();
        count(schema, node, items.size());
        for (const Node& item : items)
            if (item.present())
                check(*schema.item, item);
            else
                problems_.add(item.invalid("is empty; write a value or remove the line"));
    }

    void count(const Schema& schema, const Node& node, std::size_t entries) {
        if (outside(schema, static_cast<double>(entries)))
            problems_.add(
                node.invalid("must be " + describe(schema) + ", not " + std::to_string(entries)));
    }

    void scalar(const Schema& schema, const Node& node) {
        if (!is_kind(schema, node, Node::Kind::scalar) || node.is_withheld())
            return;
        const auto text = node.as_string();
        if (!text) // a secret that is not there
            return problems_.add(text.error());
        if (schema.automatic && *text == "auto")
            return;
        if (auto status = fits(schema, node, *text); !status)
            problems_.add(std::move(status).error());
    }

    /// One scalar that has a value.
    static Status fits(const Schema& schema, const Node& node, const std::string& text) {
        switch (schema.kind) { // no default: a new kind must be checked here
        case Schema::Kind::flag:
            return unless_wrong(schema, node, node.as_bool(), [](bool) { return 0.0; });
        case Schema::Kind::integer:
            return unless_wrong(schema, node, node.as_int(),
                                [](std::int64_t value) { return static_cast<double>(value); });
        case Schema::Kind::number:
            return unless_wrong(schema, node, node.as_double(), [](double value) { return value; });
        case Schema::Kind::duration:
            return unless_wrong(
                schema, node,
                node.as_duration(schema.bare_seconds ? BareNumber::seconds : BareNumber::refused),
                [](auto value) { return std::chrono::duration<double>{value}.count(); });
        case Schema::Kind::size:
            return unless_wrong(schema, node, node.as_size(),
                                [](ByteSize value) { return static_cast<double>(value.bytes); });
        case Schema::Kind::share:
            return unless_wrong(schema, node, node.as_share(),
                                [](Share value) { return value.value; });
        case Schema::Kind::choice: return one_of(schema, node, text);
        case Schema::Kind::text:
        case Schema::Kind::secret:
            if (outside(schema, static_cast<double>(characters(text))))
                return node.invalid("must be " + describe(schema)); // never shown: may be a secret
            return {};
        case Schema::Kind::list:
        case Schema::Kind::map:
        case Schema::Kind::object:
        case Schema::Kind::any: return {};
        }
        return {};
    }

    template <class T, class Number>
    static Status unless_wrong(const Schema& schema, const Node& node, const Result<T>& value,
                               Number number) {
        if (!value || outside(schema, number(*value)))
            return node.invalid("must be " + describe(schema) + example(schema) + ", not " +
                                node.quoted());
        return {};
    }

    static std::string example(const Schema& schema) {
        if (schema.kind == Schema::Kind::duration)
            return " (such as 500ms, 30s, 5m, 24h, 7d)";
        if (schema.kind == Schema::Kind::size)
            return " with its unit (such as 64KiB, 10MB, 200GB)";
        if (schema.kind == Schema::Kind::share)
            return " (such as 80%)";
        return {};
    }

    static Status one_of(const Schema& schema, const Node& node, const std::string& text) {
        const auto& choices = schema.choices;
        if (std::find(choices.begin(), choices.end(), text) != choices.end())
            return {};
        const auto meant = node.refers_to_secret() ? std::nullopt : nearest(text, choices);
        return node.invalid("must be " + describe(schema) + ", not " + node.quoted() +
                            (meant ? "; did you mean '" + *meant + "'?" : ""));
    }

    Problems& problems_;
};

} // namespace

void validate(const Schema& schema, const Node& node, Problems& problems) {
    Validator{problems}.check(schema, node);
}

} // namespace vedette::config
