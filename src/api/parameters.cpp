#include "parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "problem.h"
#include "vedette/events/event_json.h"

namespace vedette::api {
namespace {

constexpr std::size_t kShownBytes = 64;
constexpr std::size_t kLongestList = 100;

} // namespace

/// Enough of a value to recognise it.
std::string Parameters::shown(const std::string& value) {
    if (value.size() <= kShownBytes)
        return value;
    std::size_t end = kShownBytes;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80)
        --end; // not in the middle of a character
    return value.substr(0, end) + "…";
}

void Parameters::fail(std::string_view name, const std::string& why) {
    if (!mistake_)
        mistake_ = Mistake{std::string{name}, std::string{name} + " " + why};
}

std::optional<std::string> Parameters::text(std::string_view name) {
    known_.push_back(name);
    std::optional<std::string> value;
    for (const auto& [given, text] : query_) {
        if (given != name)
            continue;
        if (value)
            fail(name, "is given twice");
        value = text;
    }
    return value;
}

std::vector<std::string> Parameters::list(std::string_view name) {
    known_.push_back(name);
    std::vector<std::string> values;
    for (const auto& [given, text] : query_) {
        if (given != name)
            continue;
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t comma = rest.find(',');
            if (comma != 0)
                values.emplace_back(rest.substr(0, comma));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
        if (values.size() > kLongestList) {
            fail(name, "names more than 100");
            return {};
        }
    }
    return values;
}

int Parameters::integer(std::string_view name, int otherwise, int least, int most) {
    const auto given = text(name);
    if (!given)
        return otherwise;
    int value = 0;
    const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (error == std::errc{} && end == given->data() + given->size() && value >= least &&
        value <= most)
        return value;
    fail(name, "must be a whole number from " + std::to_string(least) + " to " +
                   std::to_string(most) + ", is '" + shown(*given) + "'");
    return otherwise;
}

float Parameters::share(std::string_view name, float otherwise) {
    const auto given = text(name);
    if (!given)
        return otherwise;
    float value = 0;
    const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (error == std::errc{} && end == given->data() + given->size() && value >= 0 && value <= 1)
        return value;
    fail(name, "must be a number from 0 to 1, is '" + shown(*given) + "'");
    return otherwise;
}

std::optional<double> Parameters::number(std::string_view name, double least, double most) {
    const auto given = text(name);
    if (!given)
        return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (error == std::errc{} && end == given->data() + given->size() && value >= least &&
        value <= most)
        return value;
    std::array<char, 64> range{};
    std::snprintf(range.data(), range.size(), "%g to %g", least, most);
    fail(name,
         "must be a number from " + std::string{range.data()} + ", is '" + shown(*given) + "'");
    return std::nullopt;
}

bool Parameters::truth(std::string_view name, bool otherwise) {
    constexpr std::pair<std::string_view, bool> kChoices[] = {{"true", true}, {"false", false}};
    return one_of<bool>(name, otherwise, kChoices);
}

std::optional<WallTime> Parameters::time(std::string_view name) {
    const auto given = text(name);
    if (!given)
        return std::nullopt;
    const auto time = events::parse_time(*given);
    if (!time) {
        fail(name, "must be a time in UTC like 2026-11-21T10:15:00Z, is '" + shown(*given) + "'");
        return std::nullopt;
    }
    return *time;
}

std::optional<Response> Parameters::problem() {
    for (const auto& [name, value] : query_) {
        if (mistake_ || std::find(known_.begin(), known_.end(), name) != known_.end())
            continue;
        std::string known;
        for (const std::string_view one : known_)
            known += (known.empty() ? "" : ", ") + std::string{one};
        mistake_ =
            Mistake{shown(name), "there is no parameter '" + shown(name) + "' here; " +
                                     (known.empty() ? "none is known" : "known are " + known)};
    }
    if (!mistake_)
        return std::nullopt;
    return to_response({.status = 400,
                        .code = "invalid_argument",
                        .detail = mistake_->detail,
                        .parameter = mistake_->parameter});
}

} // namespace vedette::api
