#include "router.h"

#include <algorithm>

#include "vedette/base/assert.h"

namespace vedette::api {
namespace {

constexpr std::string_view kManySegments = "...}";

/// Literal parts first, then {name}, then {name...}: where two patterns first differ, the more
/// exact one comes first.
std::string rank(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool opens = pattern[i] == '{' && i > 0 && pattern[i - 1] == '/';
        const std::size_t end = opens ? pattern.find('}', i) : i;
        VEDETTE_ASSERT(end != std::string_view::npos);
        if (!opens)
            out.push_back(pattern[i]);
        else
            out += pattern.substr(i, end - i + 1).ends_with(kManySegments) ? "\x7f\x7f" : "\x7f";
        i = end;
    }
    return out;
}

Method served_as(Method method) { return method == Method::head ? Method::get : method; }

void add_to_allow(std::string& allow, Method method) {
    const auto add = [&](std::string_view name) {
        if (!allow.empty())
            allow += ", ";
        allow += name;
    };
    add(to_string(method));
    if (method == Method::get)
        add("HEAD");
}

} // namespace

Router::Router(std::vector<Route> routes) : routes_{std::move(routes)} {
    std::stable_sort(routes_.begin(), routes_.end(), [](const Route& a, const Route& b) {
        return rank(a.pattern) < rank(b.pattern);
    });
    for (const Route& route : routes_) {
        const auto same = std::count_if(routes_.begin(), routes_.end(), [&](const Route& other) {
            return rank(other.pattern) == rank(route.pattern) && other.method == route.method;
        });
        VEDETTE_ASSERT(same == 1);
        patterns_.push_back(parse(route.pattern));
    }
}

Router::Pattern Router::parse(std::string_view pattern) {
    VEDETTE_ASSERT(pattern.starts_with('/'));
    Pattern parts;
    for (std::string_view rest = pattern; !rest.empty();) {
        rest.remove_prefix(1);
        const std::size_t slash = rest.find('/');
        const std::string_view part = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
        if (!part.starts_with('{')) {
            parts.push_back({Part::Kind::literal, std::string{part}});
            continue;
        }
        const bool many = part.ends_with(kManySegments);
        VEDETTE_ASSERT(!many || rest.empty());
        parts.push_back({many ? Part::Kind::rest : Part::Kind::one, {}});
    }
    return parts;
}

bool Router::fits(const Pattern& pattern, const std::vector<std::string>& segments,
                  std::vector<std::string>* captured) {
    const bool open_ended = !pattern.empty() && pattern.back().kind == Part::Kind::rest;
    if (open_ended ? segments.size() < pattern.size() : segments.size() != pattern.size())
        return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i].kind == Part::Kind::literal ? pattern[i].text != segments[i]
                                                   : segments[i].empty())
            return false;
    if (captured == nullptr)
        return true;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i].kind == Part::Kind::one)
            captured->push_back(segments[i]);
        if (pattern[i].kind != Part::Kind::rest)
            continue;
        std::string rest = segments[i];
        for (std::size_t j = i + 1; j < segments.size(); ++j)
            rest += "/" + segments[j];
        captured->push_back(std::move(rest));
    }
    return true;
}

Router::Found Router::find(Method method, const std::vector<std::string>& segments) const {
    std::string_view best; // the first pattern that fits is the most exact one; others do not count
    std::string allow;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const Route& route = routes_[i];
        if (!best.empty() && route.pattern != best)
            continue;
        if (best.empty() && !fits(patterns_[i], segments, nullptr))
            continue;
        best = route.pattern;
        if (route.method == served_as(method)) {
            Match match{.route = &route, .captured = {}};
            fits(patterns_[i], segments, &match.captured);
            return match;
        }
        add_to_allow(allow, route.method);
    }
    if (best.empty())
        return NotFound{};
    return WrongMethod{allow + ", OPTIONS"};
}

std::string_view take_version_prefix(std::vector<std::string>& segments) {
    if (segments.size() < 2 || segments[0] != "api" || segments[1] != "v1")
        return "";
    segments.erase(segments.begin(), segments.begin() + 2);
    return kVersionPrefix;
}

} // namespace vedette::api
