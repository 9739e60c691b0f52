// Whatever is given as a configuration is refused with a place, or accepted; and what is accepted
// says the same when it is written down plainly and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "vedette/config/document.h"
#include "vedette/config/vocabulary.h"

namespace {

using vedette::config::Document;
using vedette::config::DocumentOptions;
using vedette::config::Node;
using vedette::config::Problems;

/// As YAML's double-quoted text, which can hold anything.
std::string double_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        constexpr std::string_view kHex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20U || byte == 0x7FU)
            out.append("\\x").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
        else if (c == '"' || c == '\\')
            out.append("\\").append(1, c);
        else
            out += c;
    }
    return out + '"';
}

/// Flow style without aliases, tags or comments. \pre secrets are withheld
std::string written(const Node& node) {
    std::string out;
    switch (node.kind()) {
    case Node::Kind::absent: return "~";
    case Node::Kind::scalar: {
        std::string text = node.as_string().value();
        if (!node.refers_to_secret()) // as it was: $${ for ${
            for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 3))
                text.insert(at, "$");
        return double_quoted(text);
    }
    case Node::Kind::list:
        for (const Node& item : node.items())
            out += (out.empty() ? "" : ", ") + written(item);
        return "[" + out + "]";
    case Node::Kind::map:
        for (const auto& member : node.members())
            out += (out.empty() ? "? " : ", ? ") + double_quoted(member.key) + " : " +
                   written(member.value);
        return "{" + out + "}";
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto kSchema = vedette::config::vocabulary({});
    DocumentOptions options;
    options.use = vedette::config::SecretUse::withhold; // never reads this machine's files
    Problems problems;
    const auto document = Document::parse({reinterpret_cast<const char*>(data), size}, "fuzz.yaml",
                                          options, problems);
    if (document.has_value() != problems.empty())
        std::abort();
    if (!document)
        return 0;
    vedette::config::validate(kSchema, document->root(), problems);
    for (const auto& error : problems.all())
        if (!error.message().starts_with("fuzz.yaml:"))
            std::abort();
    const std::string once = written(document->root());
    const auto again = Document::parse(once, "again.yaml", options);
    if (again && written(again->root()) != once)
        std::abort();
    return 0;
}
