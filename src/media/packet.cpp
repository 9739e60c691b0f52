#include "vedette/media/packet.h"

#include "ffmpeg/nal_reference.h"
#include "ffmpeg/stream_data.h"

namespace vedette::media {

StreamTime Packet::at() const noexcept { return data_ ? data_->at : StreamTime{}; }

StreamTime Packet::decoding_at() const noexcept {
    return data_ ? StreamTime{std::chrono::microseconds{data_->packet->dts}} : StreamTime{};
}

PacketKind Packet::kind() const noexcept {
    const bool audio = data_ && data_->parameters->codec->codec_type == AVMEDIA_TYPE_AUDIO;
    return audio ? PacketKind::audio : PacketKind::video;
}

bool Packet::key_frame() const noexcept {
    return data_ && kind() == PacketKind::video && (data_->packet->flags & AV_PKT_FLAG_KEY) != 0;
}

bool Packet::time_jumped() const noexcept { return data_ && data_->time_jumped; }

std::optional<bool> Packet::is_reference() const noexcept {
    if (!data_)
        return std::nullopt;
    const AVCodecParameters& codec = *data_->parameters->codec;
    const AVPacket& packet = *data_->packet;
    return ffmpeg::is_reference(codec.codec_id,
                                {codec.extradata, static_cast<std::size_t>(codec.extradata_size)},
                                {packet.data, static_cast<std::size_t>(packet.size)});
}

std::size_t Packet::size_bytes() const noexcept {
    return data_ ? static_cast<std::size_t>(data_->packet->size) : 0;
}

const void* Packet::set_up() const noexcept { return data_ ? data_->parameters.get() : nullptr; }

} // namespace vedette::media
