#include "vedette/imaging/mask.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace vedette::imaging {
namespace {

/// A polygon's corner in pixels. Doubles: in a float's rounding a pixel could stay uncovered.
struct Corner {
    double x = 0;
    double y = 0;
};

/// Pixels [begin, end) of the row at hand.
using Span = std::pair<int, int>;

double x_at(const Corner& a, const Corner& b, double y) {
    return a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
}

/// The pixels of one row that a polygon touches: those that an edge passes through, and those
/// between edges, judged at the middle of the row.
class Row {
public:
    Row(int y, int width_px) : y_{y}, width_px_{width_px} {}

    void add(const std::vector<Corner>& polygon) {
        crossings_.clear();
        for (std::size_t i = 0; i < polygon.size(); ++i)
            add_edge(polygon[i], polygon[(i + 1) % polygon.size()]);
        std::sort(crossings_.begin(), crossings_.end());
        int winding = 0;
        for (std::size_t i = 0; i + 1 < crossings_.size(); ++i) {
            winding += crossings_[i].second;
            if (winding != 0)
                cover(crossings_[i].first, crossings_[i + 1].first);
        }
    }

    void append_to(std::vector<MaskRun>& runs) {
        std::sort(spans_.begin(), spans_.end());
        const std::size_t before = runs.size();
        for (const auto& [begin, end] : spans_)
            if (runs.size() > before && begin <= runs.back().end)
                runs.back().end = std::max(runs.back().end, end);
            else
                runs.push_back({y_, begin, end});
    }

private:
    void add_edge(const Corner& a, const Corner& b) {
        const double middle = y_ + 0.5;
        if ((a.y <= middle) != (b.y <= middle))
            crossings_.emplace_back(x_at(a, b, middle), a.y < b.y ? 1 : -1);
        const double top = std::max(std::min(a.y, b.y), static_cast<double>(y_));
        const double bottom = std::min(std::max(a.y, b.y), y_ + 1.0);
        if (a.y == b.y && a.y > y_ && a.y < y_ + 1.0)
            cover(std::min(a.x, b.x), std::max(a.x, b.x));
        if (top < bottom) // else it is elsewhere, or only meets this row's border
            cover(std::min(x_at(a, b, top), x_at(a, b, bottom)),
                  std::max(x_at(a, b, top), x_at(a, b, bottom)));
    }

    void cover(double from, double to) {
        const int begin = within(std::floor(from));
        const int end = within(std::ceil(to));
        if (begin < end)
            spans_.emplace_back(begin, end);
    }
    /// Cut off before it becomes a whole number, which not every double has.
    [[nodiscard]] int within(double x) const {
        return static_cast<int>(std::clamp(x, 0.0, static_cast<double>(width_px_)));
    }

    const int y_;
    const int width_px_;
    std::vector<std::pair<double, int>> crossings_; ///< where, and which way round
    std::vector<Span> spans_;
};

struct Black {
    std::uint8_t luma = 0;
    std::uint8_t chroma = 128;
};

Black black_of(const ImageView& picture) {
    const bool yuv = picture.format == PixelFormat::i420 || picture.format == PixelFormat::nv12;
    return {static_cast<std::uint8_t>(yuv && picture.range == ColorRange::limited ? 16 : 0), 128};
}

void fill(std::uint8_t* plane, std::ptrdiff_t stride_bytes, const MaskRun& run, int bytes_each,
          std::uint8_t value) {
    std::memset(plane + run.y * stride_bytes + std::ptrdiff_t{run.begin} * bytes_each, value,
                static_cast<std::size_t>(run.end - run.begin) *
                    static_cast<std::size_t>(bytes_each));
}

} // namespace

std::vector<MaskRun> PictureMask::runs(int width_px, int height_px) const {
    std::vector<std::vector<Corner>> scaled;
    for (const MaskPolygon& polygon : polygons_) {
        if (polygon.size() < 3)
            continue;
        auto& corners = scaled.emplace_back();
        for (const MaskCorner& corner : polygon)
            corners.push_back({double{corner.x} * width_px, double{corner.y} * height_px});
    }
    std::vector<MaskRun> out;
    for (int y = 0; y < height_px && !scaled.empty(); ++y) {
        Row row{y, width_px};
        for (const auto& polygon : scaled)
            row.add(polygon);
        row.append_to(out);
    }
    return out;
}

void MaskPainter::black_out(const ImageView& picture, const std::array<std::uint8_t*, 3>& planes) {
    if (width_px_ != picture.width_px || height_px_ != picture.height_px) {
        width_px_ = picture.width_px;
        height_px_ = picture.height_px;
        runs_ = mask_.runs(width_px_, height_px_);
    }
    const Black black = black_of(picture);
    const bool packed =
        picture.format == PixelFormat::bgr24 || picture.format == PixelFormat::rgb24;
    for (const MaskRun& run : runs_) {
        fill(planes[0], picture.planes[0].stride_bytes, run, packed ? 3 : 1, black.luma);
        const MaskRun halved{run.y / 2, run.begin / 2, (run.end + 1) / 2};
        if (picture.format == PixelFormat::nv12)
            fill(planes[1], picture.planes[1].stride_bytes, halved, 2, black.chroma);
        for (std::size_t i = 1; picture.format == PixelFormat::i420 && i < 3; ++i)
            fill(planes[i], picture.planes[i].stride_bytes, halved, 1, black.chroma);
    }
}

} // namespace vedette::imaging
