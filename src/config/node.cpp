#include "vedette/config/node.h"

#include <algorithm>
#include <utility>

#include "references.h"
#include "tree.h"

namespace vedette::config {
namespace {

constexpr std::size_t kQuotedLength = 40;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// Reads what is below `key` with `as`, unless there is nothing.
template <class T, class As>
Result<T> below_or(const Node& node, std::string_view key, T fallback, As as) {
    const Node child = node[key];
    if (!child.present() || child.is_withheld())
        return fallback;
    return as(child);
}

/// "${env:NAME}" alone: what stands around it may be half of a secret.
std::string_view first_reference(std::string_view text) {
    text.remove_prefix(text.find("${"));
    return text.substr(0, std::min(text.find('}'), kQuotedLength) + 1);
}

std::string printable(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20U && byte != 0x7FU)
            out += c;
        else
            out.append("\\x").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
    }
    return out;
}

} // namespace

Node::Node(std::shared_ptr<const Tree> tree, std::size_t index, std::string path, int line)
    : tree_{std::move(tree)}, index_{index}, path_{std::move(path)}, line_{line} {}

Node::Kind Node::kind() const noexcept {
    return tree_ && index_ != kNowhere ? tree_->values[index_].kind : Kind::absent;
}

std::string Node::file() const { return tree_ ? tree_->file : std::string{"configuration"}; }

Node Node::operator[](std::string_view key) const {
    std::string path = path_ + (path_.empty() ? "" : ".") + std::string{key};
    const Tree::Member* member = kind() == Kind::map ? tree_->values[index_].find(key) : nullptr;
    Node child{tree_, member != nullptr ? member->value : kNowhere, std::move(path),
               member != nullptr ? member->line : line_};
    child.withheld_ = withheld_;
    return child;
}

std::vector<Node::Member> Node::members() const {
    std::vector<Member> out;
    if (kind() != Kind::map)
        return out;
    for (const Tree::Member& member : tree_->values[index_].members) {
        Node value{tree_, member.value, path_ + (path_.empty() ? "" : ".") + member.key,
                   member.line};
        value.withheld_ = withheld_;
        out.push_back({member.key, std::move(value)});
    }
    return out;
}

std::vector<Node> Node::items() const {
    std::vector<Node> out;
    if (kind() != Kind::list)
        return out;
    for (const Tree::Item& item : tree_->values[index_].items) {
        Node value{tree_, item.value, path_ + "[" + std::to_string(out.size()) + "]", item.line};
        value.withheld_ = withheld_;
        out.push_back(std::move(value));
    }
    return out;
}

bool Node::refers_to_secret() const noexcept {
    return kind() == Kind::scalar && tree_->values[index_].refers_to_secret;
}

Node Node::withholding_secrets() const {
    Node node = *this;
    node.withheld_ = true;
    return node;
}

Result<std::string> Node::as_string() const {
    if (kind() != Kind::scalar)
        return invalid(present() ? "must be a single value, not a list or map"
                                 : "must have a value");
    const std::string& text = tree_->values[index_].text;
    if (is_withheld())
        return text;
    if (!refers_to_secret())
        return unescape(text);
    auto value = resolve_references(text, tree_->options.secrets);
    if (!value)
        return Error{value.error().code(), invalid(value.error().message()).message()};
    return value;
}

Result<Secret<std::string>> Node::as_secret() const {
    VEDETTE_TRY(auto text, as_string());
    return Secret{std::move(text)};
}

namespace {

template <class T>
Result<T> parsed(const Node& node, Result<T> (*parse)(std::string_view)) {
    VEDETTE_TRY(const std::string text, node.as_string());
    auto value = parse(text);
    if (!value)
        return node.invalid(value.error().message() + ", not " + node.quoted());
    return value;
}

} // namespace

Result<std::int64_t> Node::as_int() const { return parsed(*this, parse_int); }
Result<double> Node::as_double() const { return parsed(*this, parse_double); }
Result<bool> Node::as_bool() const { return parsed(*this, parse_bool); }
Result<ByteSize> Node::as_size() const { return parsed(*this, parse_size); }
Result<Share> Node::as_share() const { return parsed(*this, parse_share); }

Result<std::chrono::microseconds> Node::as_duration(BareNumber bare) const {
    if (bare == BareNumber::seconds)
        return parsed<std::chrono::microseconds>(
            *this, [](std::string_view text) { return parse_duration(text, BareNumber::seconds); });
    return parsed<std::chrono::microseconds>(
        *this, [](std::string_view text) { return parse_duration(text); });
}

Result<std::string> Node::string_or(std::string_view key, std::string fallback) const {
    const Node child = (*this)[key];
    return child.present() ? child.as_string() : Result<std::string>{std::move(fallback)};
}

Result<std::int64_t> Node::int_or(std::string_view key, std::int64_t fallback) const {
    return below_or(*this, key, fallback, [](const Node& node) { return node.as_int(); });
}

Result<double> Node::double_or(std::string_view key, double fallback) const {
    return below_or(*this, key, fallback, [](const Node& node) { return node.as_double(); });
}

Result<bool> Node::bool_or(std::string_view key, bool fallback) const {
    return below_or(*this, key, fallback, [](const Node& node) { return node.as_bool(); });
}

Result<std::chrono::microseconds> Node::duration_or(std::string_view key,
                                                    std::chrono::microseconds fallback) const {
    return below_or(*this, key, fallback, [](const Node& node) { return node.as_duration(); });
}

Result<ByteSize> Node::size_or(std::string_view key, ByteSize fallback) const {
    return below_or(*this, key, fallback, [](const Node& node) { return node.as_size(); });
}

Error Node::invalid(std::string_view why) const {
    const std::string where = tree_ ? file() + ":" + std::to_string(line_) + ": " : std::string{};
    return {ErrorCode::invalid_argument,
            where + (path_.empty() ? "" : printable(path_) + ": ") + std::string{why}};
}

Error Node::invalid(std::string_view key, std::string_view why) const {
    return (*this)[key].invalid(why);
}

std::string Node::quoted() const {
    if (kind() != Kind::scalar)
        return kind() == Kind::list ? "a list" : kind() == Kind::map ? "a map" : "nothing";
    const std::string& text = tree_->values[index_].text;
    if (refers_to_secret())
        return "the value of " + printable(first_reference(text));
    std::size_t length = kQuotedLength;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length; // not in the middle of a character
    return "'" + printable(text.substr(0, length)) + (text.size() > length ? "…" : "") + "'";
}

} // namespace vedette::config
