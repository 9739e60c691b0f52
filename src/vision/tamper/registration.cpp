#include "tamper/registration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace vedette::vision {
namespace {

/// Shifts are looked for in fields of half the size, where a turn that is not quite met blurs less.
constexpr int kHalf = 2;
/// What lies within so many pixels of a peak is the peak.
constexpr int kAround = 5;

constexpr std::array kTurns{-18.0F, -14.0F, -10.0F, -7.0F, -4.0F, 4.0F, 7.0F, 10.0F, 14.0F, 18.0F};
constexpr std::array kZooms{0.75F, 0.83F, 0.92F, 1.08F, 1.18F, 1.3F};

/// Pixels beside its place at which a view is compared: an edge is three wide, a window ten.
constexpr std::array kBeside{-12, -8, -5, 5, 8, 12};

struct Peak {
    cv::Point place;
    double height = 0;
};

cv::Mat halved(const OrientationField& field) {
    cv::Mat out;
    cv::resize(field, out, {kViewWidth / kHalf, kViewHeight / kHalf}, 0, 0, cv::INTER_AREA);
    return out;
}

/// The highest place of the correlation, less what lies around it: what mostly stands upright fits
/// itself everywhere.
Peak correlate(const cv::Mat& reference, const cv::Mat& spectrum_of_view) {
    cv::Mat known;
    cv::dft(reference, known);
    cv::Mat spectrum;
    cv::mulSpectrums(spectrum_of_view, known, spectrum, 0, true);
    cv::Mat surface;
    cv::dft(spectrum, surface, cv::DFT_INVERSE | cv::DFT_SCALE);
    cv::Mat value;
    cv::extractChannel(surface, value, 0);
    cv::Mat around;
    cv::boxFilter(value, around, CV_32F, {2 * kAround - 1, 2 * kAround - 1});
    value -= around;
    Peak peak;
    cv::minMaxLoc(value, nullptr, &peak.height, nullptr, &peak.place);
    if (peak.place.x > value.cols / 2)
        peak.place.x -= value.cols;
    if (peak.place.y > value.rows / 2)
        peak.place.y -= value.rows;
    return peak;
}

ViewMotion turned(float degrees, float zoom) {
    const float angle = degrees * static_cast<float>(CV_PI) / 180;
    return {.offset = {}, .slope = zoom * std::cos(angle) - 1, .turn = zoom * std::sin(angle)};
}

/// The field as it would be seen.
cv::Mat seen_as(const cv::Mat& field, const ViewMotion& motion) {
    const float across = 1 + motion.slope;
    const float middle_x = static_cast<float>(field.cols - 1) / 2;
    const float middle_y = static_cast<float>(field.rows - 1) / 2;
    const cv::Matx23f matrix{
        across,      -motion.turn, middle_x - across * middle_x + motion.turn * middle_y,
        motion.turn, across,       middle_y - motion.turn * middle_x - across * middle_y};
    cv::Mat out;
    cv::warpAffine(field, out, matrix, field.size());
    const cv::Vec2f by = motion.turns_orientation();
    const cv::Matx22f turn{by[0], -by[1], by[1], by[0]};
    cv::transform(out, out, turn);
    return out;
}

/// As likeness(), of a shift by whole pixels, and quicker.
float likeness_at(std::span<const Edge> known, const OrientationField& view, int right, int down) {
    int inside = 0;
    float like = 0;
    for (const Edge& edge : known) {
        const int x = edge.x + right;
        const int y = edge.y + down;
        if (x < 0 || x >= kViewWidth || y < 0 || y >= kViewHeight)
            continue;
        ++inside;
        like += edge.way.dot(view(y, x));
    }
    return inside == 0 ? 0 : like / static_cast<float>(inside);
}

/// Small steps as long as they help.
ViewMotion refined(const Structure& known, const OrientationField& view, ViewMotion motion) {
    float best = likeness(known, view, motion);
    for (const float step : {2.0F, 1.0F}) {
        const float bend = step * 0.0125F; // a pixel or two at the edge of the picture
        const std::array<ViewMotion, 8> steps{{{{step, 0}, 0, 0},
                                               {{-step, 0}, 0, 0},
                                               {{0, step}, 0, 0},
                                               {{0, -step}, 0, 0},
                                               {{}, bend, 0},
                                               {{}, -bend, 0},
                                               {{}, 0, bend},
                                               {{}, 0, -bend}}};
        for (bool better = true; better;) {
            better = false;
            const ViewMotion from = motion;
            for (const ViewMotion& by : steps) {
                const ViewMotion tried{from.offset + by.offset, from.slope + by.slope,
                                       from.turn + by.turn};
                const float like = likeness(known, view, tried);
                if (like <= best)
                    continue;
                best = like;
                motion = tried;
                better = true;
            }
        }
    }
    return motion;
}

} // namespace

float likeness(const Structure& known, const OrientationField& view, const ViewMotion& motion) {
    const cv::Vec2f by = motion.turns_orientation();
    float inside = 0;
    float like = 0;
    for (const Edge& edge : known) {
        const cv::Point there = motion.from({edge.x, edge.y});
        if (there.x < 0 || there.x >= kViewWidth || there.y < 0 || there.y >= kViewHeight)
            continue;
        inside += 1;
        const cv::Vec2f& now = view(there);
        like += now[0] * (by[0] * edge.way[0] - by[1] * edge.way[1]) +
                now[1] * (by[1] * edge.way[0] + by[0] * edge.way[1]);
    }
    return 3 * inside >= static_cast<float>(known.size()) && inside > 0 ? like / inside : 0;
}

Contrast contrast_in_place(std::span<const Edge> known, const OrientationField& view) {
    const float like = likeness_at(known, view, 0, 0);
    Contrast out{.like = like, .across = like, .down = like};
    for (const int by : kBeside) {
        const float share = 1.0F / kBeside.size();
        out.across -= share * likeness_at(known, view, by, 0);
        out.down -= share * likeness_at(known, view, 0, by);
    }
    return out;
}

ViewMotion find_motion(const Structure& known, const OrientationField& view) {
    OrientationField reference(kViewHeight, kViewWidth, cv::Vec2f{});
    for (const Edge& edge : known)
        reference(edge.y, edge.x) = edge.way;
    const cv::Mat small = halved(reference);
    cv::Mat spectrum;
    cv::dft(halved(view), spectrum);
    ViewMotion best;
    double highest = 0;
    const auto try_it = [&](ViewMotion motion) {
        const Peak peak = correlate(seen_as(small, motion), spectrum);
        if (peak.height <= highest)
            return;
        highest = peak.height;
        motion.offset = kHalf * cv::Point2f{peak.place};
        best = motion;
    };
    try_it({});
    for (const float degrees : kTurns)
        try_it(turned(degrees, 1));
    for (const float zoom : kZooms)
        try_it(turned(0, zoom));
    return refined(known, view, best);
}

} // namespace vedette::vision
