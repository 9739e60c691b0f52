#pragma once

#include <filesystem>
#include <memory>

#include "vedette/imaging/image.h"
#include "vedette/media/video_writer.h"
#include "vedette/pipeline/processor.h"

namespace vedette::app {

/// Draws what is being followed on every picture and writes it as a video.
///
/// Thread-compatible. The file is made with the first picture, in its size.
class Annotator final : public pipeline::FrameObserver {
public:
    /// \param frame_rate nominal, of the input; 0 if unknown
    Annotator(std::filesystem::path file, double frame_rate);
    Status frame_done(const imaging::Frame& frame,
                      std::span<const pipeline::LiveTrack> tracks) override;
    /// Must be called; without it the end of the video is missing.
    Status finish();

private:
    const std::filesystem::path file_;
    const double frame_rate_;
    std::unique_ptr<media::VideoWriter> writer_;
    imaging::Image canvas_;
    int width_px_ = 0;
    int height_px_ = 0;
};

} // namespace vedette::app
