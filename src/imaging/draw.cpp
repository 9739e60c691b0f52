#include "vedette/imaging/draw.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "mat.h"
#include "vedette/base/assert.h"

namespace vedette::imaging {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
// Far outside any picture, yet safe for OpenCV's fixed-point arithmetic.
constexpr int kFarAway = 1 << 14;

cv::Scalar bgr(Color color) { return {double(color.blue), double(color.green), double(color.red)}; }

int kept_close(float value) {
    if (std::isnan(value))
        return -kFarAway;
    return static_cast<int>(std::lround(std::clamp(value, float(-kFarAway), float(kFarAway))));
}

/// One '?' for each character that the font has not.
std::string as_ascii(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) == 0x80U)
            continue; // inside a UTF-8 character
        out += byte >= 0x20 && byte < 0x7F ? c : '?';
    }
    return out;
}

Color readable_on(Color background) {
    const int brightness =
        (299 * background.red + 587 * background.green + 114 * background.blue) / 1000;
    return brightness > 140 ? Color{0, 0, 0} : Color{255, 255, 255};
}

} // namespace

void draw_rectangle(Image& on, PixelRect rect, Color color, int thickness_px) {
    if (rect.empty())
        return;
    const auto left = static_cast<float>(rect.x);
    const auto top = static_cast<float>(rect.y);
    const float right = left + static_cast<float>(rect.width - 1);
    const float bottom = top + static_cast<float>(rect.height - 1);
    draw_quad(on, {{{left, top}, {right, top}, {right, bottom}, {left, bottom}}}, color,
              thickness_px);
}

void draw_quad(Image& on, const PixelQuad& quad, Color color, int thickness_px) {
    VEDETTE_ASSERT(on.format() == PixelFormat::bgr24);
    if (on.empty())
        return;
    std::vector<cv::Point> points;
    for (const auto& corner : quad)
        points.emplace_back(kept_close(corner.x), kept_close(corner.y));
    cv::Mat mat = as_mat(on);
    cv::polylines(mat, points, true, bgr(color), std::clamp(thickness_px, 1, 255), cv::LINE_8);
}

void draw_label(Image& on, int x, int y, std::string_view text, const LabelStyle& style) {
    VEDETTE_ASSERT(on.format() == PixelFormat::bgr24);
    if (on.empty() || text.empty())
        return;
    const std::string line = as_ascii(text);
    const int letters = std::clamp(style.height_px, 4, 400);
    const int thickness = std::max(1, letters / 9);
    const double scale = cv::getFontScaleFromHeight(kFont, letters, thickness);
    int below = 0;
    const cv::Size size = cv::getTextSize(line, kFont, scale, thickness, &below);
    const int margin = std::max(2, letters / 4);
    const int width = size.width + 2 * margin;
    const int height = letters + 2 * margin + thickness;
    const int left = std::clamp(x, 0, std::max(0, on.width_px() - width));
    const int top = std::clamp(y - height, 0, std::max(0, on.height_px() - height));
    cv::Mat mat = as_mat(on);
    cv::rectangle(mat, cv::Rect{left, top, width, height}, bgr(style.background), cv::FILLED);
    cv::putText(mat, line, {left + margin, top + height - margin - thickness / 2}, kFont, scale,
                bgr(readable_on(style.background)), thickness, cv::LINE_AA);
}

} // namespace vedette::imaging
