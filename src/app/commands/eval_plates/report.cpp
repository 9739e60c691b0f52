#include "app/commands/eval_plates/report.h"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "app/evaluation_text.h"
#include "vedette/base/utf8.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

double mean(const std::vector<double>& values) {
    return values.empty() ? 0
                          : std::accumulate(values.begin(), values.end(), 0.0) /
                                static_cast<double>(values.size());
}

Json reliability_json(const vision::Reliability& reliability) {
    Json bins = Json::array();
    for (const auto& bin : reliability.curve())
        bins.push_back({{"answers", bin.answers},
                        {"lowest", bin.lowest},
                        {"highest", bin.highest},
                        {"mean_confidence", bin.confidence_sum / static_cast<double>(bin.answers)},
                        {"right", share_json({bin.right, bin.answers})}});
    return {{"answers", reliability.answers()},
            {"expected_calibration_error", reliability.expected_calibration_error()},
            {"brier", reliability.brier()},
            {"bins", std::move(bins)}};
}

Json text_json(const vision::TextScore& score) {
    return {{"exact", share_json(score.exact)},
            {"exact_folded", share_json(score.exact_folded)},
            {"character_error_rate", score.character_error_rate()},
            {"reliability", reliability_json(score.reliability)}};
}

std::string shown(char32_t sign) { return sign == vision::kNoSign ? "" : encode_utf8({&sign, 1}); }

Json signs_json(const vision::SignScore& signs) {
    Json pairs = Json::array();
    for (const vision::SignCounts::Entry& entry : signs.counts.entries())
        pairs.push_back({{"true", shown(entry.truth)},
                         {"read", shown(entry.read)},
                         {"count", entry.count},
                         {"sure", signs.sure.count(entry.truth, entry.read)}});
    return {{"reads", signs.reads},
            {"left_out", signs.left_out},
            {"reliability", reliability_json(signs.reliability)},
            {"pairs", std::move(pairs)}};
}

Json passes_json(const PassScore& passes) {
    return {{"fused", share_json(passes.fused)},
            {"surest_read", share_json(passes.surest)},
            {"any_read", share_json(passes.any)}};
}

void row(std::ostream& to, const std::string& what, const vision::Share& share) {
    if (share.total == 0)
        return;
    to << "  " << std::left << std::setw(34) << what << std::right << std::setw(6) << percent(share)
       << " %   " << share.hits << " of " << share.total << ", 95 % interval "
       << interval_text(share) << '\n';
}

void reliability_row(std::ostream& to, const std::string& of,
                     const vision::Reliability& reliability) {
    if (reliability.answers() > 0)
        to << "  " << std::left << std::setw(34) << ("confidence is off by, " + of) << std::right
           << std::setw(6) << fixed(reliability.expected_calibration_error() * 100, 1)
           << " %   on the mean; Brier score " << fixed(reliability.brier(), 4)
           << "; --json shows where\n";
}

void text_rows(std::ostream& to, const std::string& which, const vision::TextScore& score) {
    if (score.exact.total == 0)
        return;
    row(to, "exact, " + which, score.exact);
    row(to, "exact, " + which + ", O=0 I=1", score.exact_folded);
    to << "  " << std::left << std::setw(34) << ("character errors, " + which) << std::right
       << std::setw(6) << fixed(score.character_error_rate() * 100, 1) << " %   " << score.edits
       << " edits on " << score.characters << " characters\n";
    reliability_row(to, which, score.reliability);
}

/// "0 as O 3 of 40", and so on.
void signs_row(std::ostream& to, const vision::SignScore& signs) {
    constexpr std::size_t kShown = 8;
    if (signs.reads == 0)
        return;
    std::string line;
    for (const vision::SignCounts::Entry& entry : signs.counts.worst(kShown)) {
        const std::string count = fixed(entry.count, 0);
        line += line.empty() ? "" : ", ";
        if (entry.truth == vision::kNoSign)
            line += shown(entry.read) + " too many " + count;
        else
            line += shown(entry.truth) +
                    (entry.read == vision::kNoSign ? " lost " : " as " + shown(entry.read) + " ") +
                    count + " of " + fixed(signs.counts.total(entry.truth), 0);
    }
    to << "  " << std::left << std::setw(34) << "signs most often misread"
       << (line.empty() ? "none" : line) << '\n';
}

} // namespace

void write_json(const EvaluationReport& report, std::ostream& to) {
    const PlateEvaluation& result = report.evaluation;
    const Json out{
        {"folder", report.folder},
        {"models", report.models},
        {"pictures", result.score.pictures},
        {"detected", share_json(result.score.detected)},
        {"detection_iou", report.options.detection_iou},
        {"observed", text_json(result.score.observed)},
        {"resolved", text_json(result.score.resolved)},
        {"signs", signs_json(result.score.signs)},
        {"passes", passes_json(result.passes)},
        {"false_reads_per_picture", result.score.false_reads_per_picture()},
        {"false_read_gate", report.options.false_read_gate},
        {"ms_per_picture",
         {{"median", quantile(result.milliseconds, 0.5)}, {"mean", mean(result.milliseconds)}}},
        {"unreadable", result.unreadable}};
    to << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void write_table(const EvaluationReport& report, std::ostream& to) {
    const PlateEvaluation& result = report.evaluation;
    to << report.folder << ": " << result.score.pictures << " pictures\n";
    for (const std::string& model : report.models)
        to << "  " << model << '\n';
    row(to, "detected (overlap " + fixed(report.options.detection_iou, 1) + " or more)",
        result.score.detected);
    text_rows(to, "as observed", result.score.observed);
    text_rows(to, "resolved", result.score.resolved);
    row(to, "passes, all reads fused", result.passes.fused);
    row(to, "passes, the surest read alone", result.passes.surest);
    row(to, "passes with any read right", result.passes.any);
    reliability_row(to, "each sign", result.score.signs.reliability);
    signs_row(to, result.score.signs);
    if (result.score.detected.total > 0)
        to << "  " << std::left << std::setw(34) << "false reads per picture" << std::right
           << std::setw(6) << fixed(result.score.false_reads_per_picture(), 3) << "     "
           << result.score.false_reads << " with confidence "
           << fixed(report.options.false_read_gate, 2) << " or more\n";
    to << "  " << std::left << std::setw(34) << "ms per picture" << std::right << std::setw(6)
       << fixed(quantile(result.milliseconds, 0.5), 1) << "     median, mean "
       << fixed(mean(result.milliseconds), 1) << '\n';
}

} // namespace vedette::app
