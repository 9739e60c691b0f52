#include "vedette/media/packet.h"

#include "ffmpeg/stream_data.h"

namespace vedette::media {

StreamTime Packet::at() const noexcept { return data_->at; }

bool Packet::key_frame() const noexcept { return (data_->packet->flags & AV_PKT_FLAG_KEY) != 0; }

std::size_t Packet::size_bytes() const noexcept {
    return static_cast<std::size_t>(data_->packet->size);
}

} // namespace vedette::media
