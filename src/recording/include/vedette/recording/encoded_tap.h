#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/imaging/mask.h"
#include "vedette/media/encoder.h"
#include "vedette/media/segment_muxer.h"
#include "vedette/recording/recorder.h"

namespace vedette::recording {

/// How a camera's pictures are encoded again before they are recorded.
struct EncodeOptions {
    media::VideoCodec codec = media::VideoCodec::h264;
    std::string encoder = "auto"; ///< as EncoderChooser::open()
    media::EncodeQuality quality = media::EncodeQuality::medium;
    std::int64_t max_bit_rate = 0; ///< bits per second; 0: what the quality takes
    double max_fps = 0;            ///< 0: as it comes
    int max_height_px = 0;         ///< larger ones are scaled down; 0: as it comes
    friend bool operator==(const EncodeOptions&, const EncodeOptions&) = default;
};

/// One that decodes what it gets, burns the mask in, encodes it and hands it on, on a thread of its
/// own that lets others go first. The capture thread never waits: of what comes faster than it can
/// be encoded, up to `max_waiting_bytes` and four seconds wait, then pictures are lost up to the
/// next key frame, counted. Under load quality and rate go down, and up again when there is time.
///
/// An encoder that fails is replaced by the next that works; what it had not given out yet is
/// encoded again. If none works: without a mask packets are recorded as they come, with one nothing
/// is, which RecordingStatus::problem says; both are logged. It is tried again after half a minute.
struct EncodeParts {
    std::shared_ptr<media::EncoderChooser> encoders;
    Metrics& metrics; ///< borrowed, like log and clock
    Log& log;
    const Clock& clock;
    domain::CameraId camera;
    imaging::PictureMask mask{};
    std::string hwaccel = "auto"; ///< who decodes
    std::size_t max_waiting_bytes = std::size_t{16} << 20U;
};
[[nodiscard]] std::unique_ptr<media::PacketTap>
encoded(std::unique_ptr<RecorderTap> into, const EncodeOptions& options, const EncodeParts& parts);

} // namespace vedette::recording
