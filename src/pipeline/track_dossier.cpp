#include "track_dossier.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "vedette/imaging/transform.h"

namespace vedette::pipeline {
namespace {

using domain::NormBox;
using imaging::ImageView;

constexpr float kSurroundings = 0.08F; ///< share of the box shown around it in the snapshot
constexpr int kLargestSide_px = 960;   ///< of a snapshot
constexpr float kClearlyBetter = 1.1F; ///< a view must be, to replace the picture kept
constexpr float kTouchesBorder = 0.5F; ///< factor for views that the picture's edge cuts
constexpr float kStep = 0.01F;         ///< picture diagonals; smaller moves are trembling
constexpr int kFirstLooks = 3;         ///< looks for a plate whatever the view is like
constexpr float kWorthLooking = 0.75F; ///< of the best view searched so far
constexpr int kLooksPerRead = 4;       ///< bounds the looks by the reads kept
constexpr int kEagerLooks = 3;         ///< in vain; the ones after them are spread
constexpr int kPlentyOfReads = 8;      ///< the same
constexpr std::chrono::milliseconds kPatienceStep{100};
constexpr std::chrono::seconds kLookAgainAfter{1};
constexpr std::ptrdiff_t kMostModels = 16; ///< that are remembered to have looked at one thing
constexpr float kSure = 0.95F;             ///< with kSureReads nothing is left to find out
constexpr std::size_t kSureReads = 4;

bool touches_border(const NormBox& box) {
    constexpr float kMargin = 0.004F;
    return box.left < kMargin || box.top < kMargin || box.right() > 1 - kMargin ||
           box.bottom() > 1 - kMargin;
}

float view_quality(const NormBox& box, float score, const ImageView& picture) {
    const float pixels =
        box.area() * static_cast<float>(picture.width_px) * static_cast<float>(picture.height_px);
    return score * std::sqrt(pixels) * (touches_border(box) ? kTouchesBorder : 1.0F);
}

imaging::Image cut_out(const ImageView& picture, const NormBox& box) {
    const imaging::PixelRect rect = to_pixels(domain::grown(box, kSurroundings), picture);
    const int longest = std::max(rect.width, rect.height);
    if (longest <= kLargestSide_px)
        return imaging::crop_bgr(picture, rect);
    const double scale = static_cast<double>(kLargestSide_px) / longest;
    imaging::Image out;
    imaging::resize_into(picture, rect, imaging::PixelFormat::bgr24,
                         std::max(1, static_cast<int>(rect.width * scale)),
                         std::max(1, static_cast<int>(rect.height * scale)), imaging::Fit::stretch,
                         0, out);
    return out;
}

float pixel_distance(imaging::PixelPoint a, imaging::PixelPoint b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

} // namespace

imaging::PixelRect to_pixels(const NormBox& box, const ImageView& picture) {
    const NormBox inside = domain::clamped(box);
    const auto width = static_cast<float>(picture.width_px);
    const auto height = static_cast<float>(picture.height_px);
    const int left = std::min(static_cast<int>(inside.left * width), picture.width_px - 1);
    const int top = std::min(static_cast<int>(inside.top * height), picture.height_px - 1);
    const int right = std::max(static_cast<int>(std::ceil(inside.right() * width)), left + 1);
    const int bottom = std::max(static_cast<int>(std::ceil(inside.bottom() * height)), top + 1);
    return {left, top, std::min(right, picture.width_px) - left,
            std::min(bottom, picture.height_px) - top};
}

TrackDossier::TrackDossier(const LprOptions& lpr, bool keep_pictures,
                           const vision::PlateGrammars& grammars)
    : lpr_{lpr}, keep_pictures_{keep_pictures}, fusion_{{lpr.fusion.max_reads, lpr.regions},
                                                        grammars} {}

void TrackDossier::saw(const domain::Track& track, const domain::Detection& detection,
                       const imaging::Frame& frame, const domain::TraceId& trace) {
    const View now{frame.captured_at, frame.at, detection.box, trace,
                   view_quality(detection.box, detection.score, frame.view)};
    const domain::NormPoint centre = track.box.centre();
    if (!seen_) {
        first_ = now;
        anchor_ = centre;
    }
    const float step = std::hypot(centre.x - anchor_.x, centre.y - anchor_.y) / std::sqrt(2.0F);
    if (step >= kStep) {
        travelled_ += step;
        anchor_ = centre;
    }
    last_ = now;
    track_ = track;
    if (!seen_ || now.quality > best_.quality * kClearlyBetter) {
        best_ = now;
        if (keep_pictures_ && !concluded_)
            pictures_.object = cut_out(frame.view, detection.box);
    }
    seen_ = true;
}

void TrackDossier::seen_by(const std::vector<domain::ModelUse>& models) {
    const bool as_before = models.size() <= models_.size() &&
                           std::equal(models.rbegin(), models.rend(), models_.rbegin());
    if (concluded_ || as_before)
        return;
    for (const domain::ModelUse& use : models) {
        std::erase(models_, use);
        models_.push_back(use);
    }
    if (std::ssize(models_) > kMostModels)
        models_.erase(models_.begin(), models_.end() - kMostModels);
}

const std::optional<domain::PlateText>& TrackDossier::plate() {
    if (plate_is_stale_)
        plate_ = fusion_.result();
    plate_is_stale_ = false;
    return plate_;
}

bool TrackDossier::is_settled(float quality) {
    if (fusion_.size() < kSureReads || quality >= best_attempt_ * kClearlyBetter)
        return false;
    return plate()->confidence >= kSure && plate()->reads >= static_cast<int>(kSureReads);
}

/// How long to wait for the next look at much the same view: where nothing could be read again and
/// again the next look is unlikely to, and after many reads one more says little.
StreamClock::duration TrackDossier::patience() const noexcept {
    const int extra = std::max(in_vain_ - kEagerLooks, 0) +
                      std::max(static_cast<int>(fusion_.size()) - kPlentyOfReads, 0);
    return std::min<StreamClock::duration>(extra * kPatienceStep, kLookAgainAfter);
}

bool TrackDossier::wants_plate_look(const domain::Track& track, const imaging::Frame& frame) {
    const float pixels = track.box.area() * static_cast<float>(frame.view.width_px) *
                         static_cast<float>(frame.view.height_px);
    const bool used_up = attempts_ >= kLooksPerRead * static_cast<int>(lpr_.fusion.max_reads);
    if (concluded_ || used_up || pixels < static_cast<float>(lpr_.min_area))
        return false;
    const float quality = last_.quality;
    const auto waited = frame.at - last_attempt_;
    const bool promising = attempts_ < kFirstLooks || quality >= best_attempt_ * kClearlyBetter ||
                           (quality >= best_attempt_ * kWorthLooking && waited >= patience()) ||
                           waited >= kLookAgainAfter;
    if (!promising || is_settled(quality))
        return false;
    ++attempts_;
    ++in_vain_;
    last_attempt_ = frame.at;
    best_attempt_ = std::max(best_attempt_, quality);
    return true;
}

void TrackDossier::add_read(const domain::PlateRead& read, const imaging::Frame& frame) {
    fusion_.add(read, vision::read_weight(read));
    plate_is_stale_ = true;
    in_vain_ = 0;
    if (read.confidence > surest_read_) {
        surest_read_ = read.confidence;
        plate_corners_ = read.corners;
        if (keep_pictures_)
            keep_plate_picture(read, frame);
    }
}

void TrackDossier::keep_plate_picture(const domain::PlateRead& read, const imaging::Frame& frame) {
    imaging::PixelQuad corners{};
    for (std::size_t i = 0; i < corners.size(); ++i)
        corners[i] = {read.corners[i].x * static_cast<float>(frame.view.width_px),
                      read.corners[i].y * static_cast<float>(frame.view.height_px)};
    const float width =
        (pixel_distance(corners[0], corners[1]) + pixel_distance(corners[3], corners[2])) / 2;
    const float height =
        (pixel_distance(corners[0], corners[3]) + pixel_distance(corners[1], corners[2])) / 2;
    if (width < 1 || height < 1)
        return;
    pictures_.plate = imaging::rectify_bgr(frame.view, corners, static_cast<int>(std::ceil(width)),
                                           static_cast<int>(std::ceil(height)));
}

void TrackDossier::mark_concluded() noexcept {
    concluded_ = true;
    pictures_ = {};
}

void TrackDossier::describe(domain::Event& event) {
    // By the clock as it was at the end: it may have been set since the track began.
    event.first_seen = last_.wall - (last_.stream - first_.stream);
    event.last_seen = last_.wall;
    event.best_seen = last_.wall - (last_.stream - best_.stream);
    event.media_offset = best_.stream.time_since_epoch();
    event.box = best_.box;
    event.trace = best_.trace;
    event.travelled = travelled_;
    event.models = models_;
    event.plate = plate();
    event.plate_corners = event.plate ? plate_corners_ : std::nullopt;
}

} // namespace vedette::pipeline
