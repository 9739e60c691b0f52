#include "vedette/imaging/transform.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "resampler.h"
#include "vedette/base/assert.h"
#include "yuv.h"

namespace vedette::imaging {
namespace {

PixelRect clamped(const ImageView& source, PixelRect from) noexcept {
    const PixelRect all{0, 0, source.width_px, source.height_px};
    if (from.empty())
        return all;
    const int left = std::clamp(from.x, 0, all.width - 1);
    const int top = std::clamp(from.y, 0, all.height - 1);
    const auto right = std::min<std::int64_t>(std::int64_t{from.x} + from.width, all.width);
    const auto bottom = std::min<std::int64_t>(std::int64_t{from.y} + from.height, all.height);
    return {left, top, std::max(static_cast<int>(right) - left, 1),
            std::max(static_cast<int>(bottom) - top, 1)};
}

bool is_yuv(PixelFormat format) noexcept { return plane_count(format) > 1; }

/// Reads the rectangle of any format, scaled, as rows of B, G, R or of grey.
class RowReader {
public:
    RowReader(const ImageView& source, PixelRect from, int width, int height, PixelFormat wanted)
        : source_{source}, gray_{wanted == PixelFormat::gray8},
          to_rgb_{YuvToRgb::of(source.matrix, source.range)}, columns_{stretch(from.x, from.width),
                                                                       source.width_px, width},
          rows_{stretch(from.y, from.height), source.height_px, height},
          chroma_columns_{half(from.x, from.width), (source.width_px + 1) / 2, width},
          chroma_rows_{half(from.y, from.height), (source.height_px + 1) / 2, height},
          width_{static_cast<std::size_t>(width)}, values_(width_ * 3) {
        add_planes();
    }

    /// B, G, R (or grey, three times) of one row; valid until the next call.
    std::array<float*, 3> row(int y) {
        const std::array<float*, 3> out{values_.data(), values_.data() + width_,
                                        values_.data() + 2 * width_};
        planes_[0].row(y, out);
        if (planes_.size() == 2)
            planes_[1].row(y, {out[1], out[2], nullptr});
        if (planes_.size() == 3) {
            planes_[1].row(y, {out[1], nullptr, nullptr});
            planes_[2].row(y, {out[2], nullptr, nullptr});
        }
        return to_wanted(out);
    }

private:
    static Stretch stretch(int start, int length) noexcept {
        return {static_cast<float>(start), static_cast<float>(length)};
    }
    static Stretch half(int start, int length) noexcept {
        return {static_cast<float>(start) / 2, static_cast<float>(length) / 2};
    }

    void add_planes() {
        const bool yuv = is_yuv(source_.format);
        const bool single = yuv || source_.format == PixelFormat::gray8;
        planes_.reserve(3);
        planes_.emplace_back(source_.planes[0], single ? 1 : 3, columns_, rows_);
        if (!yuv || gray_)
            return;
        const int channels = source_.format == PixelFormat::nv12 ? 2 : 1;
        for (std::size_t i = 1; i < static_cast<std::size_t>(plane_count(source_.format)); ++i)
            planes_.emplace_back(source_.planes[i], channels, chroma_columns_, chroma_rows_);
    }

    [[nodiscard]] std::array<float*, 3> to_wanted(std::array<float*, 3> out) const noexcept {
        if (is_yuv(source_.format)) {
            if (gray_)
                luma_to_gray(to_rgb_, out[0], width_);
            else
                yuv_to_bgr(to_rgb_, out, width_);
            return out;
        }
        if (source_.format == PixelFormat::gray8)
            return {out[0], out[0], out[0]};
        if (source_.format == PixelFormat::rgb24)
            std::swap(out[0], out[2]);
        if (gray_)
            bgr_to_gray(out, width_);
        return out;
    }

