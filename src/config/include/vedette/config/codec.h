#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "vedette/base/secret.h"
#include "vedette/config/node.h"
#include "vedette/config/problems.h"
#include "vedette/config/schema.h"
#include "vedette/config/units.h"

namespace vedette::config {

/// How a value of type V is described, read and shown. Made by codec<V>(), choice(), list_of(),
/// named() and OptionSet::codec(); a module may make one for a type of its own.
template <class V>
struct Codec {
    /// What may be written, `fallback` being the default.
    std::function<Schema(const V& fallback)> schema;
    /// Reads `node` over `value`; what is not written stays. \pre node fits the schema
    std::function<void(const Node& node, V& value, Problems& problems)> read;
    /// As it would be written in the file; empty where that says nothing.
    std::function<std::string(const V& value)> show;
};

/// Inclusive. Of the value; seconds for a duration, bytes for a size, 0..1 for a share, elements
/// for a list, characters for a text.
struct Limits {
    std::optional<double> min = {};
    std::optional<double> max = {};
    BareNumber bare = BareNumber::refused; ///< durations only
};

namespace detail {

template <class T>
struct IsDuration : std::false_type {};
template <class Rep, class Period>
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type {};

/// Quoted where YAML would otherwise read something else.
[[nodiscard]] std::string show_text(const std::string& text);
[[nodiscard]] std::string show_number(float number);
[[nodiscard]] std::string show_list(const std::vector<std::string>& items);
[[nodiscard]] Schema scalar(Schema::Kind kind, const Limits& limits);

template <class T>
void assign(const Node& node, Result<T> got, auto&& store, Problems& problems) {
    if (!got && node.is_withheld())
        return; // "${env:FPS}" is no number, and need not be one here
    if (!got)
        problems.add(std::move(got).error());
    else if (!store(*std::move(got)))
        problems.add(node.invalid("is larger than this program can hold; write a smaller number"));
}

} // namespace detail

inline Codec<bool> make_codec(std::type_identity<bool>, const Limits&) {
    return {[](bool) { return Schema{.kind = Schema::Kind::flag}; },
            [](const Node& node, bool& value, Problems& problems) {
                detail::assign(
                    node, node.as_bool(), [&](bool got) { return value = got, true; }, problems);
            },
            [](bool value) { return std::string{value ? "true" : "false"}; }};
}

template <std::integral V>
Codec<V> make_codec(std::type_identity<V>, Limits limits) {
    if (std::is_unsigned_v<V> && !limits.min)
        limits.min = 0;
    return {[=](V) { return detail::scalar(Schema::Kind::integer, limits); },
            [](const Node& node, V& value, Problems& problems) {
                const auto store = [&](std::int64_t got) {
                    value = static_cast<V>(got);
                    return std::in_range<V>(got);
                };
                detail::assign(node, node.as_int(), store, problems);
            },
            [](V value) { return std::to_string(value); }};
}

template <std::floating_point V>
Codec<V> make_codec(std::type_identity<V>, const Limits& limits) {
    return {[=](V) { return detail::scalar(Schema::Kind::number, limits); },
            [](const Node& node, V& value, Problems& problems) {
                const auto store = [&](double got) {
                    value = static_cast<V>(got);
                    return got <= static_cast<double>(std::numeric_limits<V>::max()) &&
                           got >= static_cast<double>(std::numeric_limits<V>::lowest());
                };
                detail::assign(node, node.as_double(), store, problems);
            },
            [](V value) {
                if constexpr (std::is_same_v<V, float>)
                    return detail::show_number(value);
                else
                    return to_text(value);
            }};
}

template <class V>
requires detail::IsDuration<V>::value Codec<V> make_codec(std::type_identity<V>,
                                                          const Limits& limits) {
    return {[=](const V&) { return detail::scalar(Schema::Kind::duration, limits); },
            [=](const Node& node, V& value, Problems& problems) {
                const auto store = [&](std::chrono::microseconds got) {
                    value = std::chrono::duration_cast<V>(got);
                    return true;
                };
                detail::assign(node, node.as_duration(limits.bare), store, problems);
            },
            [](const V& value) {
                return to_text(std::chrono::duration_cast<std::chrono::microseconds>(value));
            }};
}

Codec<std::string> make_codec(std::type_identity<std::string>, const Limits& limits);
Codec<Secret<std::string>> make_codec(std::type_identity<Secret<std::string>>,
                                      const Limits& limits);
Codec<std::filesystem::path> make_codec(std::type_identity<std::filesystem::path>,
                                        const Limits& limits);
Codec<ByteSize> make_codec(std::type_identity<ByteSize>, const Limits& limits);
Codec<Share> make_codec(std::type_identity<Share>, const Limits& limits);

/// For numbers, bool, std::string, Secret<std::string>, std::filesystem::path, std::chrono
/// durations, ByteSize, Share; of these std::optional (nothing is written `auto`) and std::vector.
template <class V>
Codec<V> codec(const Limits& limits = {});

/// One of a closed list of words.
template <class E>
Codec<E> choice(std::vector<std::pair<std::string, E>> words) {
    const auto table =
        std::make_shared<const std::vector<std::pair<std::string, E>>>(std::move(words));
    return {[table](const E&) {
                Schema schema{.kind = Schema::Kind::choice};
                for (const auto& [word, value] : *table)
                    schema.choices.push_back(word);
                return schema;
            },
            [table](const Node& node, E& value, Problems& problems) {
                const auto store = [&](const std::string& got) {
                    for (const auto& [word, meaning] : *table)
                        if (word == got)
                            value = meaning;
                    return true;
                };
                detail::assign(node, node.as_string(), store, problems);
            },
            [table](const E& value) {
                for (const auto& [word, meaning] : *table)
                    if (meaning == value)
                        return word;
                return std::string{};
            }};
}

/// A list replaces the default, or what a layer below wrote; it does not add to it.
template <class V>
Codec<std::vector<V>> list_of(Codec<V> item, const Limits& limits = {}) {
    return {[=](const std::vector<V>&) {
                Schema schema = detail::scalar(Schema::Kind::list, limits);
                schema.item = std::make_shared<const Schema>(item.schema(V{}));
                return schema;
            },
            [=](const Node& node, std::vector<V>& value, Problems& problems) {
                value.clear();
                for (const Node& one : node.items()) {
                    V read{};
                    item.read(one, read, problems);
                    value.push_back(std::move(read));
                }
            },
            [=](const std::vector<V>& value) {
                std::vector<std::string> shown;
                for (const V& one : value)
                    shown.push_back(item.show(one));
                return detail::show_list(shown);
            }};
}

/// The user's own names, each with a value. A layer above adds names and changes those it names.
template <class V>
Codec<std::map<std::string, V>> named(Codec<V> item, const Limits& limits = {}) {
    return {[=](const std::map<std::string, V>&) {
                Schema schema = detail::scalar(Schema::Kind::map, limits);
                schema.item = std::make_shared<const Schema>(item.schema(V{}));
                return schema;
            },
            [=](const Node& node, std::map<std::string, V>& value, Problems& problems) {
                for (const Node::Member& member : node.members())
                    item.read(member.value, value[member.key], problems);
            },
            [](const std::map<std::string, V>&) { return std::string{}; }};
}

/// Nothing is written `auto`.
template <class V>
Codec<std::optional<V>> automatic_or(Codec<V> inner) {
    return {[=](const std::optional<V>&) {
                Schema schema = inner.schema(V{});
                schema.automatic = true;
                return schema;
            },
            [=](const Node& node, std::optional<V>& value, Problems& problems) {
                value.reset();
                if (node.is_withheld())
                    return;
                if (const auto text = node.as_string(); text && *text == "auto")
                    return;
                V read{};
                inner.read(node, read, problems);
                value = std::move(read);
            },
            [=](const std::optional<V>& value) {
                return value ? inner.show(*value) : std::string{"auto"};
            }};
}

template <class V>
Codec<std::optional<V>> make_codec(std::type_identity<std::optional<V>>, const Limits& limits) {
    return automatic_or(codec<V>(limits));
}
template <class V>
Codec<std::vector<V>> make_codec(std::type_identity<std::vector<V>>, const Limits& limits) {
    return list_of(codec<V>(), limits);
}

template <class V>
Codec<V> codec(const Limits& limits) {
    return make_codec(std::type_identity<V>{}, limits);
}

} // namespace vedette::config
