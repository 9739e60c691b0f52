#include "app/commands/eval_plates/failures.h"

#include <algorithm>
#include <cmath>

#include "vedette/imaging/draw.h"
#include "vedette/imaging/jpeg.h"
#include "vedette/imaging/transform.h"
#include "vedette/vision/plate_finder.h"

namespace vedette::app {
namespace {

using Kind = PlateFailure::Kind;

constexpr int kMostWidthPx = 360;
constexpr int kQuality = 80;
/// Around a plate that was not found, so much of its width and height is shown on each side.
constexpr double kAround = 0.6;
/// What differs only by O for 0 and I for 1 is shown after everything else.
constexpr double kNearlyRight = -1;

/// One picture and what was said of it, looked at label by label.
class Inspector {
public:
    Inspector(const vision::PlatePicture& truth, const imaging::ImageView& picture,
              const PictureAnswers& said, const vision::PlateScoreOptions& options,
              FailureGallery& gallery)
        : truth_{truth}, picture_{picture}, said_{said}, options_{options}, gallery_{gallery} {}

    Status look() {
        for (const vision::PlateTruth& plate : truth_.plates)
            VEDETTE_CHECK_OK(look_at_label(plate));
        for (std::size_t i = 0; i < said_.answers.size(); ++i)
            VEDETTE_CHECK_OK(look_at_read(i));
        return {};
    }

private:
    Status look_at_label(const vision::PlateTruth& plate) {
        std::vector<std::size_t> on_it;
        for (std::size_t i = 0; i < said_.answers.size(); ++i)
            if (vision::lies_on(plate, said_.answers[i].box, options_))
                on_it.push_back(i);
        if (on_it.empty())
            return not_found(plate);
        const bool right = std::any_of(on_it.begin(), on_it.end(), [&](std::size_t i) {
            return said_.answers[i].resolved == plate.text;
        });
        return right || plate.text.empty() ? Status{} : misread(plate, on_it.front());
    }

    Status not_found(const vision::PlateTruth& plate) {
        const vision::PixelBox box = plate.box.value_or(vision::PixelBox{
            0, 0, static_cast<double>(picture_.width_px), static_cast<double>(picture_.height_px)});
        const double badness = box.height;
        if (!gallery_.wants(Kind::not_found, badness))
            return {};
        PlateFailure failure = failure_of(Kind::not_found, badness);
        failure.truth = plate.text;
        const bool seen = std::any_of(said_.found.begin(), said_.found.end(), [&](const auto& one) {
            return vision::iou(box, one) >= options_.detection_iou;
        });
        failure.note = std::to_string(std::lround(box.height)) + " pixels high" +
                       (seen ? ", found but not read" : "");
        return keep(std::move(failure), plate.box ? around(box) : crop({}));
    }

    Status misread(const vision::PlateTruth& plate, std::size_t at) {
        const bool nearly =
            vision::fold_plate(said_.answers[at].resolved) == vision::fold_plate(plate.text);
        const double badness = said_.answers[at].confidence + (nearly ? kNearlyRight : 0);
        if (!gallery_.wants(Kind::misread, badness))
            return {};
        PlateFailure failure = failure_of(Kind::misread, badness);
        failure.truth = plate.text;
        failure.note = nearly ? "the same with O = 0 and I = 1" : "";
        return keep_read(std::move(failure), at);
    }

    Status look_at_read(std::size_t at) {
        const vision::PlateAnswer& answer = said_.answers[at];
        const bool somewhere =
            std::any_of(truth_.plates.begin(), truth_.plates.end(), [&](const auto& plate) {
                return vision::lies_on(plate, answer.box, options_);
            });
        if (somewhere || answer.confidence < options_.false_read_gate ||
            !gallery_.wants(Kind::false_read, answer.confidence))
            return {};
        return keep_read(failure_of(Kind::false_read, answer.confidence), at);
    }

    [[nodiscard]] PlateFailure failure_of(Kind kind, double badness) const {
        PlateFailure out;
        out.kind = kind;
        out.picture = truth_.file.filename().string();
        out.badness = badness;
        return out;
    }

    Status keep_read(PlateFailure failure, std::size_t at) {
        const vision::PlateAnswer& answer = said_.answers[at];
        failure.observed = answer.observed;
        failure.resolved = answer.resolved;
        failure.confidence = answer.confidence;
        failure.resolved_confidence = answer.resolved_confidence;
        failure.sign_confidence = answer.sign_confidence;
        failure.regions = said_.plates[at].text.regions;
        imaging::Image shown = vision::straightened_plate(picture_, said_.plates[at].read.corners);
        return keep(std::move(failure), shown.empty() ? crop({}) : std::move(shown));
    }

    Status keep(PlateFailure failure, imaging::Image shown) {
        if (shown.width_px() > kMostWidthPx) {
            imaging::Image small;
            const int height = std::max(shown.height_px() * kMostWidthPx / shown.width_px(), 1);
            imaging::resize_into(shown.view(), {}, imaging::PixelFormat::bgr24, kMostWidthPx,
                                 height, imaging::Fit::stretch, 0, small);
            shown = std::move(small);
        }
        VEDETTE_TRY(failure.jpeg, imaging::encode_jpeg(shown.view(), kQuality));
        failure.width_px = shown.width_px();
        failure.height_px = shown.height_px();
        gallery_.add(std::move(failure));
        return {};
    }

    [[nodiscard]] imaging::Image crop(imaging::PixelRect part) const {
        return imaging::crop_bgr(picture_, part);
    }

    /// The label in a frame, and what is around it.
    [[nodiscard]] imaging::Image around(const vision::PixelBox& box) const {
        const auto whole = [](double value) { return static_cast<int>(std::lround(value)); };
        const int left = std::max(whole(box.left - kAround * box.width), 0);
        const int top = std::max(whole(box.top - kAround * box.height), 0);
        const int right = std::min(whole(box.left + (1 + kAround) * box.width), picture_.width_px);
        const int bottom =
            std::min(whole(box.top + (1 + kAround) * box.height), picture_.height_px);
        if (right <= left || bottom <= top) // a label beside its picture
            return crop({});
        imaging::Image out = crop({left, top, right - left, bottom - top});
        imaging::draw_rectangle(out,
                                {whole(box.left) - left - 1, whole(box.top) - top - 1,
                                 whole(box.width) + 2, whole(box.height) + 2},
                                {255, 160, 0}, 1);
        return out;
    }

    const vision::PlatePicture& truth_;
    const imaging::ImageView& picture_;
    const PictureAnswers& said_;
    const vision::PlateScoreOptions& options_;
    FailureGallery& gallery_;
};

} // namespace

Status add_failures(const vision::PlatePicture& truth, const imaging::ImageView& picture,
                    const PictureAnswers& said, const vision::PlateScoreOptions& options,
                    FailureGallery& gallery) {
    return Inspector{truth, picture, said, options, gallery}.look();
}

} // namespace vedette::app
