#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/image.h"
#include "vedette/imaging/mask.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// A preview strip: a minute of a camera's recordings as one JPEG with small pictures from left to
/// right, each from the beginning of a step; black where nothing is recorded. It lies beside the
/// recordings and goes with them.
constexpr std::chrono::seconds kPreviewStep{10};
constexpr std::size_t kPreviewTiles = 6;
constexpr int kTileWidth_px = 160; ///< pictures of another shape are fitted in
constexpr int kTileHeight_px = 90;

/// What a strip's name says.
struct PreviewStrip {
    domain::CameraId camera;
    WallTime minute;                       ///< a whole one, UTC
    std::array<bool, kPreviewTiles> has{}; ///< a picture, by step
    friend bool operator==(const PreviewStrip&, const PreviewStrip&) = default;
};
/// "gate/2026-11-28/14/1423.strip-3f.jpg": which steps have a picture, as hexadecimal bits.
[[nodiscard]] std::string file_of_strip(const PreviewStrip& strip);
/// \return nothing for the name of something else.
[[nodiscard]] std::optional<PreviewStrip> strip_of_file(std::string_view file);

/// Strips of the minutes that overlap [from, to), in order of time.
/// \param camera  may be any text, and be none of a camera \return errors of the disk.
[[nodiscard]] Result<std::vector<PreviewStrip>>
strips_of(const RecordingFiles& files, const domain::CameraId& camera, WallTime from, WallTime to);
/// The JPEG. \return not_found; data_loss; errors of the disk.
[[nodiscard]] Result<std::vector<std::byte>> read_strip(const RecordingFiles& files,
                                                        const PreviewStrip& strip);

/// Small pictures of one minute, bgr24 of the size of a tile; empty: none yet.
using PreviewTiles = std::array<imaging::Image, kPreviewTiles>;
/// A picture fitted into a tile.
[[nodiscard]] imaging::Image tile_of(const imaging::ImageView& picture);

/// What came of making one.
struct MadeStrip {
    /// Nothing: nothing is recorded in that minute, or none of it can be decoded.
    std::optional<PreviewStrip> strip;
    bool try_again = false; ///< something could not be read now, and may be later
};
/// Makes the strip of a minute: what `tiles` has of steps in which something is recorded, the first
/// key frame of the others, each decoded by itself. A strip that is there already is replaced, but
/// not by one of fewer pictures as long as others may still come. If the recordings are deleted
/// meanwhile it is gone when this returns.
/// \param mask  of privacy, for what is decoded here
/// \return errors of index and disk.
[[nodiscard]] Result<MadeStrip> make_strip(RecordingFiles& files,
                                           const ports::RecordingIndex& index,
                                           const domain::CameraId& camera, WallTime minute,
                                           PreviewTiles tiles, const imaging::PictureMask& mask,
                                           const Clock& clock, Log& log);

/// Removes the strips of these minutes of which nothing is recorded any more.
/// \param deleted  what was
/// \return how many went; errors of index and disk.
Result<std::uint64_t> remove_strips_of(RecordingFiles& files, const ports::RecordingIndex& index,
                                       const std::vector<ports::RecordedSegment>& deleted);
/// The same for all strips that there are. Reads the names of all recordings.
Result<std::uint64_t> remove_stale_strips(RecordingFiles& files,
                                          const ports::RecordingIndex& index);
/// All strips of a camera.
Result<std::uint64_t> remove_all_strips(RecordingFiles& files, const domain::CameraId& camera);

} // namespace vedette::recording
