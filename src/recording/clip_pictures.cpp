#include "vedette/recording/clip_pictures.h"

#include <algorithm>

#include "clip_parts.h"
#include "mp4_boxes.h"
#include "mp4_head.h"
#include "mp4_times.h"
#include "segment_bytes.h"
#include "vedette/media/segment_muxer.h"

namespace vedette::recording {
namespace {

constexpr std::uint64_t kLargest_bytes = std::uint64_t{64} << 20U;

class Collected final : public media::SegmentMuxer::Sink {
public:
    Status write(std::span<const std::byte> some) override {
        if (bytes.size() + some.size() > kLargest_bytes)
            return Error{ErrorCode::resource_exhausted,
                         "there is no key frame for 64 MiB: let the camera send some more often"};
        bytes.insert(bytes.end(), some.begin(), some.end());
        return {};
    }
    std::vector<std::byte> bytes;
};

struct Muxed {
    Collected out;
    std::size_t head_bytes = 0;
    std::vector<media::SegmentFragment> fragments;
};

Status copy_pictures(media::Source& source, media::SegmentMuxer& muxer) {
    for (;;) {
        VEDETTE_TRY(const auto packet, source.read({}));
        if (!packet)
            return muxer.finish();
        if (packet->kind() == media::PacketKind::video && muxer.takes(*packet))
            VEDETTE_CHECK_OK(muxer.write(*packet));
    }
}

Result<Muxed> mux(const RecordingFiles& files, const ClipPart& part, const Clock& clock) {
    if (part.bytes() > kLargest_bytes)
        return Error{ErrorCode::resource_exhausted, part.file + ": ask for less at once"};
    VEDETTE_TRY(const auto source, media::open_bytes(std::make_unique<SegmentBytes>(files, part),
                                                     part.file, {}, clock));
    media::StreamInfo pictures = source->info();
    pictures.audio.reset();
    pictures.audio_codec.clear();
    VEDETTE_TRY(const std::string kind, media::SegmentMuxer::extension_for(pictures));
    if (kind != "mp4")
        return Error{ErrorCode::invalid_argument,
                     part.file + ": MP4 has no place for " + pictures.codec};
    Muxed made;
    VEDETTE_TRY(const auto muxer, media::SegmentMuxer::open(pictures, made.out));
    VEDETTE_CHECK_OK(copy_pictures(*source, *muxer));
    made.head_bytes = static_cast<std::size_t>(muxer->head_bytes());
    made.fragments = muxer->fragments();
    return made;
}

/// All fragments begin that much later.
Status shift(Muxed& made, StreamClock::duration later) {
    VEDETTE_TRY(const Mp4Head head,
                read_mp4_head(std::span{made.out.bytes}.first(made.head_bytes)));
    const auto units = static_cast<std::uint64_t>(
        static_cast<long double>(later.count()) * head.pictures().timescale / 1e6L + 0.5L);
    for (const media::SegmentFragment& one : made.fragments) {
        const auto bytes = std::span{made.out.bytes}.subspan(static_cast<std::size_t>(one.offset),
                                                             static_cast<std::size_t>(one.bytes));
        VEDETTE_TRY(const FragmentTimes times, times_in(bytes));
        for (const FragmentTimes::Track& track : times.tracks)
            write_number(bytes.subspan(track.at), track.time + units, track.bytes);
    }
    return {};
}

} // namespace

Result<ClipHead> picture_head_of(const RecordingFiles& files, const ports::RecordedSegment& segment,
                                 const Clock& clock) {
    VEDETTE_TRY(const Clip clip, clip_of(segment, 0, 1, {}));
    VEDETTE_TRY(Muxed made, mux(files, clip.parts.front(), clock));
    made.out.bytes.resize(made.head_bytes);
    VEDETTE_TRY(const Mp4Head about, read_mp4_head(made.out.bytes));
    return ClipHead{std::move(made.out.bytes), about.codecs()};
}

Result<std::vector<std::byte>> pictures_of(const RecordingFiles& files, const Clip& clip,
                                           const Clock& clock) {
    const ClipPart& part = clip.parts.front();
    VEDETTE_TRY(Muxed made, mux(files, part, clock));
    VEDETTE_CHECK_OK(shift(made, part.at));
    auto& bytes = made.out.bytes;
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(made.head_bytes));
    return std::move(bytes);
}

} // namespace vedette::recording
