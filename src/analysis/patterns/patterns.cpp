#include "vedette/analysis/patterns.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace vedette::analysis {
namespace {

using ports::PassRow;
using std::chrono::duration_cast;
using std::chrono::minutes;
using ByCamera = std::map<domain::CameraId, std::vector<PassRow>>;

std::string counted(std::int64_t number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

/// "2 hours 5 minutes"
std::string in_words(std::chrono::microseconds time) {
    const std::int64_t all = duration_cast<minutes>(time).count();
    if (all < 60)
        return counted(all, "minute", "minutes");
    const std::string hours = counted(all / 60, "hour", "hours");
    return all % 60 == 0 ? hours : hours + " " + counted(all % 60, "minute", "minutes");
}

/// Several reads of one pass are one.
ByCamera without_repeats(const std::vector<PassRow>& passes, minutes repeats) {
    ByCamera cameras;
    for (const PassRow& pass : passes) {
        auto& here = cameras[pass.camera];
        if (here.empty() || pass.at - here.back().at > repeats)
            here.push_back(pass);
    }
    return cameras;
}

Pattern pattern(PatternKind kind, const PassRow* first, const PassRow* last, std::string why) {
    Pattern found{kind, first->camera, first->at, (last - 1)->at, {}, std::move(why)};
    for (; first != last; ++first)
        found.passes.push_back(first->event);
    return found;
}

void find_frequent(const std::vector<PassRow>& here, const PatternOptions& options,
                   std::vector<Pattern>& found) {
    std::set<std::chrono::sys_days> days;
    for (const PassRow& pass : here)
        days.insert(std::chrono::floor<std::chrono::days>(pass.at));
    const auto number = static_cast<std::int64_t>(days.size());
    if (number < options.frequent_days)
        return;
    found.push_back(pattern(
        PatternKind::frequent, here.data(), here.data() + here.size(),
        "at " + here.front().camera.value() + " on " + counted(number, "day", "days") + " (UTC), " +
            counted(static_cast<std::int64_t>(here.size()), "time", "times") + " in all"));
}

/// Takes the longest runs: each pass is in one at most.
void find_circling(const std::vector<PassRow>& here, const PatternOptions& options,
                   std::vector<Pattern>& found) {
    std::size_t first = 0;
    while (first < here.size()) {
        std::size_t end = first + 1;
        while (end < here.size() && here[end].at - here[first].at <= options.circling_within)
            ++end;
        if (end - first < static_cast<std::size_t>(options.circling_passes)) {
            ++first;
            continue;
        }
        found.push_back(pattern(PatternKind::circling, here.data() + first, here.data() + end,
                                std::to_string(end - first) + " times at " +
                                    here[first].camera.value() + " within " +
                                    in_words(here[end - 1].at - here[first].at)));
        first = end;
    }
}

/// Each way in with the next way out, if none came in between.
void find_dwell(const Site& site, const ByCamera& cameras, const PatternOptions& options,
                std::vector<Pattern>& found) {
    const auto in = cameras.find(site.in);
    const auto out = cameras.find(site.out);
    if (in == cameras.end() || out == cameras.end())
        return;
    for (std::size_t i = 0; i < in->second.size(); ++i) {
        const PassRow& came = in->second[i];
        const auto left = std::find_if(out->second.begin(), out->second.end(),
                                       [&](const PassRow& pass) { return pass.at > came.at; });
        if (left == out->second.end())
            return;
        const auto stayed = left->at - came.at;
        const bool again_in = i + 1 < in->second.size() && in->second[i + 1].at < left->at;
        if (again_in || stayed < options.dwell_at_least || stayed > options.dwell_at_most)
            continue;
        found.push_back({PatternKind::dwell,
                         site.in,
                         came.at,
                         left->at,
                         {came.event, left->event},
                         "at " + site.name + " for " + in_words(stayed)});
    }
}

Status check(const PatternOptions& options) {
    using std::chrono::hours;
    const auto refuse = [](const char* what) { return Error{ErrorCode::invalid_argument, what}; };
    if (options.quiet_before < hours{1} || options.quiet_before > hours{24 * 3'660})
        return refuse("quiet_before must be 1h..10 years");
    if (options.frequent_days < 2 || options.frequent_days > 3'660)
        return refuse("frequent_days must be 2..3660");
    if (options.circling_passes < 2 || options.circling_passes > 100)
        return refuse("circling_passes must be 2..100");
    if (options.circling_within < minutes{1} || options.circling_within > hours{24})
        return refuse("circling_within must be 1m..24h");
    if (options.repeats < minutes{0} || options.repeats > minutes{60})
        return refuse("repeats must be 0..60m");
    if (options.dwell_at_least < minutes{0} || options.dwell_at_least > hours{24 * 30})
        return refuse("dwell_at_least must be 0..30 days");
    if (options.dwell_at_most < hours{1} || options.dwell_at_most > hours{24 * 366})
        return refuse("dwell_at_most must be 1h..1 year");
    if (options.most_passes < 1 || options.most_passes > ports::PassIndex::kMostRows)
        return refuse("most_passes must be 1..100000");
    return {};
}

} // namespace

std::vector<Pattern> patterns_of(const std::vector<PassRow>& passes,
                                 const PatternOptions& options) {
    const ByCamera cameras = without_repeats(passes, options.repeats);
    std::vector<Pattern> found;
    for (const auto& [camera, here] : cameras) {
        find_frequent(here, options, found);
        find_circling(here, options, found);
    }
    for (const Site& site : options.sites)
        find_dwell(site, cameras, options, found);
    std::stable_sort(found.begin(), found.end(), [](const Pattern& a, const Pattern& b) {
        return std::tie(a.kind, a.from, a.camera) < std::tie(b.kind, b.from, b.camera);
    });
    return found;
}

Result<PatternReport> find_patterns(const ports::PassIndex& index, std::string_view plate,
                                    const ports::TimeSpan& span, const PatternOptions& options) {
    VEDETTE_CHECK_OK(check(options));
    if (span.from >= span.to)
        return Error{ErrorCode::invalid_argument, "from must be before to"};
    VEDETTE_TRY(const auto own, index.passes_of(plate, span, options.most_passes));
    PatternReport report{std::string{plate}, patterns_of(own.rows, options), own.rows.size(),
                         own.complete};
    if (own.rows.empty())
        return report;
    const PassRow& first = own.rows.front();
    VEDETTE_TRY(const auto before,
                index.passes_of(plate, {first.at - options.quiet_before, first.at}, 1));
    if (before.rows.empty())
        report.patterns.insert(report.patterns.begin(),
                               {PatternKind::first_seen,
                                first.camera,
                                first.at,
                                first.at,
                                {first.event},
                                "first seen at " + first.camera.value() + "; nowhere in the " +
                                    counted(options.quiet_before.count() / 24, "day", "days") +
                                    " before"});
    return report;
}

std::string_view to_string(PatternKind kind) noexcept {
    switch (kind) { // no default: a new kind must be named here
    case PatternKind::first_seen: return "first_seen";
    case PatternKind::frequent: return "frequent";
    case PatternKind::circling: return "circling";
    case PatternKind::dwell: return "dwell";
    }
    return "";
}

} // namespace vedette::analysis
