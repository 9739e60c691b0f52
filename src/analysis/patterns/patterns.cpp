#include "vedette/analysis/patterns.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "patterns/stays.h"

namespace vedette::analysis {
namespace {

using ports::PassRow;
using std::chrono::minutes;

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
                                    time_in_words(here[end - 1].at - here[first].at)));
        first = end;
    }
}

void find_dwell(const Site& site, const std::vector<Stay>& stays, std::vector<Pattern>& found) {
    for (const Stay& stay : stays)
        found.push_back({PatternKind::dwell, site.in, stay.from, stay.to, stay.events,
                         "at " + site.name + " for " + time_in_words(stay.to - stay.from)});
}

void in_order(std::vector<Pattern>& found) {
    std::stable_sort(found.begin(), found.end(), [](const Pattern& a, const Pattern& b) {
        return std::tie(a.kind, a.from, a.camera) < std::tie(b.kind, b.from, b.camera);
    });
}

/// Where it stood, and who was with it there and at the sites.
Status add_stays(const ports::PassIndex& index, const std::vector<PassRow>& own,
                 const ports::TimeSpan& span, const PatternOptions& options,
                 PatternReport& report) {
    std::vector<Pattern>& found = report.patterns;
    const auto add = [&](CoParking with) {
        report.complete = report.complete && with.complete;
        std::move(with.found.begin(), with.found.end(), std::back_inserter(found));
    };
    VEDETTE_TRY(const auto standing, standing_stays(index, own, options));
    for (const auto& [camera, stays] : standing) {
        for (const Stay& stay : stays)
            found.push_back(
                {PatternKind::stationary, camera, stay.from, stay.to, stay.events,
                 "stood at " + camera.value() + " for " + time_in_words(stay.to - stay.from)});
        VEDETTE_TRY(auto with,
                    co_parking_at_camera(index, report.plate, camera, stays, span, options));
        add(std::move(with));
    }
    const PassesByCamera cameras = without_repeats(own, options.repeats);
    for (const Site& site : options.sites) {
        const auto stays = stays_at_site(site, cameras, options);
        if (stays.size() < static_cast<std::size_t>(options.together_times))
            continue;
        VEDETTE_TRY(auto with, co_parking_at_site(index, report.plate, site, stays, span, options));
        add(std::move(with));
    }
    in_order(found);
    return {};
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
    if (options.together_at_least < minutes{1} || options.together_at_least > hours{24})
        return refuse("together_at_least must be 1m..24h");
    if (options.together_times < 2 || options.together_times > 100)
        return refuse("together_times must be 2..100");
    if (options.most_partners < 1 || options.most_partners > 1'000)
        return refuse("most_partners must be 1..1000");
    if (options.most_passes < 1 || options.most_passes > ports::PassIndex::kMostRows)
        return refuse("most_passes must be 1..100000");
    return {};
}

} // namespace

std::vector<Pattern> patterns_of(const std::vector<PassRow>& passes,
                                 const PatternOptions& options) {
    const PassesByCamera cameras = without_repeats(passes, options.repeats);
    std::vector<Pattern> found;
    for (const auto& [camera, here] : cameras) {
        find_frequent(here, options, found);
        find_circling(here, options, found);
    }
    for (const Site& site : options.sites)
        find_dwell(site, stays_at_site(site, cameras, options), found);
    in_order(found);
    return found;
}

Result<PatternReport> find_patterns(const ports::PassIndex& index, std::string_view plate,
                                    const ports::TimeSpan& span, const PatternOptions& options) {
    VEDETTE_CHECK_OK(check(options));
    if (span.from >= span.to)
        return Error{ErrorCode::invalid_argument, "from must be before to"};
    VEDETTE_TRY(const auto own, index.passes_of(plate, span, options.most_passes));
    auto placed = own.rows;
    const std::size_t carried = std::erase_if(
        placed, [&](const PassRow& pass) { return options.carried.contains(pass.camera); });
    PatternReport report{std::string{plate}, patterns_of(placed, options), own.rows.size(),
                         own.complete, carried};
    if (own.rows.empty())
        return report;
    VEDETTE_CHECK_OK(add_stays(index, placed, span, options, report));
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
    case PatternKind::stationary: return "stationary";
    case PatternKind::co_parking: return "co_parking";
    }
    return "";
}

} // namespace vedette::analysis
