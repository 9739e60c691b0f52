#include "vedette/vision/eval/detection_metrics.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>

namespace vedette::vision {
namespace {

constexpr double kRounding = 1e-9;
constexpr double kInsideShare = 0.5; // of a found box's area that makes it lie in an ignored one

double area(const PixelBox& box) noexcept {
    return std::max(0.0, box.width) * std::max(0.0, box.height);
}

double share_inside(const PixelBox& inner, const PixelBox& outer) noexcept {
    const double width = std::min(inner.left + inner.width, outer.left + outer.width) -
                         std::max(inner.left, outer.left);
    const double height = std::min(inner.top + inner.height, outer.top + outer.height) -
                          std::max(inner.top, outer.top);
    const double own = area(inner);
    return width > 0 && height > 0 && own > 0 ? width * height / own : 0;
}

auto place(const PixelBox& box) noexcept {
    return std::tie(box.left, box.top, box.width, box.height);
}

/// A found box of the label that is judged, and what came of it.
struct Outcome {
    std::size_t index = 0; ///< in the picture
    double score = 0;
    Verdict verdict = Verdict::wrong;
    double iou = 0;        ///< with its label, if right
    std::size_t truth = 0; ///< its index in the picture, if right
};

/// One label in one picture.
class Matching {
public:
    Matching(const JudgedPicture& picture, const std::string& label, const SizeBin& size)
        : picture_{picture}, size_{size} {
        for (std::size_t i = 0; i < picture.truth.size(); ++i) {
            const LabelledBox& one = picture.truth[i];
            if (!one.ignored && one.label == label)
                (size.contains(one.box) ? counted_ : other_sizes_).push_back(i);
        }
        for (std::size_t i = 0; i < picture.found.size(); ++i)
            if (picture.found[i].label == label && std::isfinite(picture.found[i].score))
                found_.push_back(i);
        // The order in which boxes are given is to change nothing, also among equals.
        const auto by_place = [&](std::size_t a, std::size_t b) {
            return place(picture_.truth[a].box) < place(picture_.truth[b].box);
        };
        std::sort(counted_.begin(), counted_.end(), by_place);
        std::sort(other_sizes_.begin(), other_sizes_.end(), by_place);
        std::sort(found_.begin(), found_.end(), [&](std::size_t a, std::size_t b) {
            const FoundBox& first = picture_.found[a];
            const FoundBox& second = picture_.found[b];
            return std::tuple(-first.score, place(first.box)) <
                   std::tuple(-second.score, place(second.box));
        });
    }

    [[nodiscard]] std::size_t labels() const noexcept { return counted_.size(); }

    /// One for each found box of the label, best score first.
    [[nodiscard]] std::vector<Outcome> run(double least_iou) const {
        std::vector<std::size_t> free = counted_;
        std::vector<std::size_t> free_others = other_sizes_;
        std::vector<Outcome> out;
        for (const std::size_t index : found_) {
            const FoundBox& found = picture_.found[index];
            Outcome one{index, found.score};
            if (const auto taken = take_best(free, found.box, least_iou)) {
                one.verdict = Verdict::right;
                one.truth = *taken;
                one.iou = iou(picture_.truth[*taken].box, found.box);
            } else if (take_best(free_others, found.box, least_iou) ||
                       lies_in_ignored(picture_.truth, found.box, found.label) ||
                       !size_.contains(found.box)) {
                one.verdict = Verdict::left_out;
            }
            out.push_back(one);
        }
        return out;
    }

    [[nodiscard]] const std::vector<std::size_t>& counted() const noexcept { return counted_; }

private:
    /// Takes away the free label with the most overlap, if it is enough.
    std::optional<std::size_t> take_best(std::vector<std::size_t>& free, const PixelBox& box,
                                         double least_iou) const {
        auto best = free.end();
        double best_iou = least_iou - kRounding;
        for (auto at = free.begin(); at != free.end(); ++at) {
            const double overlap = iou(picture_.truth[*at].box, box);
            if (overlap > 0 && overlap > best_iou) {
                best = at;
                best_iou = overlap;
            }
        }
        if (best == free.end())
            return std::nullopt;
        const std::size_t taken = *best;
        free.erase(best);
        return taken;
    }

