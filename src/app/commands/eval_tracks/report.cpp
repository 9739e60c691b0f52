#include "app/commands/eval_tracks/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

namespace vedette::app {
namespace {

using vision::SequenceResult;
using vision::TrackScore;

SequenceResult sum_of(const std::vector<SequenceResult>& results) {
    SequenceResult total{.name = "total", .score = {}};
    for (const SequenceResult& result : results) {
        total.tracking_ms += result.tracking_ms;
        total.score += result.score;
    }
    return total;
}

double ms_per_picture(const SequenceResult& result) {
    return result.score.frames > 0 ? result.tracking_ms / static_cast<double>(result.score.frames)
                                   : 0;
}

std::string_view name_of(vision::DetectionSource source) {
    switch (source) { // no default: a new source must be decided here
    case vision::DetectionSource::given: return "given";
    case vision::DetectionSource::perturbed: return "perturbed-truth";
    case vision::DetectionSource::none: return "none";
    }
    return "";
}

std::string percent(double share) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << 100 * share;
    return text.str();
}

void write_row(const SequenceResult& result, int name_width, std::ostream& out) {
    const TrackScore& score = result.score;
    std::ostringstream ms;
    ms << std::fixed << std::setprecision(3) << ms_per_picture(result);
    out << std::left << std::setw(name_width) << result.name << std::right << std::setw(7)
        << percent(score.mota()) << std::setw(7) << percent(score.idf1()) << std::setw(9)
        << score.switches << std::setw(8) << score.false_positives << std::setw(8) << score.missed()
        << std::setw(7) << percent(score.recall()) << std::setw(7) << percent(score.precision())
        << std::setw(5) << score.mostly_tracked << std::setw(5) << score.mostly_lost << std::setw(7)
        << score.truth_tracks << std::setw(10) << ms.str() << '\n';
}

nlohmann::ordered_json json_of(const SequenceResult& result) {
    const TrackScore& score = result.score;
    return {{"name", result.name},
            {"pictures", score.frames},
            {"mota", score.mota()},
            {"motp", score.motp()},
            {"idf1", score.idf1()},
            {"idp", score.idp()},
            {"idr", score.idr()},
            {"recall", score.recall()},
            {"precision", score.precision()},
            {"switches", score.switches},
            {"fragmentations", score.fragmentations},
            {"false_positives", score.false_positives},
            {"missed", score.missed()},
            {"objects", score.truth_tracks},
            {"mostly_tracked", score.mostly_tracked},
            {"mostly_lost", score.mostly_lost},
            {"ms_per_picture", ms_per_picture(result)}};
}

} // namespace

void write_table(const std::vector<SequenceResult>& results, std::ostream& out) {
    std::size_t longest = std::string_view{"sequence"}.size();
    for (const SequenceResult& result : results)
        longest = std::max(longest, result.name.size());
    const int width = static_cast<int>(longest) + 1;
    out << std::left << std::setw(width) << "sequence" << std::right << std::setw(7) << "MOTA"
        << std::setw(7) << "IDF1" << std::setw(9) << "switches" << std::setw(8) << "false"
        << std::setw(8) << "missed" << std::setw(7) << "recall" << std::setw(7) << "prec."
        << std::setw(5) << "MT" << std::setw(5) << "ML" << std::setw(7) << "of" << std::setw(10)
        << "ms/pic" << '\n';
    for (const SequenceResult& result : results)
        write_row(result, width, out);
    if (results.size() > 1)
        write_row(sum_of(results), width, out);
    const bool synthetic =
        std::any_of(results.begin(), results.end(), [](const SequenceResult& result) {
            return result.source == vision::DetectionSource::perturbed;
        });
    if (synthetic)
        out << "Synthetic detections: the ground truth with noise, misses and false alarms.\n";
}

void write_json(const std::vector<SequenceResult>& results, std::ostream& out) {
    nlohmann::ordered_json sequences = nlohmann::ordered_json::array();
    for (const SequenceResult& result : results) {
        nlohmann::ordered_json one = json_of(result);
        one["detections"] = name_of(result.source);
        one["fps"] = result.fps;
        sequences.push_back(std::move(one));
    }
    const nlohmann::ordered_json report{{"sequences", std::move(sequences)},
                                        {"total", json_of(sum_of(results))}};
    out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

} // namespace vedette::app
