#include "log_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "vedette/base/iso_time.h"

namespace vedette::observability {
namespace {

using Json = nlohmann::ordered_json;

std::string quoted(std::string_view text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20U && byte < 0x7FU && c != '"' && c != '=' && c != '\\';
    });
}

struct ShowText {
    std::string operator()(std::string_view text) const {
        return plain(text) ? std::string{text} : quoted(text);
    }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const {
        std::array<char, 64> buffer{};
        const auto [end, error] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
        return error == std::errc{} ? std::string{buffer.data(), end} : "?";
    }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
};

std::string upper(std::string_view word) {
    std::string out{word};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    out.resize(5, ' ');
    return out;
}

/// A message is a constant phrase and needs no quotes, but must not break the line either.
std::string one_line(std::string_view message) {
    std::string out{message};
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, ' ');
    return out;
}

} // namespace

std::string_view to_string(LogLevel level) noexcept {
    switch (level) { // no default: a new level must be named here
    case LogLevel::trace: return "trace";
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
    }
    return "error";
}

std::string to_text_line(const LogEvent& event) {
    std::string out = format_iso_time(event.at, SecondDigits::milliseconds) + " " +
                      upper(to_string(event.level)) + " " + one_line(event.message);
    for (const LogField& field : event.fields)
        out += " " + ShowText{}(field.key) + "=" + std::visit(ShowText{}, field.value);
    if (event.suppressed > 0)
        out += " suppressed=" + std::to_string(event.suppressed);
    return out;
}

std::string to_json_line(const LogEvent& event) {
    Json out{{"time", format_iso_time(event.at, SecondDigits::milliseconds)},
             {"level", to_string(event.level)},
             {"message", event.message}};
    if (event.suppressed > 0)
        out["suppressed"] = event.suppressed;
    for (const LogField& field : event.fields) {
        std::string key{field.key};
        while (out.contains(key) || key == "suppressed")
            key.insert(0, "_");
        std::visit([&](const auto& value) { out[key] = value; }, field.value);
    }
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace vedette::observability
