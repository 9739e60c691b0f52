#include "app/commands/eval_objects/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

#include "app/evaluation_text.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kNameWidth = 30;

/// The mean over the labels that have one: of all sizes, or of one. Nothing if none has.
std::optional<double> mean_precision(const std::vector<LabelScore>& scores,
                                     std::optional<std::size_t> size) {
    std::vector<double> values;
    for (const LabelScore& one : scores) {
        const vision::DetectionScore& score = size ? one.by_size[*size] : one.all;
        if (score.average_precision)
            values.push_back(*score.average_precision);
    }
    if (values.empty())
        return std::nullopt;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

long boxes_asked_for(const std::vector<LabelScore>& scores) {
    return std::accumulate(scores.begin(), scores.end(), 0L,
                           [](long sum, const LabelScore& one) { return sum + one.all.labels; });
}

void row(std::ostream& to, const std::string& name, const vision::DetectionScore& score) {
    if (score.labels == 0 && score.precision.total == 0)
        return;
    to << "  " << std::left << std::setw(kNameWidth) << name << std::right << std::setw(7)
       << score.labels << std::setw(7)
       << (score.average_precision ? fixed(*score.average_precision * 100, 1) : "-") << std::setw(8)
       << percent(score.recall) << std::setw(15) << interval_text(score.recall) << std::setw(11)
       << percent(score.precision) << std::setw(9)
       << (score.recall.hits > 0 ? fixed(score.mean_iou(), 2) : "-") << '\n';
}

void header(std::ostream& to) {
    to << "  " << std::left << std::setw(kNameWidth) << "" << std::right << std::setw(7) << "labels"
       << std::setw(7) << "AP" << std::setw(8) << "recall" << std::setw(15) << "95 %"
       << std::setw(11) << "precision" << std::setw(9) << "overlap" << '\n';
}

void list(std::ostream& to, const std::string& what, const std::map<std::string, long>& boxes) {
    if (boxes.empty())
        return;
    to << "  " << what << ':';
    std::string_view separator = " ";
    for (const auto& [label, count] : boxes) {
        to << separator << label << " (" << count << ')';
        separator = ", ";
    }
    to << '\n';
}

void explain(const ObjectReport& report, std::ostream& to) {
    to << "  recall and precision at score " << fixed(report.options.operating_score, 2)
       << ", overlap (IoU) " << fixed(report.options.least_iou, 2)
       << "; overlap: mean of what was found\n";
    if (report.options.partial) {
        to << "  Not everything in these pictures is labelled: no precision and no AP, as what "
              "matches no label may well be there.\n";
        return;
    }
    to << "  AP: area under precision over recall at all its points (PASCAL VOC since 2010)\n";
    if (!report.teacher.empty())
        to << "  The labels are what " << report.teacher << " says with "
           << fixed(report.teacher_score, 2)
           << " or more: this is agreement with it, not accuracy.\n";
}

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json score_json(const vision::DetectionScore& score, const vision::DetectionScoringOptions& with) {
    Json out{{"labels", score.labels}};
    if (!with.partial)
        out["average_precision"] = optional_json(score.average_precision);
    out["recall"] = share_json(score.recall);
    if (!with.partial)
        out["precision"] = share_json(score.precision);
    out["mean_iou"] = score.recall.hits > 0 ? Json(score.mean_iou()) : Json();
    return out;
}

Json labels_json(const ObjectReport& report, const std::vector<LabelScore>& scores) {
    Json out = Json::array();
    for (const LabelScore& one : scores) {
        Json label{{"label", one.label}};
        label.update(score_json(one.all, report.options));
        label["sizes"] = Json::object();
        for (std::size_t i = 0; i < report.sizes.size(); ++i)
            label["sizes"][report.sizes[i].name] = score_json(one.by_size[i], report.options);
        out.push_back(std::move(label));
    }
    return out;
}

Json means_json(const ObjectReport& report, const std::vector<LabelScore>& scores) {
    Json sizes = Json::object();
    for (std::size_t i = 0; i < report.sizes.size(); ++i)
        sizes[report.sizes[i].name] = optional_json(mean_precision(scores, i));
    return {{"all", optional_json(mean_precision(scores, std::nullopt))}, {"sizes", sizes}};
}

} // namespace

