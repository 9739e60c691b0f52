#include "vedette/media/picture.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "ffmpeg/frame_maker.h"
#include "ffmpeg/rotate.h"
#include "pictures/picture_file.h"
#include "vedette/base/assert.h"
#include "vedette/base/text.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;
using imaging::Image;
using imaging::PixelFormat;

Result<ffmpeg::FrameHandle> decode(const PictureFile& picture, const fs::path& path,
                                   std::int64_t max_pixels) {
    const std::string what = "decode '" + path.string() + "': ";
    const AVCodec* codec = avcodec_find_decoder(codec_of(picture.kind));
    if (codec == nullptr)
        return Error{ErrorCode::invalid_argument,
                     what + "this machine's FFmpeg has no decoder for it"};
    ffmpeg::CodecContext context{avcodec_alloc_context3(codec)};
    ffmpeg::FrameHandle frame{av_frame_alloc()};
    VEDETTE_ASSERT(context && frame);
    context->max_pixels = ffmpeg::with_coding_margin(max_pixels);
    context->thread_count = 1;
    if (picture.kind !=
        PictureKind::tiff) // half a picture is no picture; TIFF would mind unknown tags
        context->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
    int failed = avcodec_open2(context.get(), codec, nullptr);
    if (failed >= 0)
        failed = avcodec_send_packet(context.get(), picture.bytes.get());
    if (failed >= 0)
        failed = avcodec_send_packet(context.get(), nullptr);
    if (failed >= 0)
        failed = avcodec_receive_frame(context.get(), frame.get());
    if (failed < 0)
        return Error{ErrorCode::data_loss, what + "the picture is damaged or cut short (" +
                                               ffmpeg::error_text(failed) + ")"};
    return frame;
}

Result<Image> to_bgr(const AVFrame& frame, const fs::path& path) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    const ffmpeg::ScalerHandle scaler{sws_getContext(
        frame.width, frame.height, format, frame.width, frame.height, AV_PIX_FMT_BGR24,
        SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr)};
    if (!scaler)
        return Error{ErrorCode::invalid_argument,
                     "decode '" + path.string() +
                         "': its pixels are of a kind that can't be converted"};
    const auto matrix =
        ffmpeg::matrix_of(frame) == imaging::ColorMatrix::bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    const int full =
        ffmpeg::range_of(frame) == imaging::ColorRange::full || frame.format == AV_PIX_FMT_GRAY8
            ? 1
            : 0;
    sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(matrix), full,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    Image out{PixelFormat::bgr24, frame.width, frame.height};
    const std::array<std::uint8_t*, 4> planes{out.row(0), nullptr, nullptr, nullptr};
    const std::array<int, 4> strides{static_cast<int>(out.stride_bytes()), 0, 0, 0};
    sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, planes.data(),
              strides.data());
    return out;
}

Image upright(Image picture, ffmpeg::Orientation how) {
    if (how.is_upright())
        return picture;
    const bool swap = how.swaps_sides();
    Image out{PixelFormat::bgr24, swap ? picture.height_px() : picture.width_px(),
              swap ? picture.width_px() : picture.height_px()};
    ffmpeg::rotate_plane(
        {picture.row(0), picture.stride_bytes(), picture.width_px(), picture.height_px(), 3}, how,
        out.row(0), out.stride_bytes());
    return out;
}

} // namespace

Result<Image> load_picture(const fs::path& path, std::int64_t max_pixels) {
    VEDETTE_TRY(const PictureFile picture, read_picture_file(path, max_pixels));
    VEDETTE_TRY(const ffmpeg::FrameHandle frame, decode(picture, path, max_pixels));
    VEDETTE_TRY(Image bgr, to_bgr(*frame, path));
    return upright(std::move(bgr), ffmpeg::orientation_of(*frame, {}));
}

bool looks_like_picture(const fs::path& path) {
    static constexpr std::array<std::string_view, 10> kEndings{
        ".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".pgm", ".ppm"};
    const std::string ending = lower_ascii(path.extension().string());
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

} // namespace vedette::media
