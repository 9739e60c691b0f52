#include "app/lifecycle/model_comparison.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "vedette/base/iso_time.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;
using vision::PairedCounts;

Json counts_json(const PairedCounts& counts) {
    return {{"both", counts.both},
            {"only_first", counts.only_first},
            {"only_second", counts.only_second},
            {"neither", counts.neither},
            {"p", vision::mcnemar(counts).p}};
}

std::optional<PairedCounts> counts_in(const Json& json) {
    constexpr long kMost = 1'000'000'000;
    PairedCounts counts;
    for (const auto& [key, count] :
         {std::pair{"both", &counts.both}, std::pair{"only_first", &counts.only_first},
          std::pair{"only_second", &counts.only_second}, std::pair{"neither", &counts.neither}}) {
        *count = json.at(key).get<long>();
        if (*count < 0 || *count > kMost)
            return std::nullopt;
    }
    return counts;
}

std::string percent(long part, long of) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1)
        << (of == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(of)) << " %";
    return out.str();
}

std::string p_of(const PairedCounts& counts) {
    std::ostringstream out;
    out << std::setprecision(2) << vision::mcnemar(counts).p;
    return out.str();
}

} // namespace

bool speaks_against_second(const ModelComparison& comparison) noexcept {
    return vision::is_second_worse(comparison.labels) ||
           vision::is_second_worse(comparison.nothing_else);
}

std::string describe(const ModelComparison& comparison) {
    const PairedCounts& labels = comparison.labels;
    return comparison.second + " against " + comparison.first + " on " + comparison.folder + ": " +
           percent(labels.both + labels.only_second, labels.total()) + " against " +
           percent(labels.both + labels.only_first, labels.total()) + " of " +
           std::to_string(labels.total()) + " labels right; " + std::to_string(labels.only_second) +
           " only by it, " + std::to_string(labels.only_first) +
           " only by the other, p = " + p_of(labels) +
           "; of pictures without anything made up p = " + p_of(comparison.nothing_else) +
           " (McNemar)";
}

Json to_json(const ModelComparison& one) {
    return {{"at", format_iso_time(one.at, SecondDigits::microseconds)},
            {"task", one.task},
            {"first", one.first},
            {"first_sha256", one.first_sha256},
            {"second", one.second},
            {"second_sha256", one.second_sha256},
            {"folder", one.folder},
            {"labels", counts_json(one.labels)},
            {"nothing_else", counts_json(one.nothing_else)}};
}

std::optional<ModelComparison> comparison_in(const Json& json) {
    const auto at = parse_iso_time(json.at("at").get<std::string>());
    const auto labels = counts_in(json.at("labels"));
    const auto nothing_else = counts_in(json.at("nothing_else"));
    if (!at || !labels || !nothing_else)
        return std::nullopt;
    return ModelComparison{.at = *at,
                           .task = json.at("task").get<std::string>(),
                           .first = json.at("first").get<std::string>(),
                           .first_sha256 = json.at("first_sha256").get<std::string>(),
                           .second = json.at("second").get<std::string>(),
                           .second_sha256 = json.at("second_sha256").get<std::string>(),
                           .folder = json.at("folder").get<std::string>(),
                           .labels = *labels,
                           .nothing_else = *nothing_else};
}

} // namespace vedette::app
