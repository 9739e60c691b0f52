#pragma once

#include <optional>

#include "ffmpeg/handles.h"
#include "ffmpeg/orientation.h"
#include "vedette/media/packet.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// What a decoder needs to know before the first packet.
struct StreamInfo::Parameters {
    ffmpeg::CodecParameters codec;
    ffmpeg::Orientation orientation;
    AVRational frame_rate{0, 1};
};

/// Timestamps of `packet` are repaired and in microseconds of stream time.
struct Packet::Data {
    ffmpeg::PacketHandle packet;
    StreamTime at;
    bool time_jumped = false;
    /// In force from this packet on; another pointer than before means that the codec or its set-up
    /// changed.
    std::shared_ptr<const StreamInfo::Parameters> parameters;
};

} // namespace vedette::media
