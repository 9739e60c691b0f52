#include "vedette/config/codec.h"

#include <array>
#include <charconv>

namespace vedette::config {
namespace detail {
namespace {

bool reads_as_something_else(const std::string& text) {
    return text.empty() || text == "null" || text == "~" || parse_bool(text) ||
           parse_double(text) || text.front() == ' ' || text.back() == ' ' ||
           text.find_first_of("#{}[],&*!|>'\"%@`\n\t") != std::string::npos ||
           text.find(": ") != std::string::npos || text.back() == ':' || text.starts_with("- ");
}

} // namespace

std::string show_text(const std::string& text) {
    if (!reads_as_something_else(text))
        return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out + '"';
}

std::string show_number(float number) {
    std::array<char, 48> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return error == std::errc{} ? std::string{buffer.data(), end} : std::string{};
}

std::string show_list(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) {
        if (item.empty())
            return {}; // of options structs: too much for one line
        out += (out.empty() ? "" : ", ") + item;
    }
    return "[" + out + "]";
}

Schema scalar(Schema::Kind kind, const Limits& limits) {
    return {.kind = kind,
            .min = limits.min,
            .max = limits.max,
            .bare_seconds = limits.bare == BareNumber::seconds};
}

} // namespace detail

namespace {

/// \param get,show how V is had from a node and written
template <class V, class Get, class Show>
Codec<V> simple(Schema::Kind kind, const Limits& limits, Get get, Show show) {
    return {[=](const V&) { return detail::scalar(kind, limits); },
            [=](const Node& node, V& value, Problems& problems) {
                const auto store = [&](auto got) {
                    value = V{std::move(got)};
                    return true;
                };
                detail::assign(node, get(node), store, problems);
            },
            show};
}

Result<std::string> get_text(const Node& node) { return node.as_string(); }

} // namespace

Codec<std::string> make_codec(std::type_identity<std::string>, const Limits& limits) {
    return simple<std::string>(Schema::Kind::text, limits, get_text, detail::show_text);
}

Codec<Secret<std::string>> make_codec(std::type_identity<Secret<std::string>>,
                                      const Limits& limits) {
    return simple<Secret<std::string>>(Schema::Kind::secret, limits, get_text,
                                       [](const Secret<std::string>&) { return std::string{}; });
}

Codec<std::filesystem::path> make_codec(std::type_identity<std::filesystem::path>,
                                        const Limits& limits) {
    return simple<std::filesystem::path>(
        Schema::Kind::text, limits, get_text,
        [](const std::filesystem::path& path) { return detail::show_text(path.string()); });
}

Codec<ByteSize> make_codec(std::type_identity<ByteSize>, const Limits& limits) {
    return simple<ByteSize>(
        Schema::Kind::size, limits, [](const Node& node) { return node.as_size(); },
        [](const ByteSize& size) { return to_text(size); });
}

Codec<Share> make_codec(std::type_identity<Share>, const Limits& limits) {
    return simple<Share>(
        Schema::Kind::share, limits, [](const Node& node) { return node.as_share(); },
        [](const Share& share) { return to_text(share); });
}

} // namespace vedette::config
