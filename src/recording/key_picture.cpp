#include "key_picture.h"

#include "clip_parts.h"
#include "segment_bytes.h"
#include "vedette/media/decoder.h"

namespace vedette::recording {
namespace {

Result<std::optional<media::Packet>> first_picture(media::Source& source) {
    for (;;) {
        VEDETTE_TRY(auto packet, source.read({}));
        if (!packet || packet->kind() == media::PacketKind::video)
            return packet;
    }
}

} // namespace

Result<imaging::FramePtr> key_picture(const RecordingFiles& files,
                                      const ports::RecordedSegment& row, const FragmentTable& table,
                                      std::size_t fragment, const imaging::PictureMask& mask,
                                      const Clock& clock, Log& log) {
    const ClipPart part = part_of(row, table, fragment, 1);
    VEDETTE_TRY(auto source, media::open_bytes(std::make_unique<SegmentBytes>(files, part),
                                               row.file, {}, clock));
    const media::DecoderOptions how{.hwaccel = "none", .max_frames = 2, .mask = mask};
    VEDETTE_TRY(const auto decoder, media::Decoder::open(source->info(), how, log));
    VEDETTE_TRY(const auto packet, first_picture(*source));
    if (packet) {
        VEDETTE_CHECK_OK(decoder->send(*packet));
        VEDETTE_CHECK_OK(decoder->finish()); // this one alone
        VEDETTE_TRY(auto frame, decoder->receive());
        if (frame)
            return *std::move(frame);
    }
    return Error{ErrorCode::data_loss, row.file + ": a key frame cannot be decoded"};
}

} // namespace vedette::recording
