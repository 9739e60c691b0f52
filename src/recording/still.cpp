#include "vedette/recording/still.h"

#include <algorithm>
#include <cmath>

#include "clip_parts.h"
#include "segment_bytes.h"
#include "vedette/imaging/jpeg.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/frame_reader.h"

namespace vedette::recording {
namespace {

constexpr int kMostPictures = 3'000;
constexpr int kQuality = 88;
constexpr std::size_t kPage = 100;
/// Times in files are of 1/90000 s, of Matroska of a millisecond.
constexpr std::chrono::microseconds kRounding{600};

/// The last one that had begun by then; where clocks are late it stands for a moment longer.
Result<ports::RecordedSegment> segment_at(const ports::RecordingIndex& index,
                                          const domain::CameraId& camera, WallTime at) {
    VEDETTE_TRY(const auto rows, index.list({.camera = camera,
                                             .from = at - kClockJitter,
                                             .to = at + WallTime::duration{1},
                                             .limit = kPage}));
    if (rows.empty())
        return nothing_recorded(index, camera);
    const auto covering =
        std::find_if(rows.rbegin(), rows.rend(), [&](const auto& row) { return at < row.end; });
    return covering == rows.rend() ? rows.back() : *covering;
}

Result<std::vector<std::uint8_t>> jpeg_of(const imaging::ImageView& picture, int longest_side_px,
                                          Still& still) {
    const int longest = std::max(picture.width_px, picture.height_px);
    const double scale = std::min(1.0, static_cast<double>(longest_side_px) / longest);
    still.width_px = std::max(1, static_cast<int>(std::lround(picture.width_px * scale)));
    still.height_px = std::max(1, static_cast<int>(std::lround(picture.height_px * scale)));
    imaging::Image out;
    imaging::resize_into(picture, {}, imaging::PixelFormat::bgr24, still.width_px, still.height_px,
                         imaging::Fit::stretch, 0, out);
    return imaging::encode_jpeg(out.view(), kQuality);
}

struct Shown {
    imaging::FramePtr frame;
    StreamClock::duration after{}; ///< the first picture
};

/// \param after  the first picture that `reader` gives
Result<Shown> frame_at(media::FrameReader& reader, StreamClock::duration after) {
    std::optional<StreamTime> first;
    Shown shown;
    for (int pictures = 0; pictures < kMostPictures; ++pictures) {
        VEDETTE_TRY(auto frame, reader.next());
        if (frame && !first)
            first = (*frame)->at;
        if (!frame || (shown.frame && (*frame)->at - *first > after + kRounding)) {
            if (!shown.frame)
                return Error{ErrorCode::data_loss, "no picture can be decoded there"};
            return shown;
        }
        shown = {*frame, (*frame)->at - *first};
    }
    return Error{ErrorCode::resource_exhausted,
                 "the last key frame is more than 3000 pictures away: let the camera send key "
                 "frames more often"};
}

} // namespace

Result<Still> picture_at(const RecordingFiles& files, const ports::RecordingIndex& index,
                         const domain::CameraId& camera, WallTime at, int longest_side_px,
                         const imaging::PictureMask& mask, const Clock& clock, Log& log) {
    VEDETTE_TRY(const auto row, segment_at(index, camera, at));
    VEDETTE_TRY(const auto table, fragments_from(row.fragments));
    auto part = part_of(row, table, at, at + WallTime::duration{1});
    if (!part)
        return nothing_recorded(index, camera);
    const WallTime begins = part->from;
    VEDETTE_TRY(auto source, media::open_bytes(std::make_unique<SegmentBytes>(files, *part),
                                               row.file, {}, clock));
    VEDETTE_TRY(auto reader, media::FrameReader::open(std::move(source),
                                                      {.hwaccel = "none", .mask = mask}, log));
    auto shown = frame_at(reader, at - begins);
    if (!shown)
        return std::move(shown.error()).with_context(row.file);
    Still still{.at = begins + shown->after, .segment = row.id};
    VEDETTE_TRY(still.jpeg, jpeg_of(shown->frame->view, longest_side_px, still));
    return still;
}

} // namespace vedette::recording
