#include "app/server/analysis_answers.h"

#include <algorithm>
#include <utility>

#include "app/output/convoy_json.h"
#include "app/output/patterns_json.h"
#include "app/output/watch_json.h"
#include "vedette/domain/plate_text.h"

namespace vedette::app {
namespace {

constexpr auto kUsualWindow = std::chrono::hours{24 * 30};

Result<std::string> plate_in(const std::string& typed) {
    std::string plate = domain::normalize_plate(typed);
    if (plate.empty())
        return Error{ErrorCode::invalid_argument, "plate '" + typed + "' has no letter or digit"};
    return plate;
}

ports::TimeSpan span_of(std::optional<WallTime> from, std::optional<WallTime> to, WallTime now) {
    const WallTime end = to.value_or(now);
    return {from.value_or(end - kUsualWindow), end};
}

} // namespace

Result<std::string> answer_convoy(const ports::PassIndex& index,
                                  const api::ConvoyQuestion& question, WallTime now,
                                  CarriedCameras carried) {
    VEDETTE_TRY(const std::string plate, plate_in(question.plate));
    const ports::TimeSpan span = span_of(question.from, question.to, now);
    analysis::ConvoyOptions options;
    options.max_lag = question.max_lag;
    options.session_gap = std::chrono::ceil<std::chrono::minutes>(question.session_gap);
    options.min_places = question.min_places;
    options.min_sessions = question.min_sessions;
    options.most_companions = static_cast<std::size_t>(question.limit);
    options.carried = std::move(carried);
    VEDETTE_TRY(const auto report, analysis::find_convoy(index, plate, span, options));
    return convoy_json(report);
}

Result<std::string> answer_patterns(const ports::PassIndex& index,
                                    const api::PatternsQuestion& question, WallTime now,
                                    CarriedCameras carried) {
    VEDETTE_TRY(const std::string plate, plate_in(question.plate));
    analysis::PatternOptions options;
    options.together_times = question.together;
    options.carried = std::move(carried);
    if (!question.site.empty()) {
        auto site = site_in(question.site);
        if (!site)
            return std::move(site.error()).with_context("site");
        options.sites.push_back(*std::move(site));
    }
    VEDETTE_TRY(auto report, analysis::find_patterns(
                                 index, plate, span_of(question.from, question.to, now), options));
    if (!question.kinds.empty())
        std::erase_if(report.patterns, [&](const analysis::Pattern& one) {
            return std::find(question.kinds.begin(), question.kinds.end(),
                             analysis::to_string(one.kind)) == question.kinds.end();
        });
    return patterns_json(report);
}

Result<std::string> answer_watch_check(const analysis::WatchIndex& lists,
                                       const std::string& plate) {
    domain::PlateText text;
    VEDETTE_TRY(text.normalized, plate_in(plate));
    text.observed = plate;
    text.resolved = text.normalized;
    text.confidence = 1;
    return watch_check_json(text.resolved, analysis::judge(lists.match(text, {}, {})));
}

} // namespace vedette::app
