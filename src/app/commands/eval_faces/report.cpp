#include "app/commands/eval_faces/report.h"

#include <iomanip>
#include <nlohmann/json.hpp>

#include "app/evaluation_text.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kNameWidth = 42;

std::string percent_of(double share) { return fixed(share * 100, 1); }

/// "1 %", "0.1 %"
std::string rate_text(double rate) {
    std::ostringstream out;
    out << rate * 100 << " %";
    return out.str();
}

void row(std::ostream& to, const std::string& what, const std::string& value,
         const std::string& more) {
    to << "  " << std::left << std::setw(kNameWidth) << what << std::right << std::setw(7) << value
       << more << '\n';
}

std::string between(const vision::Interval& interval) {
    return percent_of(interval.low) + " to " + percent_of(interval.high);
}

void share_row(std::ostream& to, const std::string& what, const vision::Share& share) {
    row(to, what, percent(share),
        " %   " + std::to_string(share.hits) + " of " + std::to_string(share.total) +
            ", 95 % interval " + interval_text(share));
}

void verification_rows(const vision::VerificationScore& score, std::ostream& to) {
    for (const vision::FaceOperatingPoint& at : score.at)
        row(to, "told to be one, of one (" + rate_text(at.false_rate) + " of two)",
            percent_of(at.hit_rate),
            " %   95 % interval " + between(at.hit_interval) + "; from cosine " +
                fixed(at.threshold, 3) + ", where " + fixed(at.reached * 100, 2) + " % of two are");
    row(to, "equal error", percent_of(score.equal_error),
        " %   95 % interval " + between(score.equal_error_interval));
    row(to, "best threshold", fixed(score.best_threshold, 3),
        "     cosine; right of one " + percent_of(score.best_hit_rate) + " %, false of two " +
            fixed(score.best_false_rate * 100, 2) + " %");
}

void identification_rows(const std::vector<vision::IdentificationScore>& scores, std::ostream& to) {
    for (const vision::IdentificationScore& score : scores)
        row(to, "known and named (" + rate_text(score.false_rate) + " of the unknown)",
            percent_of(score.hit_rate),
            " %   " + between(score.spread) +
                " by who is enrolled: " + std::to_string(score.enrolled) + " persons, " +
                fixed(score.known, 0) + " looked up, " + fixed(score.unknown, 0) + " of others");
}

Json interval_json(const vision::Interval& interval) { return {interval.low, interval.high}; }

Json verification_json(const vision::VerificationScore& score) {
    Json at = Json::array();
    for (const vision::FaceOperatingPoint& point : score.at)
        at.push_back({{"false_rate", point.false_rate},
                      {"reached", point.reached},
                      {"threshold", point.threshold},
                      {"hit_rate", point.hit_rate},
                      {"interval95", interval_json(point.hit_interval)}});
    Json roc = Json::array();
    for (const vision::FaceRocPoint& point : score.roc)
        roc.push_back({point.threshold, point.false_rate, point.hit_rate});
    return {{"pairs_of_one", score.same},
            {"pairs_of_two", score.different},
            {"at", std::move(at)},
            {"equal_error_rate", score.equal_error},
            {"equal_error_interval95", interval_json(score.equal_error_interval)},
            {"best_threshold", score.best_threshold},
            {"roc", std::move(roc)}};
}

Json identification_json(const std::vector<vision::IdentificationScore>& scores) {
    Json out = Json::array();
    for (const vision::IdentificationScore& score : scores)
        out.push_back({{"false_rate", score.false_rate},
                       {"hit_rate", score.hit_rate},
                       {"spread", interval_json(score.spread)},
                       {"enrolled", score.enrolled},
                       {"known", score.known},
                       {"unknown", score.unknown}});
    return out;
}

void write(const Json& json, std::ostream& to) {
    to << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace

void write_json(const PersonsReport& report, std::ostream& to) {
    write({{"folder", report.folder},
           {"models", report.models},
           {"persons", report.persons},
           {"pictures", report.evaluation.samples.size()},
           {"without_face", report.evaluation.without_face},
           {"seed", report.options.seed},
           {"verification", verification_json(report.verification)},
           {"identification", identification_json(report.identification)},
           {"ms_to_find", times_json(report.evaluation.find_ms)},
           {"ms_to_embed", times_json(report.evaluation.embed_ms)},
           {"unreadable", report.evaluation.unreadable}},
          to);
}

void write_table(const PersonsReport& report, std::ostream& to) {
    const PersonsEvaluation& result = report.evaluation;
    to << report.folder << ": " << report.persons << " persons, " << result.samples.size()
       << " pictures, " << report.verification.same << " pairs of one, "
       << report.verification.different << " of two\n";
    for (const std::string& model : report.models)
        to << "  " << model << '\n';
    if (!result.find_ms.empty())
        row(to, "pictures without a face", std::to_string(result.without_face.size()),
            "     count as like nobody");
    verification_rows(report.verification, to);
    identification_rows(report.identification, to);
    to << "  intervals: " << report.options.resamples << " draws of persons, seed "
       << report.options.seed << '\n';
    if (!result.find_ms.empty())
        to << "  ms to find a face, four looks: " << times_text(result.find_ms) << '\n';
    to << "  ms to align and embed: " << times_text(result.embed_ms) << '\n';
}

void write_json(const CountedReport& report, std::ostream& to) {
    const CountedEvaluation& result = report.evaluation;
    write({{"folder", report.folder},
           {"model", report.model},
           {"pictures", result.pictures},
           {"score", report.score},
           {"recall", share_json(result.tally.recall())},
           {"precision", share_json(result.tally.precision())},
           {"right_count", share_json(result.tally.right_count())},
           {"ms_per_picture", times_json(result.milliseconds)},
           {"unreadable", result.unreadable}},
          to);
}

void write_table(const CountedReport& report, std::ostream& to) {
    const CountedEvaluation& result = report.evaluation;
    to << report.folder << ": " << result.pictures << " pictures\n  " << report.model << '\n';
    share_row(to, "faces found", result.tally.recall());
    share_row(to, "found that are faces", result.tally.precision());
    share_row(to, "pictures with the right number", result.tally.right_count());
    to << "  from score " << fixed(report.score, 2)
       << "; a face is found if its nose lies in a box of its own\n  ms per picture: "
       << times_text(result.milliseconds) << '\n';
}

} // namespace vedette::app
