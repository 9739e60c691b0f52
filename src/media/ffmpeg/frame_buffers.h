#pragma once

#include <memory>
#include <mutex>

#include "ffmpeg/handles.h"
#include "vedette/imaging/frame_pool.h"

namespace vedette::media::ffmpeg {

/// Memory for the pictures of one decoder: a pool for the size now in use, made anew when the size
/// changes.
///
/// Thread-safe: libavcodec asks on its own threads.
class FrameBuffers {
public:
    explicit FrameBuffers(std::size_t max_buffers) : max_buffers_{max_buffers} {}

    /// \return null when all buffers of this size are in use
    [[nodiscard]] std::shared_ptr<imaging::PixelBuffer> acquire(std::size_t bytes);
    /// See imaging::FramePool::release_idle().
    void release_idle();
    /// Of the size now in use.
    [[nodiscard]] std::size_t allocated() const;
    [[nodiscard]] std::size_t in_use() const;

private:
    const std::size_t max_buffers_;
    mutable std::mutex mutex_;
    std::unique_ptr<imaging::FramePool> pool_; // under mutex_
};

/// Makes libavcodec put its pictures into `buffers`, which must outlive `codec`.
void use_buffers(AVCodecContext& codec, FrameBuffers& buffers);

/// Gives `frame` (format and size set) memory from `buffers`. \return 0 or an AVERROR
int attach_memory(AVFrame& frame, FrameBuffers& buffers, int aligned_width, int aligned_height);

} // namespace vedette::media::ffmpeg
