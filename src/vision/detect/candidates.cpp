#include "detect/candidates.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "vedette/domain/geometry.h"

namespace vedette::vision {
namespace {

/// Coordinates beyond it carry no meaning; areas and overlaps stay finite below it.
constexpr float kFarAwayPx = 1e6F;

bool is_a_box(const Candidate& c) noexcept {
    return std::isfinite(c.left) && std::isfinite(c.top) && std::isfinite(c.right) &&
           std::isfinite(c.bottom) && c.right > c.left && c.bottom > c.top;
}

void bring_near(Candidate& c) noexcept {
    c.score = std::min(c.score, 1.0F);
    for (float* value : {&c.left, &c.top, &c.right, &c.bottom})
        *value = std::clamp(*value, -kFarAwayPx, kFarAwayPx);
}

float overlap(const Candidate& a, const Candidate& b) noexcept {
    const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
    const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
    if (width <= 0 || height <= 0)
        return 0;
    const float shared = width * height;
    const float area_a = (a.right - a.left) * (a.bottom - a.top);
    const float area_b = (b.right - b.left) * (b.bottom - b.top);
    return shared / (area_a + area_b - shared);
}

domain::NormPoint to_picture(float x, float y, const PictureGeometry& picture) noexcept {
    const imaging::Letterbox& box = picture.letterbox;
    const auto share = [](float px, float offset, float scale, int length) {
        const float value = (px - offset) / scale / static_cast<float>(length);
        return std::isfinite(value) ? std::clamp(value, 0.0F, 1.0F) : 0.0F;
    };
    return {share(x, box.offset_x_px, box.scale_x, picture.width_px),
            share(y, box.offset_y_px, box.scale_y, picture.height_px)};
}

/// A box inside the picture, whatever rounding does to left + width.
domain::NormBox box_between(domain::NormPoint from, domain::NormPoint to) noexcept {
    domain::NormBox box{from.x, from.y, to.x - from.x, to.y - from.y};
    while (box.width > 0 && box.right() > 1)
        box.width = std::nextafter(box.width, 0.0F);
    while (box.height > 0 && box.bottom() > 1)
        box.height = std::nextafter(box.height, 0.0F);
    return box;
}

bool better(const Candidate& a, const Candidate& b) noexcept {
    // Every tie is broken, so that the same numbers always give the same answer.
    if (a.score != b.score)
        return a.score > b.score;
    if (a.class_index != b.class_index)
        return a.class_index < b.class_index;
    if (a.left != b.left)
        return a.left < b.left;
    if (a.top != b.top)
        return a.top < b.top;
    if (a.right != b.right)
        return a.right < b.right;
    return a.bottom < b.bottom;
}

void keep_the_best(std::vector<Candidate>& candidates, std::size_t count) {
    if (candidates.size() > count) {
        std::nth_element(candidates.begin(),
                         candidates.begin() + static_cast<std::ptrdiff_t>(count), candidates.end(),
                         better);
        candidates.resize(count);
    }
    std::sort(candidates.begin(), candidates.end(), better);
}

bool is_share(float value) noexcept { return value >= 0 && value <= 1; }

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

} // namespace

Result<CandidateFilter> CandidateFilter::create(const std::vector<std::string>& labels,
                                                const DetectorOptions& options) {
    if (!is_share(options.min_score))
        return Error{ErrorCode::invalid_argument,
                     "min_score " + std::to_string(options.min_score) + " is not within 0..1"};
    if (!is_share(options.nms_iou))
        return Error{ErrorCode::invalid_argument,
                     "nms_iou " + std::to_string(options.nms_iou) + " is not within 0..1"};
    CandidateFilter filter{labels, options};
    if (std::find(filter.wanted_.begin(), filter.wanted_.end(), char{1}) == filter.wanted_.end())
        return Error{ErrorCode::invalid_argument, "the model knows none of the wanted labels (" +
                                                      joined(options.labels) + "); it knows " +
                                                      joined(filter.labels_)};
    return filter;
}

CandidateFilter::CandidateFilter(const std::vector<std::string>& labels, DetectorOptions options)
    : options_{std::move(options)} {
    for (const std::string& label : labels) {
        const auto found = std::find(labels_.begin(), labels_.end(), label);
        label_of_.push_back(static_cast<std::size_t>(found - labels_.begin()));
        if (found != labels_.end())
            continue;
        const auto& only = options_.labels;
        wanted_.push_back(
            only.empty() || std::find(only.begin(), only.end(), label) != only.end() ? 1 : 0);
        labels_.push_back(label);
    }
    kept_.reserve(kMaxDetections);
}

bool CandidateFilter::acceptable(const Candidate& c) const noexcept {
    // Written so that a NaN score fails.
    return c.score >= options_.min_score && std::isfinite(c.score) && c.class_index >= 0 &&
           static_cast<std::size_t>(c.class_index) < label_of_.size() &&
           wanted_[label_of_[static_cast<std::size_t>(c.class_index)]] != 0 && is_a_box(c);
}

bool CandidateFilter::overlaps_a_kept_one(const Candidate& candidate) const noexcept {
    const std::size_t label = label_of_[static_cast<std::size_t>(candidate.class_index)];
    return std::any_of(kept_.begin(), kept_.end(), [&](const Candidate& kept) {
        return label_of_[static_cast<std::size_t>(kept.class_index)] == label &&
               overlap(kept, candidate) > options_.nms_iou;
    });
}

std::vector<domain::Detection> CandidateFilter::apply(std::vector<Candidate>& candidates,
                                                      const PictureGeometry& picture) {
    std::erase_if(candidates, [this](const Candidate& c) { return !acceptable(c); });
    std::for_each(candidates.begin(), candidates.end(), bring_near);
    keep_the_best(candidates, kMaxCandidates);

    kept_.clear();
    std::vector<domain::Detection> out;
    for (const Candidate& c : candidates) {
        if (out.size() == kMaxDetections)
            break;
        if (overlaps_a_kept_one(c))
            continue;
        kept_.push_back(c);
        const domain::NormBox box =
            box_between(to_picture(c.left, c.top, picture), to_picture(c.right, c.bottom, picture));
        if (box.width <= 0 || box.height <= 0)
            continue; // lies wholly in what the letterbox left free
        domain::Detection detection{
            box, c.score, labels_[label_of_[static_cast<std::size_t>(c.class_index)]], {}};
        detection.text_lines = c.text_lines;
        for (int i = 0; i < c.point_count; ++i) {
            const imaging::PixelPoint& p = c.points[static_cast<std::size_t>(i)];
            detection.points.push_back(to_picture(p.x, p.y, picture));
        }
        out.push_back(std::move(detection));
    }
    return out;
}

} // namespace vedette::vision
