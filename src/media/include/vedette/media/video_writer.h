#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/imaging/image_view.h"

namespace vedette::media {

struct VideoWriterOptions {
    int width_px = 0;       ///< even
    int height_px = 0;      ///< even
    double frame_rate = 25; ///< nominal; each picture carries its own time
    int quality = 23;       ///< constant rate factor, 0 (best) .. 51
    int threads = 1;
};

/// Encodes pictures as H.264 in MP4 (another codec of libavcodec where it has no H.264 encoder).
/// The file can be played up to the last fragment even if the process dies.
///
/// Thread-compatible.
class VideoWriter {
public:
    /// \return permission_denied, resource_exhausted or unavailable with the path.
    static Result<std::unique_ptr<VideoWriter>> open(const std::filesystem::path& path,
                                                     const VideoWriterOptions& options);
    virtual ~VideoWriter() = default;
    [[nodiscard]] virtual std::string codec() const = 0; ///< "h264", …
    /// \pre `at` is later than in every earlier call; the picture has the size of the options.
    virtual Status write(const imaging::ImageView& picture, StreamTime at) = 0;
    /// Must be called; without it the last fragment is missing.
    virtual Status finish() = 0;
};

} // namespace vedette::media
