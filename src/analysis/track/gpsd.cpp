#include <algorithm>
#include <nlohmann/json.hpp>

#include "files/csv.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/analysis/track_source.h"

namespace vedette::analysis {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestLine = 64UL * 1024;
constexpr int kFix2D = 2;

std::optional<double> number(const Json& report, const char* name) {
    const auto member = report.find(name);
    return member != report.end() && member->is_number() ? std::optional{member->get<double>()}
                                                         : std::nullopt;
}

std::string text(const Json& report, const char* name) {
    const auto member = report.find(name);
    return member != report.end() && member->is_string() ? member->get<std::string>()
                                                         : std::string{};
}

/// Metres that a position may be off: both dimensions together where that is said, else the worse
/// of the two. They are at 95 % (gpsd_json(5)).
std::optional<double> accuracy(const Json& report) {
    constexpr double kDeviations = 1.96;
    if (const auto both = number(report, "eph"))
        return *both / kDeviations;
    const auto east = number(report, "epx");
    const auto north = number(report, "epy");
    return east && north ? std::optional{std::max(*east, *north) / kDeviations} : std::nullopt;
}

} // namespace

std::optional<TrackFix> GpsdReader::take(std::string_view line) {
    const auto nothing = [](std::uint64_t& count) {
        ++count;
        return std::optional<TrackFix>{};
    };
    if (trimmed(line).empty())
        return std::nullopt;
    if (line.size() > kLongestLine)
        return nothing(counts_.bad);
    const Json report = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!report.is_object())
        return nothing(counts_.bad);
    const std::string kind = text(report, "class");
    if (kind == "ERROR")
        complaint_ = shown(text(report, "message"));
    if (kind != "TPV")
        return nothing(counts_.other);
    complaint_.clear();
    const auto mode = number(report, "mode");
    const auto latitude = number(report, "lat");
    const auto longitude = number(report, "lon");
    const std::string time = text(report, "time");
    if (!mode || *mode < kFix2D || !latitude || !longitude || time.empty())
        return nothing(counts_.without);
    const auto at = parse_pass_time(time);
    TrackFix fix{.at = at.value_or(WallTime{}),
                 .position = {*latitude, *longitude},
                 .speed_mps = number(report, "speed"),
                 .course_deg = number(report, "track")};
    fix.accuracy_m = accuracy(report).value_or(fix.accuracy_m);
    if (!at || !check(fix))
        return nothing(counts_.bad);
    ++counts_.fixes;
    return fix;
}

} // namespace vedette::analysis
