#include "detect/decoder_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace vedette::vision {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n[]\"'";
    const std::size_t from = text.find_first_not_of(kBlank);
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

std::optional<double> to_number(std::string_view text) {
    text = trimmed(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::vector<double>> to_numbers(std::string_view text) {
    std::vector<double> out;
    text = trimmed(text);
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::optional<double> value = to_number(text.substr(0, comma));
        if (!value)
            return std::nullopt;
        out.push_back(*value);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

} // namespace

Result<DecoderOptions> DecoderOptions::of(const infer::Manifest& manifest,
                                          const std::vector<std::string>& known) {
    for (const auto& [key, value] : manifest.decoder_options) {
        if (std::find(known.begin(), known.end(), key) != known.end())
            continue;
        std::string message =
            "decoder_options." + key + " means nothing to '" + manifest.decoder + "'; known:";
        for (const std::string& name : known)
            message += " " + name;
        return Error{ErrorCode::invalid_argument, std::move(message)};
    }
    return DecoderOptions{manifest};
}

Error DecoderOptions::wrong(const std::string& key, const std::string& expected) const {
    const auto found = manifest_.decoder_options.find(key);
    const std::string value =
        found == manifest_.decoder_options.end() ? "missing" : "'" + found->second + "'";
    return {ErrorCode::invalid_argument,
            "decoder_options." + key + " is " + value + "; expected " + expected};
}

std::string DecoderOptions::text(const std::string& key, const std::string& otherwise) const {
    const auto found = manifest_.decoder_options.find(key);
    return found == manifest_.decoder_options.end() ? otherwise : found->second;
}

Result<double> DecoderOptions::number(const std::string& key, double otherwise, double least,
                                      double most) const {
    const auto found = manifest_.decoder_options.find(key);
    if (found == manifest_.decoder_options.end())
        return otherwise;
    const std::optional<double> value = to_number(found->second);
    if (!value || *value < least || *value > most)
        return wrong(key, "a number within " + std::to_string(least) + ".." + std::to_string(most));
    return *value;
}

Result<int> DecoderOptions::integer(const std::string& key, int otherwise, int least,
                                    int most) const {
    VEDETTE_TRY(const double value, number(key, otherwise, least, most));
    if (value != std::floor(value))
        return wrong(key, "a whole number");
    return static_cast<int>(value);
}

Result<std::vector<double>> DecoderOptions::numbers(const std::string& key,
                                                    std::vector<double> otherwise,
                                                    std::size_t count) const {
    const auto found = manifest_.decoder_options.find(key);
    if (found == manifest_.decoder_options.end())
        return otherwise;
    std::optional<std::vector<double>> values = to_numbers(found->second);
    if (!values || values->size() != count)
        return wrong(key, std::to_string(count) + " numbers");
    return *std::move(values);
}

Result<std::vector<int>> DecoderOptions::strides(std::vector<int> otherwise) const {
    const auto found = manifest_.decoder_options.find("strides");
    if (found == manifest_.decoder_options.end())
        return otherwise;
    const std::optional<std::vector<double>> values = to_numbers(found->second);
    const auto usable = [](double value) {
        return value >= 1 && value <= 1024 && value == std::floor(value);
    };
    if (!values || values->empty() || !std::all_of(values->begin(), values->end(), usable))
        return wrong("strides", "whole numbers like 8,16,32");
    return std::vector<int>(values->begin(), values->end());
}

} // namespace vedette::vision
