#include "vedette/vision/eval/plate_metrics.h"

#include <algorithm>
#include <cmath>

#include "plate/edit_distance.h"
#include "vedette/base/utf8.h"
#include "vedette/vision/align_signs.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

double shared_area(const PixelBox& a, const PixelBox& b) {
    const double width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
    const double height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
    return width > 0 && height > 0 ? width * height : 0;
}

/// The share of the smaller box that lies inside the other.
double overlap_of_smaller(const PixelBox& a, const PixelBox& b) {
    const double smaller = std::min(a.width * a.height, b.width * b.height);
    return smaller > 0 ? shared_area(a, b) / smaller : 0;
}

struct Said {
    std::string text;
    double confidence = 0;
};

/// \param texts  of the reads on the label, most confident first
/// \return whether one is exactly right
bool count_text(TextScore& score, const std::string& truth, const std::vector<Said>& texts) {
    const auto any = [&texts](const auto& agrees) {
        return std::any_of(texts.begin(), texts.end(),
                           [&](const Said& said) { return agrees(said.text); });
    };
    const auto nearly = [folded = fold_plate(truth)](const std::string& text) {
        return fold_plate(text) == folded;
    };
    ++score.exact.total;
    ++score.exact_folded.total;
    const bool exact = any([&](const std::string& text) { return text == truth; });
    score.exact.hits += exact ? 1 : 0;
    score.exact_folded.hits += any(nearly) ? 1 : 0;
    if (!texts.empty())
        score.reliability.add(texts.front().confidence, nearly(texts.front().text));
    const std::u32string wanted = decode_utf8(truth);
    const std::u32string best = texts.empty() ? std::u32string{} : decode_utf8(texts.front().text);
    score.edits += static_cast<long>(edit_distance(wanted, best));
    score.characters += static_cast<long>(wanted.size());
    return exact;
}

void count_signs(SignScore& score, const std::string& truth, const PlateAnswer& answer) {
    const std::u32string wanted = decode_utf8(truth);
    const std::u32string read = decode_utf8(answer.observed);
    if (edit_distance(wanted, read) * 2 > std::max(wanted.size(), read.size())) {
        ++score.left_out;
        return;
    }
    ++score.reads;
    score.counts.add_texts(wanted, read);
    const bool tells = answer.sign_confidence.size() == read.size();
    for (const AlignedSigns& pair : align_signs(wanted, read))
        if (pair.b != AlignedSigns::kNone &&
            (!tells || answer.sign_confidence[pair.b] >= SignScore::kSure))
            score.sure.add(pair.a == AlignedSigns::kNone ? kNoSign : wanted[pair.a], read[pair.b]);
    const std::u32string folded = decode_utf8(fold_plate(truth));
    const std::u32string folded_read = decode_utf8(fold_plate(answer.observed));
    for (const AlignedSigns& pair : align_signs(folded, folded_read))
        if (pair.b < answer.sign_confidence.size())
            score.reliability.add(static_cast<double>(answer.sign_confidence[pair.b]),
                                  pair.a != AlignedSigns::kNone &&
                                      folded[pair.a] == folded_read[pair.b]);
}

} // namespace

Interval wilson95(const Share& share) noexcept {
    if (share.total <= 0)
        return {0, 1};
    constexpr double kZ = 1.959963984540054;
    const auto n = static_cast<double>(share.total);
    const double p = share.value();
    const double centre = p + kZ * kZ / (2 * n);
    const double spread = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
    const double scale = 1 + kZ * kZ / n;
    return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

bool lies_on(const PlateTruth& truth, const PixelBox& box,
             const PlateScoreOptions& options) noexcept {
    return !truth.box || overlap_of_smaller(*truth.box, box) >= options.least_overlap;
}

namespace {

bool is_somewhere(const PlatePicture& truth, const PixelBox& box,
                  const PlateScoreOptions& options) noexcept {
    return std::any_of(truth.plates.begin(), truth.plates.end(),
                       [&](const PlateTruth& plate) { return lies_on(plate, box, options); });
}

} // namespace

void PlateTally::add(const PlatePicture& truth, std::span<const PixelBox> found,
                     std::span<const PlateAnswer> answers) {
    ++score_.pictures;
    for (const PlateTruth& plate : truth.plates) {
        LabelOutcome& outcome = score_.labels.emplace_back();
        if (plate.box) {
            outcome.found = std::any_of(found.begin(), found.end(), [&](const PixelBox& box) {
                return iou(*plate.box, box) >= options_.detection_iou;
            });
            ++score_.detected.total;
            score_.detected.hits += *outcome.found ? 1 : 0;
        }
        if (plate.text.empty())
            continue;
        std::vector<Said> observed;
        std::vector<Said> resolved;
        const PlateAnswer* surest = nullptr;
        for (const PlateAnswer& answer : answers) {
            if (!lies_on(plate, answer.box, options_))
                continue;
            surest = surest == nullptr ? &answer : surest;
            observed.push_back({answer.observed, answer.confidence});
            resolved.push_back({answer.resolved, answer.resolved_confidence});
        }
        count_text(score_.observed, plate.text, observed);
        outcome.read = count_text(score_.resolved, plate.text, resolved);
        if (surest != nullptr)
            count_signs(score_.signs, plate.text, *surest);
    }
    PictureOutcome& outcome = score_.outcomes.emplace_back();
    outcome.nothing_else_found = std::all_of(found.begin(), found.end(), [&](const PixelBox& box) {
        return is_somewhere(truth, box, options_);
    });
    for (const PlateAnswer& answer : answers)
        if (answer.confidence >= options_.false_read_gate &&
            !is_somewhere(truth, answer.box, options_)) {
            ++score_.false_reads;
            outcome.nothing_else_read = false;
        }
}

} // namespace vedette::vision
