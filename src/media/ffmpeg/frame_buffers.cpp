#include "ffmpeg/frame_buffers.h"

#include <array>
#include <cerrno>

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace vedette::media::ffmpeg {
namespace {

constexpr int kStrideAlignment = 64;
// Optimised codecs may read and write a little beyond a plane.
constexpr std::size_t kPlanePadding = 128;

using SharedBuffer = std::shared_ptr<imaging::PixelBuffer>;

void release(void* holder, std::uint8_t* /*data*/) {
    const std::unique_ptr<SharedBuffer> owner{static_cast<SharedBuffer*>(holder)};
}

struct Layout {
    std::array<int, 4> strides{};
    std::array<std::size_t, 4> plane_bytes{};
    std::size_t total_bytes = 0;
};

/// \return false if the format or size is not one that libav knows how to lay out
bool lay_out(AVPixelFormat format, int width, int height, Layout& out) {
    // Strides follow from a width; widen it until each of them is aligned, as planes differ in
    // subsampling.
    for (bool aligned = false; !aligned; width += width & ~(width - 1)) {
        if (av_image_fill_linesizes(out.strides.data(), format, width) < 0)
            return false;
        aligned = true;
        for (const int stride : out.strides)
            aligned = aligned && stride % kStrideAlignment == 0;
    }
    const std::array<std::ptrdiff_t, 4> strides{out.strides[0], out.strides[1], out.strides[2],
                                                out.strides[3]};
    if (av_image_fill_plane_sizes(out.plane_bytes.data(), format, height, strides.data()) < 0)
        return false;
    for (const std::size_t bytes : out.plane_bytes)
        out.total_bytes += bytes > 0 ? (bytes + kPlanePadding + 63) / 64 * 64 : 0;
    return true;
}

int get_buffer(AVCodecContext* codec, AVFrame* frame, int flags) {
    const auto format = static_cast<AVPixelFormat>(frame->format);
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    const bool hardware =
        description == nullptr || (description->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0;
    if (hardware || (codec->codec->capabilities & AV_CODEC_CAP_DR1) == 0)
        return avcodec_default_get_buffer2(codec, frame, flags);
    int width = frame->width;
    int height = frame->height;
    std::array<int, AV_NUM_DATA_POINTERS> ignored{};
    avcodec_align_dimensions2(codec, &width, &height, ignored.data());
    return attach_memory(*frame, *static_cast<FrameBuffers*>(codec->opaque), width, height);
}

} // namespace

std::shared_ptr<imaging::PixelBuffer> FrameBuffers::acquire(std::size_t bytes) {
    const std::scoped_lock lock{mutex_};
    if (!pool_ || pool_->bytes_each() != bytes)
        pool_ = std::make_unique<imaging::FramePool>(max_buffers_, bytes);
    return pool_->try_acquire();
}

void FrameBuffers::release_idle() {
    const std::scoped_lock lock{mutex_};
    if (pool_)
        pool_->release_idle();
}

std::size_t FrameBuffers::allocated() const {
    const std::scoped_lock lock{mutex_};
    return pool_ ? pool_->allocated() : 0;
}

std::size_t FrameBuffers::in_use() const {
    const std::scoped_lock lock{mutex_};
    return pool_ ? pool_->in_use() : 0;
}

int attach_memory(AVFrame& frame, FrameBuffers& buffers, int aligned_width, int aligned_height) {
    Layout layout;
    if (!lay_out(static_cast<AVPixelFormat>(frame.format), aligned_width, aligned_height, layout))
        return AVERROR(EINVAL);
    auto holder = std::make_unique<SharedBuffer>(buffers.acquire(layout.total_bytes));
    if (!*holder)
        return AVERROR(ENOMEM);
    std::uint8_t* at = (*holder)->data();
    frame.buf[0] = av_buffer_create(at, layout.total_bytes, release, holder.get(), 0);
    if (frame.buf[0] == nullptr)
        return AVERROR(ENOMEM);
    static_cast<void>(holder.release()); // now the buffer's
    for (std::size_t plane = 0; plane < 4; ++plane) {
        if (layout.plane_bytes[plane] == 0)
            break;
        frame.data[plane] = at;
        frame.linesize[plane] = layout.strides[plane];
        at += (layout.plane_bytes[plane] + kPlanePadding + 63) / 64 * 64;
    }
    frame.extended_data = frame.data;
    return 0;
}

void use_buffers(AVCodecContext& codec, FrameBuffers& buffers) {
    codec.opaque = &buffers;
    codec.get_buffer2 = get_buffer;
    // libavcodec 59 still asks for this promise, later ones take it for granted.
#if LIBAVCODEC_VERSION_MAJOR < 60
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    codec.thread_safe_callbacks = 1;
#pragma GCC diagnostic pop
#endif
}

} // namespace vedette::media::ffmpeg
