#include "ocr/tesseract/plate_ink.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "glyphs/glyph_chain.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {
namespace {

constexpr int kLineHeight_px = 64;
constexpr int kMargin_px = 12;
constexpr int kSignHeight_px = 40; ///< of the row that is cut out
constexpr int kSide_px = 8;        ///< left free beside the outer signs
/// Width by height: long plates are 4.6 to 5.2, North American ones 2, two-line ones 1.0 to 1.6.
constexpr float kTwoLinesBelow = 1.7F;
constexpr int kFewestSigns = 3;
/// Of the crop's height: signs of North American plates fill less than half of it.
constexpr float kShortestSign = 0.3F;
constexpr float kClosing = 0.33F;    ///< wider than any stroke
constexpr float kLikeHeight = 0.18F; ///< share by which signs of one row differ in height
constexpr float kWidestSpot = 3;     ///< four signs that touch, in heights
constexpr int kSignsOfOneLine = 5;   ///< so many side by side are the only line of a high plate

cv::Mat mat_of(imaging::Image& image) {
    return {image.height_px(), image.width_px(), CV_8UC1, image.row(0),
            static_cast<std::size_t>(image.stride_bytes())};
}

/// Whether the signs are lighter than the plate: a plate is mostly background.
bool is_light_on_dark(const cv::Mat& binary) { return cv::mean(binary)[0] < 127; }

/// Other spots as high as the signs and on their line belong to them: signs that touch, and those
/// behind a gap.
void add_the_rest(GlyphChain& row, const std::vector<InkSpot>& spots) {
    const Baseline line = baseline_of(row);
    const float height = median_height(row);
    GlyphChain rest;
    for (const InkSpot& spot : spots) {
        const Glyph glyph{static_cast<float>(spot.left), static_cast<float>(spot.top),
                          static_cast<float>(spot.width()), static_cast<float>(spot.height()), 0};
        const bool like =
            std::abs(glyph.height - height) < kLikeHeight * height &&
            glyph.width < kWidestSpot * height &&
            std::abs(glyph.middle_y() - line.at(glyph.middle_x())) < kLikeHeight * height / 2;
        const bool known = std::any_of(row.begin(), row.end(), [&](const Glyph& one) {
            return glyph.middle_x() > one.left && glyph.middle_x() < one.right();
        });
        if (like && !known)
            rest.push_back(glyph);
    }
    row.insert(row.end(), rest.begin(), rest.end());
    std::sort(row.begin(), row.end(),
              [](const Glyph& a, const Glyph& b) { return a.left < b.left; });
}

/// The row with the most sign area, if there is one.
GlyphChain best_row(const cv::Mat& gray) {
    cv::Mat depth;
    cv::Mat ink;
    const int closing = static_cast<int>(kClosing * static_cast<float>(gray.rows)) | 1;
    cv::morphologyEx(gray, depth, cv::MORPH_BLACKHAT,
                     cv::getStructuringElement(cv::MORPH_RECT, {closing, closing}));
    cv::threshold(depth, ink, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    InkSpots spots;
    std::vector<Glyph> glyphs;
    const int shortest = static_cast<int>(kShortestSign * static_cast<float>(gray.rows));
    const std::vector<InkSpot>& found = spots.find(ink);
    take_glyphs(found, shortest, gray.rows, glyphs);
    GlyphChain best;
    float most = 0;
    for (GlyphChain& row : chain_glyphs(glyphs)) {
        const int signs = signs_in(row);
        const float size = static_cast<float>(signs) * median_height(row);
        if (signs >= kFewestSigns && size > most) {
            most = size;
            best = std::move(row);
        }
    }
    if (!best.empty())
        add_the_rest(best, found);
    return best;
}

/// The row of signs alone, upright: its slant is taken out, what lies above and below is cut off.
cv::Mat cut_out(const cv::Mat& gray, const GlyphChain& row) {
    const Baseline line = baseline_of(row);
    const float height = median_height(row);
    const float scale = kSignHeight_px / height;
    const float side = kSide_px / scale;
    const float edge = 0.12F * height;
    const float left = row.front().left - side;
    const float right = row.back().right() + side;
    const float top = line.at(left) - height / 2 - edge;
    // x' = (x - left) * scale, y' = (y - top - slope * (x - left)) * scale
    const cv::Matx23f to_row{
        scale, 0, -left * scale, -line.slope * scale, scale, (-top + line.slope * left) * scale};
    cv::Mat out;
    cv::warpAffine(gray, out, to_row,
                   {std::max(1, static_cast<int>((right - left) * scale)),
                    static_cast<int>((height + 2 * edge) * scale)},
                   cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return out;
}

/// Black on white.
cv::Mat black_on_white(const cv::Mat& gray) {
    cv::Mat smooth;
    cv::GaussianBlur(gray, smooth, {3, 3}, 0);
    cv::Mat binary;
    cv::threshold(smooth, binary, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    if (is_light_on_dark(binary))
        cv::bitwise_not(binary, binary);
    return binary;
}

/// What is as high as the signs of the row; coats of arms, dots and the plate's edge are wiped out.
cv::Mat signs_only(const cv::Mat& row) {
    cv::Mat ink;
    cv::bitwise_not(row, ink);
    cv::Mat out{row.size(), CV_8U, cv::Scalar{255}};
    InkSpots spots;
    for (const InkSpot& spot : spots.find(ink)) {
        const bool high = spot.height() > kSignHeight_px * 7 / 10;
        const bool at_the_side = spot.right <= kSide_px || spot.left >= row.cols - kSide_px;
        if (!high || at_the_side)
            continue;
        const cv::Rect box{spot.left, spot.top, spot.width(), spot.height()};
        row(box).copyTo(out(box));
    }
    return out;
}

void print(const cv::Mat& binary, imaging::Image& out) {
    out.reshape(imaging::PixelFormat::gray8, binary.cols + 2 * kMargin_px,
                binary.rows + 2 * kMargin_px);
    cv::Mat target = mat_of(out);
    cv::copyMakeBorder(binary, target, kMargin_px, kMargin_px, kMargin_px, kMargin_px,
                       cv::BORDER_CONSTANT, {255});
}

} // namespace

PlateInk make_ink(const imaging::ImageView& crop) {
    PlateInk out;
    const float aspect = static_cast<float>(crop.width_px) / static_cast<float>(crop.height_px);
    out.lines = aspect < kTwoLinesBelow ? 2 : 1;
    const int height = kLineHeight_px * out.lines;
    const int width =
        std::clamp(static_cast<int>(static_cast<float>(height) * aspect), height / 2, height * 8);
    imaging::Image gray;
    imaging::resize_into(crop, {}, imaging::PixelFormat::gray8, width, height,
                         imaging::Fit::stretch, 255, gray);
    const cv::Mat pixels = mat_of(gray);
    GlyphChain row = best_row(pixels);
    if (row.empty()) { // light signs on a dark plate
        cv::Mat inverted;
        cv::bitwise_not(pixels, inverted);
        row = best_row(inverted);
    }
    if (out.lines == 2 && !row.empty() && signs_in(row) >= kSignsOfOneLine)
        out.lines = 1;
    else if (out.lines == 2)
        row.clear();
    out.signs = row.empty() ? 0 : signs_in(row);
    print(row.empty() ? black_on_white(pixels) : signs_only(black_on_white(cut_out(pixels, row))),
          out.picture);
    return out;
}

} // namespace vedette::vision