    const JudgedPicture& picture_;
    const SizeBin& size_;
    std::vector<std::size_t> counted_;
    std::vector<std::size_t> other_sizes_;
    std::vector<std::size_t> found_;
};

/// The area under precision over recall; see score_detections().
/// \param outcomes right or wrong, of all pictures
double average_precision(std::vector<Outcome> outcomes, long labels) {
    std::sort(outcomes.begin(), outcomes.end(),
              [](const Outcome& a, const Outcome& b) { return a.score > b.score; });
    struct Point {
        double recall = 0;
        double precision = 0;
    };
    std::vector<Point> curve;
    long right = 0;
    long all = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        ++all;
        right += outcomes[i].verdict == Verdict::right ? 1 : 0;
        const bool last_of_its_score =
            i + 1 == outcomes.size() || outcomes[i + 1].score != outcomes[i].score;
        if (last_of_its_score)
            curve.push_back({static_cast<double>(right) / static_cast<double>(labels),
                             static_cast<double>(right) / static_cast<double>(all)});
    }
    double sum = 0;
    double best_precision = 0;
    for (std::size_t i = curve.size(); i-- > 0;) {
        best_precision = std::max(best_precision, curve[i].precision);
        sum += (curve[i].recall - (i == 0 ? 0 : curve[i - 1].recall)) * best_precision;
    }
    return std::min(sum, 1.0);
}

/// Counts what was said surely enough.
void count(DetectionScore& score, const Outcome& one, bool partial) {
    const long right = one.verdict == Verdict::right ? 1 : 0;
    score.recall.hits += right;
    score.iou_sum += one.iou;
    if (partial)
        return;
    ++score.precision.total;
    score.precision.hits += right;
}

/// The best score of what overlaps the box enough; 0 if nothing does.
double chance_of(const PixelBox& box, const JudgedPicture& picture,
                 const std::vector<Outcome>& outcomes, double least_iou) {
    double chance = 0;
    for (const Outcome& one : outcomes)
        if (iou(box, picture.found[one.index].box) >= least_iou - kRounding)
            chance = std::max(chance, one.score);
    return chance;
}

std::string pixels(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

} // namespace

bool lies_in_ignored(std::span<const LabelledBox> truth, const PixelBox& found,
                     std::string_view label) noexcept {
    return std::any_of(truth.begin(), truth.end(), [&](const LabelledBox& one) {
        return one.ignored && (one.label.empty() || one.label == label) &&
               share_inside(found, one.box) >= kInsideShare;
    });
}

bool SizeBin::contains(const PixelBox& box) const noexcept {
    const double size = of == Of::area ? area(box) : box.height;
    return size >= from && size < to;
}

std::vector<SizeBin> coco_sizes() {
    constexpr double kSmall = 32.0 * 32;
    constexpr double kMedium = 96.0 * 96;
    return {{"small", SizeBin::Of::area, 0, kSmall},
            {"medium", SizeBin::Of::area, kSmall, kMedium},
            {"large", SizeBin::Of::area, kMedium, std::numeric_limits<double>::infinity()}};
}

std::vector<SizeBin> height_bins(std::span<const double> edges_px) {
    std::vector<SizeBin> bins;
    double from = 0;
    for (const double edge : edges_px) {
        bins.push_back({from == 0 ? "below " + pixels(edge) + " px high"
                                  : pixels(from) + " to " + pixels(edge) + " px high",
                        SizeBin::Of::height, from, edge});
        from = edge;
    }
    if (!bins.empty())
        bins.push_back({"from " + pixels(from) + " px high", SizeBin::Of::height, from,
                        std::numeric_limits<double>::infinity()});
    return bins;
}

DetectionScore score_detections(std::span<const JudgedPicture> pictures, const std::string& label,
                                const DetectionScoringOptions& options, const SizeBin& size) {
    DetectionScore score;
    std::vector<Outcome> judged;
    for (const JudgedPicture& picture : pictures) {
        const Matching matching{picture, label, size};
        score.labels += static_cast<long>(matching.labels());
        for (const Outcome& one : matching.run(options.least_iou)) {
            if (one.verdict == Verdict::left_out)
                continue;
            judged.push_back(one);
            if (one.score >= options.operating_score)
                count(score, one, options.partial);
        }
    }
    score.recall.total = score.labels;
    if (score.labels > 0 && !options.partial)
        score.average_precision = average_precision(std::move(judged), score.labels);
    return score;
}

PictureVerdicts judge_picture(const JudgedPicture& picture, std::span<const std::string> labels,
                              const DetectionScoringOptions& options) {
    const SizeBin any_size;
    PictureVerdicts out;
    out.found.assign(picture.found.size(), Verdict::left_out);
    for (const std::string& label : labels) {
        const Matching matching{picture, label, any_size};
        std::vector<std::size_t> missed = matching.counted();
        const std::vector<Outcome> outcomes = matching.run(options.least_iou);
        for (const Outcome& one : outcomes) {
            if (one.score < options.operating_score)
                continue;
            if (one.verdict == Verdict::right)
                missed.erase(std::find(missed.begin(), missed.end(), one.truth));
            if (one.verdict != Verdict::wrong || !options.partial)
                out.found[one.index] = one.verdict;
        }
        for (const std::size_t truth : missed) {
            out.missed.push_back(picture.truth[truth]);
            out.missed_chances.push_back(
                chance_of(picture.truth[truth].box, picture, outcomes, options.least_iou));
        }
    }
    return out;
}

} // namespace vedette::vision
