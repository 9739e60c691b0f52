#include "references.h"

#include <algorithm>

namespace vedette::config {
namespace {

constexpr std::string_view kOpen = "${";

bool is_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

/// \param inside what stands between the braces
Result<std::string> look_up(std::string_view inside, const SecretSource& source) {
    const std::string shown = "${" + std::string{inside} + "}";
    if (inside.starts_with("env:") && is_name(inside.substr(4))) {
        const std::string name{inside.substr(4)};
        if (auto value = source.environment(name))
            return *std::move(value);
        return Error{ErrorCode::not_found, shown + ": the environment variable " + name +
                                               " is not set; set it where vedette is started"};
    }
    if (inside.starts_with("file:") && inside.size() > 5) {
        auto value = source.file(std::filesystem::path{inside.substr(5)});
        if (!value)
            return std::move(value).error().with_context(shown);
        return value;
    }
    return Error{ErrorCode::invalid_argument,
                 "${ starts a secret, ${env:NAME} or ${file:PATH}; write $${ for the characters"};
}

bool escaped(std::string_view text, std::size_t at) { return at > 0 && text[at - 1] == '$'; }

} // namespace

bool has_reference(std::string_view text) noexcept {
    for (auto at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at + 1))
        if (!escaped(text, at))
            return true;
    return false;
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (!text.substr(at).starts_with("$${"))
            out += text[at];
    return out;
}

Result<std::string> resolve_references(std::string_view text, const SecretSource& source) {
    std::string out;
    for (;;) {
        auto at = text.find(kOpen);
        while (at != std::string_view::npos && escaped(text, at))
            at = text.find(kOpen, at + 1);
        out += unescape(text.substr(0, at));
        if (at == std::string_view::npos)
            return out;
        const auto end = text.find('}', at);
        if (end == std::string_view::npos)
            return Error{ErrorCode::invalid_argument, "${ has no closing }"};
        const auto inside = text.substr(at + kOpen.size(), end - at - kOpen.size());
        VEDETTE_TRY(const std::string value, look_up(inside, source));
        out += value;
        text.remove_prefix(end + 1);
    }
}

} // namespace vedette::config
