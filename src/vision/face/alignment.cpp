#include <algorithm>
#include <cmath>
#include <cstddef>

#include "vedette/vision/face_embedder.h"

namespace vedette::vision {
namespace {

using imaging::PixelPoint;

/// Points of faces are counted from the first pixel's middle, all others from its corner.
constexpr float kHalf = 0.5F;
/// Points whose distances from their middle are smaller than this (root mean square) are one point.
constexpr double kLeastSpread = 1e-3;

bool is_finite(const FacePoints& points) {
    return std::all_of(points.begin(), points.end(), [](const PixelPoint& point) {
        return std::isfinite(point.x) && std::isfinite(point.y);
    });
}

struct Middle {
    double x = 0;
    double y = 0;
};

Middle middle_of(const FacePoints& points) {
    Middle sum;
    for (const PixelPoint& point : points) {
        sum.x += static_cast<double>(point.x);
        sum.y += static_cast<double>(point.y);
    }
    const auto count = static_cast<double>(points.size());
    return {sum.x / count, sum.y / count};
}

FacePoints from_corner(FacePoints points) {
    for (PixelPoint& point : points)
        point = {point.x + kHalf, point.y + kHalf};
    return points;
}

FacePoints template_for(int side_px) {
    const float scale = static_cast<float>(side_px) / static_cast<float>(kArcFaceSide);
    FacePoints out = from_corner(kArcFaceTemplate);
    for (PixelPoint& point : out)
        point = {point.x * scale, point.y * scale};
    return out;
}

/// Black where the target looks beside the picture.
void blacken_outside(imaging::Image& face, const Similarity& to_picture,
                     const imaging::ImageView& picture) {
    for (int y = 0; y < face.height_px(); ++y) {
        std::uint8_t* row = face.row(y);
        for (int x = 0; x < face.width_px(); ++x) {
            const PixelPoint from =
                to_picture.apply({static_cast<float>(x) + kHalf, static_cast<float>(y) + kHalf});
            const bool inside = from.x >= 0 && from.y >= 0 &&
                                from.x <= static_cast<float>(picture.width_px) &&
                                from.y <= static_cast<float>(picture.height_px);
            if (!inside)
                std::fill_n(row + std::ptrdiff_t{3} * x, 3, std::uint8_t{0});
        }
    }
}

} // namespace

PixelPoint Similarity::apply(PixelPoint point) const noexcept {
    const auto x = static_cast<double>(point.x);
    const auto y = static_cast<double>(point.y);
    return {static_cast<float>(a * x - b * y + c), static_cast<float>(b * x + a * y + d)};
}

double Similarity::scale() const noexcept { return std::hypot(a, b); }

Similarity Similarity::inverse() const noexcept {
    const double squared = a * a + b * b;
    const double ia = a / squared;
    const double ib = -b / squared;
    return {ia, ib, -(ia * c - ib * d), -(ib * c + ia * d)};
}

Result<FacePoints> face_points(const domain::Detection& face, int picture_width_px,
                               int picture_height_px) {
    FacePoints out;
    if (face.points.size() != out.size())
        return Error{ErrorCode::invalid_argument,
                     "the face has " + std::to_string(face.points.size()) +
                         " points, five are needed: take a detector that gives them, like YuNet"};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = {face.points[i].x * static_cast<float>(picture_width_px),
                  face.points[i].y * static_cast<float>(picture_height_px)};
    if (!is_finite(out))
        return Error{ErrorCode::invalid_argument, "the face has a point that is nowhere"};
    return out;
}

Result<Similarity> estimate_similarity(const FacePoints& from, const FacePoints& to) {
    if (!is_finite(from) || !is_finite(to))
        return Error{ErrorCode::invalid_argument, "a point is no number"};
    const Middle source = middle_of(from);
    const Middle target = middle_of(to);
    double spread = 0;
    double along = 0;  // sum of the dot products: how much the shapes agree as they are
    double across = 0; // sum of the cross products: how much when turned a quarter
    for (std::size_t i = 0; i < from.size(); ++i) {
        const double x = static_cast<double>(from[i].x) - source.x;
        const double y = static_cast<double>(from[i].y) - source.y;
        const double u = static_cast<double>(to[i].x) - target.x;
        const double v = static_cast<double>(to[i].y) - target.y;
        spread += x * x + y * y;
        along += x * u + y * v;
        across += x * v - y * u;
    }
    if (!(spread > kLeastSpread * kLeastSpread * static_cast<double>(from.size())))
        return Error{ErrorCode::invalid_argument, "the points are all one"};
    Similarity out{along / spread, across / spread, 0, 0};
    out.c = target.x - (out.a * source.x - out.b * source.y);
    out.d = target.y - (out.b * source.x + out.a * source.y);
    return out;
}

Result<imaging::Image> align_face(const imaging::ImageView& picture, const FacePoints& points,
                                  int side_px) {
    if (picture.empty())
        return Error{ErrorCode::invalid_argument, "a face in a picture without pixels"};
    VEDETTE_TRY(const Similarity to_face,
                estimate_similarity(from_corner(points), template_for(side_px)));
    // Eyes above each other and alike leave nothing; so does a face larger than any picture.
    constexpr double kLeastScale = 1e-4;
    if (!(to_face.scale() > kLeastScale))
        return Error{ErrorCode::invalid_argument, "the points are not those of a face"};
    const Similarity to_picture = to_face.inverse();
    const auto side = static_cast<float>(side_px);
    const imaging::PixelQuad corners{to_picture.apply({0, 0}), to_picture.apply({side, 0}),
                                     to_picture.apply({side, side}), to_picture.apply({0, side})};
    imaging::Image face = imaging::rectify_bgr(picture, corners, side_px, side_px);
    blacken_outside(face, to_picture, picture);
    return face;
}

float similarity(std::span<const float> a, std::span<const float> b) noexcept {
    if (a.empty() || b.empty())
        return -1;
    double sum = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return static_cast<float>(std::clamp(sum, -1.0, 1.0));
}

} // namespace vedette::vision
