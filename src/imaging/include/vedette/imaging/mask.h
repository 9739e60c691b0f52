#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "vedette/imaging/image_view.h"

namespace vedette::imaging {

/// A corner of a part of a picture, as shares of its width and height, 0..1.
struct MaskCorner {
    float x = 0;
    float y = 0;
    friend bool operator==(const MaskCorner&, const MaskCorner&) = default;
};

/// Its last corner is joined to its first. Where its edges cross, all that they go round is inside.
using MaskPolygon = std::vector<MaskCorner>;

/// Pixels [begin, end) of row y.
struct MaskRun {
    int y = 0;
    int begin = 0;
    int end = 0;
    friend bool operator==(const MaskRun&, const MaskRun&) = default;
};

/// Parts of a picture of any size.
///
/// Thread-compatible; copies share nothing.
class PictureMask {
public:
    PictureMask() = default; ///< nothing
    /// Polygons of fewer than three corners cover nothing; what lies outside 0..1 is cut off.
    /// \pre all numbers are finite
    explicit PictureMask(std::vector<MaskPolygon> polygons) : polygons_{std::move(polygons)} {}

    [[nodiscard]] bool empty() const noexcept { return polygons_.empty(); }
    [[nodiscard]] const std::vector<MaskPolygon>& polygons() const noexcept { return polygons_; }

    /// Every pixel that a polygon touches, in order of rows and within a row; runs do not overlap.
    [[nodiscard]] std::vector<MaskRun> runs(int width_px, int height_px) const;

    friend bool operator==(const PictureMask&, const PictureMask&) = default;

private:
    std::vector<MaskPolygon> polygons_;
};

/// A mask that is laid over pictures of a size that seldom changes: its runs are found once.
///
/// Thread-compatible.
class MaskPainter {
public:
    explicit MaskPainter(PictureMask mask) : mask_{std::move(mask)} {}
    [[nodiscard]] bool empty() const noexcept { return mask_.empty(); }
    /// Makes what the mask covers black, in any format; of 4:2:0 every colour sample that belongs
    /// to a covered pixel, too.
    /// \param picture  whose format and size count
    /// \param planes   the same planes, to be written
    void black_out(const ImageView& picture, const std::array<std::uint8_t*, 3>& planes);

private:
    PictureMask mask_;
    int width_px_ = 0;
    int height_px_ = 0;
    std::vector<MaskRun> runs_;
};

} // namespace vedette::imaging
