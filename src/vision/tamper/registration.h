#pragma once

#include <opencv2/core.hpp>
#include <span>
#include <vector>

#include "tamper/view_measure.h"

namespace vedette::vision {

/// How a view lies on a reference: a point p of the reference, from the centre of the picture, is
/// found at p + offset + slope * p + turn * (p turned by a right angle). Pixels of the field.
struct ViewMotion {
    cv::Point2f offset;
    float slope = 0; ///< along p: zoom * cosine - 1
    float turn = 0;  ///< across p: zoom * sine, clockwise positive

    /// How far a point went; it and the answer count from the centre.
    [[nodiscard]] cv::Point2f at(cv::Point2f point) const {
        return {offset.x + slope * point.x - turn * point.y,
                offset.y + slope * point.y + turn * point.x};
    }
    /// Where the pixel is now; perhaps outside of the picture.
    [[nodiscard]] cv::Point from(cv::Point pixel) const {
        const cv::Point2f by = at({static_cast<float>(pixel.x) - (kViewWidth - 1) / 2.0F,
                                   static_cast<float>(pixel.y) - (kViewHeight - 1) / 2.0F});
        return {pixel.x + cvRound(by.x), pixel.y + cvRound(by.y)};
    }
    /// Twice the angle, which is how orientations turn: cosine and sine.
    [[nodiscard]] cv::Vec2f turns_orientation() const {
        const float square = (1 + slope) * (1 + slope) + turn * turn;
        return {((1 + slope) * (1 + slope) - turn * turn) / square,
                2 * (1 + slope) * turn / square};
    }
};

/// A pixel of a known view that lies on an edge, and which way that runs.
struct Edge {
    int x = 0;
    int y = 0;
    cv::Vec2f way; ///< as in OrientationField
};

using Structure = std::vector<Edge>;

/// How like what is known a view is, if it lies so.
/// \return mean over the structure of the cosine of twice the angle between edges, 0 where there is
/// none now; what left the picture doesn't count, and 0 if that is most of it
[[nodiscard]] float likeness(const Structure& known, const OrientationField& view,
                             const ViewMotion& motion);

/// How much more like it is in place than some pixels beside that.
struct Contrast {
    float like = 0; ///< in place
    float across = 0;
    float down = 0;
};
[[nodiscard]] Contrast contrast_in_place(std::span<const Edge> known, const OrientationField& view);

/// The motion under which the view is most like what is known: any shift up to half of the picture,
/// with turns up to 18 degrees or zooms up to a third. Takes as long as some tens of looks.
[[nodiscard]] ViewMotion find_motion(const Structure& known, const OrientationField& view);

} // namespace vedette::vision
