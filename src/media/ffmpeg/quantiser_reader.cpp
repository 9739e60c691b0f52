#include "ffmpeg/nal_units.h"
#include "ffmpeg/stream_data.h"
#include "h264/slice_quantiser.h"
#include "vedette/media/quantiser.h"

namespace vedette::media {
namespace {

using ffmpeg::Bytes;

/// Parameter sets of an avcC box (ISO/IEC 14496-15, 5.3.3.1), or between start codes.
void read_set_up(Bytes set_up, h264::SliceQuantiser& quantiser) {
    if (ffmpeg::length_bytes(AV_CODEC_ID_H264, set_up) == 0) {
        ffmpeg::Units units{set_up, 0};
        for (Bytes unit = units.next(); !unit.empty(); unit = units.next())
            (void)quantiser.read(unit);
        return;
    }
    std::size_t at = 5;
    for (const int of_number : {0x1F, 0xFF}) { // sequences, then pictures
        if (at >= set_up.size())
            return;
        for (int left = set_up[at++] & of_number; left > 0 && at + 2 <= set_up.size(); --left) {
            const std::size_t size = std::size_t{set_up[at]} << 8U | set_up[at + 1];
            at += 2;
            const Bytes unit = set_up.subspan(at, std::min(size, set_up.size() - at));
            (void)quantiser.read(unit);
            at += unit.size();
        }
    }
}

} // namespace

struct QuantiserReader::State {
    const void* set_up = nullptr;
    h264::SliceQuantiser quantiser;
};

QuantiserReader::QuantiserReader() : state_{std::make_unique<State>()} {}
QuantiserReader::~QuantiserReader() = default;
QuantiserReader::QuantiserReader(QuantiserReader&&) noexcept = default;
QuantiserReader& QuantiserReader::operator=(QuantiserReader&&) noexcept = default;

std::optional<int> QuantiserReader::read(const Packet& packet) {
    if (packet.set_up() == nullptr)
        return std::nullopt;
    const AVCodecParameters& codec = *packet.data().parameters->codec;
    if (codec.codec_id != AV_CODEC_ID_H264)
        return std::nullopt;
    const Bytes set_up{codec.extradata, static_cast<std::size_t>(codec.extradata_size)};
    if (packet.set_up() != state_->set_up) {
        *state_ = {.set_up = packet.set_up(), .quantiser = {}};
        read_set_up(set_up, state_->quantiser);
    }
    const AVPacket& raw = *packet.data().packet;
    ffmpeg::Units units{{raw.data, static_cast<std::size_t>(raw.size)},
                        ffmpeg::length_bytes(AV_CODEC_ID_H264, set_up)};
    for (Bytes unit = units.next(); !unit.empty(); unit = units.next()) {
        const unsigned kind = unit[0] & 0x1FU;
        const auto quantiser = state_->quantiser.read(unit);
        if (kind >= 1 && kind <= 5) // a slice; what comes after it belongs to it, too
            return quantiser;
    }
    return std::nullopt;
}

} // namespace vedette::media
