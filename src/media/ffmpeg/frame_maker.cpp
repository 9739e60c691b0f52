#include "ffmpeg/frame_maker.h"

#include <array>
#include <optional>

#include "ffmpeg/formats.h"
#include "ffmpeg/rotate.h"
#include "vedette/base/assert.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace vedette::media::ffmpeg {
namespace {

using imaging::PixelFormat;

std::optional<PixelFormat> direct_format(const AVFrame& frame) {
    switch (frame.format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P: return PixelFormat::i420;
    case AV_PIX_FMT_NV12: return PixelFormat::nv12;
    case AV_PIX_FMT_BGR24: return PixelFormat::bgr24;
    case AV_PIX_FMT_RGB24: return PixelFormat::rgb24;
    case AV_PIX_FMT_GRAY8: // ours is full range by definition
        return frame.color_range == AVCOL_RANGE_MPEG ? std::nullopt
                                                     : std::optional{PixelFormat::gray8};
    default: return std::nullopt;
    }
}

bool is_rgb(int format) {
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
    return description != nullptr &&
           (description->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

/// The bytes of one sample of a plane, its width and height in samples.
RotationSource plane_of(const AVFrame& frame, PixelFormat format, std::size_t plane) {
    const bool chroma = plane > 0;
    RotationSource out{.data = frame.data[plane],
                       .stride_bytes = frame.linesize[plane],
                       .width = chroma ? (frame.width + 1) / 2 : frame.width,
                       .height = chroma ? (frame.height + 1) / 2 : frame.height};
    if (format == PixelFormat::nv12 && chroma)
        out.bytes_each = 2;
    if (format == PixelFormat::bgr24 || format == PixelFormat::rgb24)
        out.bytes_each = 3;
    return out;
}

} // namespace

imaging::ColorMatrix matrix_of(const AVFrame& frame) noexcept {
    switch (frame.colorspace) {
    case AVCOL_SPC_BT709: return imaging::ColorMatrix::bt709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return imaging::ColorMatrix::bt2020;
    case AVCOL_SPC_UNSPECIFIED:
    case AVCOL_SPC_RESERVED:
        return range_of(frame) == imaging::ColorRange::limited && frame.height >= 720
                   ? imaging::ColorMatrix::bt709
                   : imaging::ColorMatrix::bt601;
    default: return imaging::ColorMatrix::bt601;
    }
}

imaging::ColorRange range_of(const AVFrame& frame) noexcept {
    const bool full = frame.color_range == AVCOL_RANGE_JPEG ||
                      frame.format == AV_PIX_FMT_YUVJ420P || frame.format == AV_PIX_FMT_YUVJ422P ||
                      frame.format == AV_PIX_FMT_YUVJ444P || frame.format == AV_PIX_FMT_YUVJ440P ||
                      frame.format == AV_PIX_FMT_YUVJ411P;
    return full ? imaging::ColorRange::full : imaging::ColorRange::limited;
}

Result<FrameHandle> FrameMaker::new_picture(AVPixelFormat format, int width, int height,
                                            const AVFrame& like) {
    FrameHandle out{av_frame_alloc()};
    VEDETTE_ASSERT(out);
    out->format = format;
    out->width = width;
    out->height = height;
    out->colorspace = like.colorspace;
    out->color_range =
        range_of(like) == imaging::ColorRange::full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    out->pts = like.pts;
    out->key_frame = like.key_frame;
    if (attach_memory(*out, buffers_, width, height) < 0)
        return Error{ErrorCode::resource_exhausted,
                     "all picture buffers are in use; release frames and try again"};
    return out;
}

Result<FrameHandle> FrameMaker::converted(const AVFrame& from) {
    const bool rgb = is_rgb(from.format);
    const AVPixelFormat format = rgb ? AV_PIX_FMT_BGR24 : AV_PIX_FMT_YUV420P;
    VEDETTE_TRY(FrameHandle out, new_picture(format, from.width, from.height, from));
    scaler_.reset(sws_getCachedContext(scaler_.release(), from.width, from.height,
                                       static_cast<AVPixelFormat>(from.format), from.width,
                                       from.height, format, SWS_BILINEAR | SWS_ACCURATE_RND,
                                       nullptr, nullptr, nullptr));
    if (!scaler_)
        return Error{ErrorCode::data_loss,
                     std::string{"pictures of the kind "} +
                         av_get_pix_fmt_name(static_cast<AVPixelFormat>(from.format)) +
                         " cannot be converted"};
    const int* matrix = sws_getCoefficients(sws_matrix(matrix_of(from)));
    const int full = range_of(from) == imaging::ColorRange::full ? 1 : 0;
    sws_setColorspaceDetails(scaler_.get(), matrix, full, matrix, full, 0, 1 << 16, 1 << 16);
    sws_scale(scaler_.get(), from.data, from.linesize, 0, from.height, out->data, out->linesize);
    return out;
}

Result<FrameHandle> FrameMaker::copied(const AVFrame& from) {
    const auto format = static_cast<AVPixelFormat>(from.format);
    VEDETTE_TRY(FrameHandle out, new_picture(format, from.width, from.height, from));
    std::array<const std::uint8_t*, 4> planes{from.data[0], from.data[1], from.data[2],
                                              from.data[3]};
    av_image_copy(out->data, out->linesize, planes.data(), from.linesize, format, from.width,
                  from.height);
    return out;
}

Result<FrameHandle> FrameMaker::rotated(const AVFrame& from, Orientation how) {
    const int width = how.swaps_sides() ? from.height : from.width;
    const int height = how.swaps_sides() ? from.width : from.height;
    VEDETTE_TRY(FrameHandle out,
                new_picture(static_cast<AVPixelFormat>(from.format), width, height, from));
    const PixelFormat format = *direct_format(from);
    for (std::size_t i = 0; i < static_cast<std::size_t>(imaging::plane_count(format)); ++i)
        rotate_plane(plane_of(from, format, i), how, out->data[i], out->linesize[i]);
    return out;
}

Result<std::shared_ptr<imaging::Frame>> FrameMaker::make(FrameHandle& decoded,
                                                         Orientation of_stream) {
    const Orientation how = orientation_of(*decoded, of_stream);
    FrameHandle changed;
    if (!direct_format(*decoded)) {
        VEDETTE_TRY(changed, converted(*decoded));
    }
    if (!how.is_upright()) {
        VEDETTE_TRY(changed, rotated(changed ? *changed : *decoded, how));
    }
    if (!painter_.empty() && !changed) {
        VEDETTE_TRY(changed, copied(*decoded));
    }
    FrameHandle owned = changed ? std::move(changed) : std::move(decoded);
    decoded.reset();

    auto frame = std::make_shared<imaging::Frame>();
    auto& view = frame->view;
    view.format = *direct_format(*owned);
    view.matrix = matrix_of(*owned);
    view.range = range_of(*owned);
    view.width_px = owned->width;
    view.height_px = owned->height;
    for (std::size_t i = 0; i < static_cast<std::size_t>(imaging::plane_count(view.format)); ++i)
        view.planes[i] = {owned->data[i], owned->linesize[i]};
    if (!painter_.empty())
        painter_.black_out(view, {owned->data[0], owned->data[1], owned->data[2]});
    frame->key_frame = owned->key_frame != 0;
    alive_->fetch_add(1, std::memory_order_relaxed);
    frame->owner =
        std::shared_ptr<const AVFrame>{owned.release(), [alive = alive_](const AVFrame* done) {
                                           auto* back = const_cast<AVFrame*>(done); // as it came
                                           av_frame_free(&back);
                                           alive->fetch_sub(1, std::memory_order_relaxed);
                                       }};
    return frame;
}

} // namespace vedette::media::ffmpeg
