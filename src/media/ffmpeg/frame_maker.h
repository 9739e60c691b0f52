#pragma once

#include <atomic>
#include <memory>

#include "ffmpeg/frame_buffers.h"
#include "ffmpeg/handles.h"
#include "ffmpeg/orientation.h"
#include "vedette/base/result.h"
#include "vedette/imaging/frame.h"
#include "vedette/imaging/mask.h"

namespace vedette::media::ffmpeg {

/// The colour conversion that a picture needs; unmarked ones follow the usual habit: BT.709 from
/// 720 lines on.
[[nodiscard]] imaging::ColorMatrix matrix_of(const AVFrame& frame) noexcept;
[[nodiscard]] imaging::ColorRange range_of(const AVFrame& frame) noexcept;

/// Makes frames of ours from what libavcodec gives.
///
/// yuv420p, nv12, gray and rgb24 pictures that are upright keep their memory; others are converted
/// to I420 (video) or bgr24 (RGB pictures) and turned upright in pooled memory. Where there is a
/// mask every picture is a copy: decoders go on building on theirs.
///
/// Thread-compatible. Frames may live on any thread, but not longer than the counter they were made
/// with.
class FrameMaker {
public:
    /// \param mask  what it covers of the upright picture is black in every frame
    FrameMaker(std::size_t max_frames, imaging::PictureMask mask)
        : buffers_{max_frames}, painter_{std::move(mask)},
          alive_{std::make_shared<std::atomic<std::size_t>>(0)} {}

    /// Takes the pixels over; time and number are for the caller to fill in.
    /// \return resource_exhausted if no memory is free: `decoded` is untouched, try again later.
    Result<std::shared_ptr<imaging::Frame>> make(FrameHandle& decoded, Orientation of_stream);

    /// Frames that somebody still holds.
    [[nodiscard]] std::size_t alive() const noexcept {
        return alive_->load(std::memory_order_relaxed);
    }
    [[nodiscard]] const FrameBuffers& buffers() const noexcept { return buffers_; }
    void release_idle() { buffers_.release_idle(); }

private:
    Result<FrameHandle> converted(const AVFrame& from);
    Result<FrameHandle> copied(const AVFrame& from);
    Result<FrameHandle> rotated(const AVFrame& from, Orientation how);
    Result<FrameHandle> new_picture(AVPixelFormat format, int width, int height,
                                    const AVFrame& like);

    FrameBuffers buffers_;
    ScalerHandle scaler_;
    imaging::MaskPainter painter_;
    std::shared_ptr<std::atomic<std::size_t>> alive_;
};

} // namespace vedette::media::ffmpeg