    ImageView source_;
    bool gray_;
    YuvToRgb to_rgb_;
    AxisFilter columns_;
    AxisFilter rows_;
    AxisFilter chroma_columns_;
    AxisFilter chroma_rows_;
    std::size_t width_;
    std::vector<float> values_;
    std::vector<PlaneResampler> planes_;
};

/// Where the picture lies in the target, in whole target pixels.
PixelRect place(PixelRect from, int width, int height, Fit fit) {
    if (fit == Fit::stretch)
        return {0, 0, width, height};
    const double scale = std::min(double(width) / from.width, double(height) / from.height);
    const int w = std::clamp(static_cast<int>(std::lround(from.width * scale)), 1, width);
    const int h = std::clamp(static_cast<int>(std::lround(from.height * scale)), 1, height);
    if (fit == Fit::letterbox_corner)
        return {0, 0, w, h};
    return {(width - w) / 2, (height - h) / 2, w, h};
}

void fill_around(Image& out, PixelRect inner, int pad) {
    const auto value = static_cast<std::uint8_t>(std::clamp(pad, 0, 255));
    const auto stride = out.stride_bytes();
    const auto left = static_cast<std::ptrdiff_t>(inner.x) * out.channels();
    const auto right = static_cast<std::ptrdiff_t>(inner.x + inner.width) * out.channels();
    for (int y = 0; y < out.height_px(); ++y) {
        std::uint8_t* row = out.row(y);
        if (y < inner.y || y >= inner.y + inner.height) {
            std::fill_n(row, stride, value);
            continue;
        }
        std::fill(row, row + left, value);
        std::fill(row + right, row + stride, value);
    }
}

void write_row(PixelFormat format, const std::array<float*, 3>& bgr, std::size_t count,
               std::uint8_t* to) {
    if (format == PixelFormat::gray8)
        pack1(bgr[0], count, to);
    else if (format == PixelFormat::rgb24)
        pack3({bgr[2], bgr[1], bgr[0]}, count, to);
    else
        pack3({bgr[0], bgr[1], bgr[2]}, count, to);
}

} // namespace

// NOLINTNEXTLINE(readability-function-size): one call says what, from where, into what; a struct would say it twice
Letterbox resize_into(const ImageView& source, PixelRect from, PixelFormat format, int width_px,
                      int height_px, Fit fit, int pad, Image& out) {
    VEDETTE_ASSERT(!source.empty());
    from = clamped(source, from);
    out.reshape(format, width_px, height_px);
    const PixelRect inner = place(from, width_px, height_px, fit);
    fill_around(out, inner, pad);
    RowReader reader{source, from, inner.width, inner.height, format};
    const auto left = static_cast<std::ptrdiff_t>(inner.x) * out.channels();
    for (int y = 0; y < inner.height; ++y)
        write_row(format, reader.row(y), static_cast<std::size_t>(inner.width),
                  out.row(inner.y + y) + left);

    const float scale_x = static_cast<float>(inner.width) / static_cast<float>(from.width);
    const float scale_y = static_cast<float>(inner.height) / static_cast<float>(from.height);
    return {.scale_x = scale_x,
            .scale_y = scale_y,
            .offset_x_px = static_cast<float>(inner.x) - static_cast<float>(from.x) * scale_x,
            .offset_y_px = static_cast<float>(inner.y) - static_cast<float>(from.y) * scale_y};
}

Image crop_bgr(const ImageView& source, PixelRect from) {
    from = clamped(source, from);
    Image out;
    resize_into(source, from, PixelFormat::bgr24, from.width, from.height, Fit::stretch, 0, out);
    return out;
}

ImageView subview(const ImageView& source, PixelRect from) {
    VEDETTE_ASSERT(!source.empty());
    from = clamped(source, from);
    const bool yuv = is_yuv(source.format);
    const int left = yuv ? from.x & ~1 : from.x;
    const int top = yuv ? from.y & ~1 : from.y;
    ImageView out = source;
    out.width_px = from.x + from.width - left;
    out.height_px = from.y + from.height - top;
    const bool three_bytes =
        source.format == PixelFormat::bgr24 || source.format == PixelFormat::rgb24;
    out.planes[0].data += top * source.planes[0].stride_bytes +
                          static_cast<std::ptrdiff_t>(left) * (three_bytes ? 3 : 1);
    const int chroma_left = source.format == PixelFormat::nv12 ? left : left / 2;
    for (std::size_t i = 1; i < static_cast<std::size_t>(plane_count(source.format)); ++i)
        out.planes[i].data += top / 2 * source.planes[i].stride_bytes + chroma_left;
    return out;
}

float sharpness(const ImageView& source, PixelRect from) {
    from = clamped(source, from);
    if (from.width < 3 || from.height < 3)
        return 0;
    Image gray;
    resize_into(source, from, PixelFormat::gray8, from.width, from.height, Fit::stretch, 0, gray);
    double sum = 0;
    double squares = 0;
    for (int y = 1; y + 1 < from.height; ++y) {
        const std::uint8_t* above = gray.row(y - 1);
        const std::uint8_t* here = gray.row(y);
        const std::uint8_t* below = gray.row(y + 1);
        std::int64_t row_sum = 0;
        std::int64_t row_squares = 0;
        for (int x = 1; x + 1 < from.width; ++x) {
            const std::int64_t laplacian =
                above[x] + below[x] + here[x - 1] + here[x + 1] - 4 * here[x];
            row_sum += laplacian;
            row_squares += laplacian * laplacian;
        }
        sum += static_cast<double>(row_sum);
        squares += static_cast<double>(row_squares);
    }
    const double count = double(from.width - 2) * double(from.height - 2);
    const double mean = sum / count;
    return static_cast<float>(squares / count - mean * mean);
}

} // namespace vedette::imaging