void sort_labels(ObjectReport& report, const std::vector<std::string>& known) {
    const auto knows = [&](const std::string& label) {
        return std::find(known.begin(), known.end(), label) != known.end();
    };
    std::set<std::string> judged;
    for (const vision::JudgedPicture& picture : report.evaluation.pictures)
        for (const vision::LabelledBox& one : picture.truth) {
            if (one.ignored)
                continue;
            if (knows(one.label))
                judged.insert(one.label);
            else
                ++report.unknown[one.label];
        }
    report.judged.assign(judged.begin(), judged.end());
    for (const vision::JudgedPicture& picture : report.evaluation.pictures)
        for (const vision::FoundBox& one : picture.found)
            if (one.score >= report.options.operating_score && !judged.contains(one.label))
                ++report.unasked[one.label];
}

std::vector<LabelScore> scores_of(const ObjectReport& report) {
    std::vector<LabelScore> out;
    for (const std::string& label : report.judged) {
        const auto score = [&](const vision::SizeBin& size) {
            return vision::score_detections(report.evaluation.pictures, label, report.options,
                                            size);
        };
        LabelScore one{label, score({}), {}};
        for (const vision::SizeBin& size : report.sizes)
            one.by_size.push_back(score(size));
        out.push_back(std::move(one));
    }
    return out;
}

void write_json(const ObjectReport& report, std::ostream& to) {
    const std::vector<LabelScore> scores = scores_of(report);
    Json out{{"folder", report.folder},
             {"model", report.model},
             {"pictures", report.evaluation.files.size()},
             {"boxes", boxes_asked_for(scores)},
             {"iou", report.options.least_iou},
             {"score", report.options.operating_score},
             {"partial", report.options.partial},
             {"renamed", report.renamed},
             {"labels", labels_json(report, scores)},
             {"not_known_to_the_model", report.unknown},
             {"not_judged", report.unasked},
             {"ms_per_picture", times_json(report.evaluation.milliseconds)},
             {"unreadable", report.evaluation.unreadable}};
    if (!report.options.partial) {
        out["mean_average_precision"] = means_json(report, scores);
        out["average_precision_is"] = "area under all points, PASCAL VOC 2010";
    }
    if (!report.teacher.empty())
        out["teacher"] = {{"model", report.teacher}, {"score", report.teacher_score}};
    to << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void write_table(const ObjectReport& report, std::ostream& to) {
    const std::vector<LabelScore> scores = scores_of(report);
    to << report.folder << ": " << report.evaluation.files.size() << " pictures, "
       << boxes_asked_for(scores) << " boxes\n  " << report.model << '\n';
    for (const auto& [from, into] : report.renamed)
        to << "  " << from << " is taken for " << into << '\n';
    header(to);
    for (const LabelScore& one : scores) {
        row(to, one.label, one.all);
        for (std::size_t i = 0; i < report.sizes.size(); ++i)
            row(to, "  " + report.sizes[i].name, one.by_size[i]);
    }
    if (const auto mean = mean_precision(scores, std::nullopt); mean && scores.size() > 1)
        to << "  " << std::left << std::setw(kNameWidth) << "mean of the labels" << std::right
           << std::setw(14) << fixed(*mean * 100, 1) << '\n';
    explain(report, to);
    list(to, "not known to the model, not scored", report.unknown);
    list(to, "said but never labelled, not scored", report.unasked);
    to << "  ms per picture: " << times_text(report.evaluation.milliseconds) << '\n';
}

} // namespace vedette::app
