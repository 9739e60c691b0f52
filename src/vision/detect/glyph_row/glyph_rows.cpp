#include "detect/glyph_row/glyph_rows.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "detect/glyph_row/row_outline.h"
#include "detect/glyph_row/row_score.h"

namespace vedette::vision {
namespace {

constexpr int kWindow_px = 19;          ///< of the local mean: wider than a sign's strokes are
constexpr int kClosing_px = 11;         ///< wider than a sign's strokes are
constexpr int kNear_px = 15;            ///< so far around, signs are of one darkness
constexpr double kShareOfDeepest = 0.3; ///< of the darkest nearby, at which a stroke ends
constexpr int kDarker = 9;              ///< grey levels below the ground
constexpr int kShortest_px = 7;
constexpr int kTallest_px = 30; ///< signs up to here are found at one size of picture
constexpr int kSmallestSide_px = 16;
/// A product of many shares is small soon; this spreads the scores over 0..1.
constexpr float kScoreExponent = 0.7F;
constexpr std::size_t kFewestSpots = 3;

} // namespace

const std::vector<GlyphRow>& GlyphRowFinder::find(const cv::Mat& gray) {
    found_.clear();
    look_at(gray, 1);
    const cv::Mat* larger = &gray;
    std::size_t level = 0;
    for (int factor = 2; kTallest_px * factor / 2 < settings_.max_glyph_px; factor *= 2, ++level) {
        if (larger->cols / 2 < kSmallestSide_px || larger->rows / 2 < kSmallestSide_px)
            break;
        if (smaller_.size() <= level)
            smaller_.resize(level + 3);
        cv::resize(*larger, smaller_[level], {larger->cols / 2, larger->rows / 2}, 0, 0,
                   cv::INTER_AREA);
        larger = &smaller_[level];
        look_at(*larger, static_cast<float>(factor));
    }
    return found_;
}

/// Both ways to tell ink: each finds plates that the other one misses.
void GlyphRowFinder::look_at(const cv::Mat& gray, float scale) {
    mark_darker_than_around(gray);
    collect_rows(gray, scale);
    mark_thin_and_dark(gray);
    collect_rows(gray, scale);
}

/// Finds large and worn signs.
void GlyphRowFinder::mark_darker_than_around(const cv::Mat& gray) {
    cv::boxFilter(gray, depth_, -1, {kWindow_px, kWindow_px});
    cv::subtract(depth_, gray, depth_);
    cv::compare(depth_, kDarker, ink_, cv::CMP_GT);
}

/// Finds small plates on dark cars: what closing fills is thin and dark, and large dark things
/// around a bright plate stay as they are.
void GlyphRowFinder::mark_thin_and_dark(const cv::Mat& gray) {
    cv::morphologyEx(gray, depth_, cv::MORPH_BLACKHAT,
                     cv::getStructuringElement(cv::MORPH_RECT, {kClosing_px, kClosing_px}));
    cv::dilate(depth_, limit_, cv::getStructuringElement(cv::MORPH_RECT, {kNear_px, kNear_px}));
    limit_.convertTo(limit_, CV_8U, kShareOfDeepest);
    cv::max(limit_, kDarker, limit_);
    cv::compare(depth_, limit_, ink_, cv::CMP_GT);
}

void GlyphRowFinder::collect_rows(const cv::Mat& gray, float scale) {
    take_glyphs(spots_.find(ink_), kShortest_px, kTallest_px, glyphs_);
    for (const GlyphChain& row : chain_glyphs(glyphs_))
        if (row.size() >= kFewestSpots && signs_in(row) >= settings_.min_glyphs)
            judge(row, gray, scale);
}

void GlyphRowFinder::judge(const GlyphChain& row, const cv::Mat& gray, float scale) {
    const float written = writing_score(row);
    if (written <= 0)
        return;
    const RowGround ground = ground_of(row, gray, ink_);
    if (ground.contrast < settings_.min_contrast)
        return;
    GlyphRow plate{outline_of(row, ground, gray), 0};
    const float product = written * ground_score(ground) * shape_score(plate.corners) *
                          size_score(median_height(row) * scale);
    if (product <= 0)
        return;
    plate.score = std::pow(product, kScoreExponent);
    for (imaging::PixelPoint& corner : plate.corners)
        corner = {corner.x * scale, corner.y * scale};
    found_.push_back(plate);
}

} // namespace vedette::vision
