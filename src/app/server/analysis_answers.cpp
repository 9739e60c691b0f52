#include "app/server/analysis_answers.h"

#include "app/output/convoy_json.h"
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

} // namespace

Result<std::string> answer_convoy(const ports::PassIndex& index,
                                  const api::ConvoyQuestion& question, WallTime now) {
    VEDETTE_TRY(const std::string plate, plate_in(question.plate));
    ports::TimeSpan span;
    span.to = question.to.value_or(now);
    span.from = question.from.value_or(span.to - kUsualWindow);
    analysis::ConvoyOptions options;
    options.max_lag = question.max_lag;
    options.session_gap = std::chrono::ceil<std::chrono::minutes>(question.session_gap);
    options.min_places = question.min_places;
    options.min_sessions = question.min_sessions;
    options.most_companions = static_cast<std::size_t>(question.limit);
    VEDETTE_TRY(const auto report, analysis::find_convoy(index, plate, span, options));
    return convoy_json(report);
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
