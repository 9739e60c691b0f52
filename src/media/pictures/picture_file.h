#pragma once

#include <filesystem>

#include "ffmpeg/handles.h"
#include "pictures/picture_header.h"
#include "vedette/base/result.h"

namespace vedette::media {

/// A picture file in memory, judged but not decoded.
struct PictureFile {
    ffmpeg::PacketHandle bytes;
    PictureKind kind = PictureKind::jpeg;
    PictureSize size; ///< 0 x 0 if only decoding can tell
};

/// \return as load_picture()
Result<PictureFile> read_picture_file(const std::filesystem::path& path, std::int64_t max_pixels);

[[nodiscard]] AVCodecID codec_of(PictureKind kind) noexcept;

} // namespace vedette::media
