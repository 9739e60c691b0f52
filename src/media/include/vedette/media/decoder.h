#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/frame.h"
#include "vedette/imaging/mask.h"
#include "vedette/media/packet.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// auto: the first hardware decoder that works, else software.
struct DecoderOptions {
    std::string hwaccel = "auto"; ///< auto | none | cuda | vaapi | qsv | v4l2m2m | opencl | …
    int threads = 1;              ///< of the software decoder; 0: as many as cores
    std::size_t max_frames =
        40; ///< pictures alive at once: 16 references at most, and who waits behind
    std::int64_t max_pixels = 100'000'000; ///< of one picture; larger ones are not decoded
    imaging::PictureMask mask{};           ///< black in every picture that comes out, once upright
};

/// Counts for the probe and for tests.
struct DecoderStats {
    std::uint64_t packets = 0;
    std::uint64_t frames = 0;
    std::uint64_t corrupt = 0; ///< packets or frames that could not be decoded
    std::uint64_t dropped = 0; ///< live: pictures that came while too many were held by others
    std::uint64_t size_changes = 0;
    std::size_t buffers_allocated =
        0;               ///< picture buffers made since the last size change; constant once warm
    std::string decoder; ///< "h264 (software)", "h264 (vaapi)"
};

/// Which of the pictures in a packet the caller is going to use.
enum class Wanted {
    every_picture = 1,
    references_only, ///< what no other picture builds on may be left out: half the work of a
                     ///< typical stream
};

/// Turns packets into upright frames whose pixels live in pooled memory.
///
/// Thread-compatible. A damaged packet costs its frames, is counted, and decoding goes on. Survives
/// changes of size and codec parameters in the stream. A hardware decoder that fails is replaced by
/// software for good; damaged packets after its first picture are not taken for its failure unless
/// they go on.
///
/// When others hold `max_frames` pictures, a live stream's next ones are dropped and counted (a
/// camera can't wait, and its packets must go on being decoded, because later ones build on them);
/// a file's packet is refused, and nothing is lost.
class Decoder {
public:
    virtual ~Decoder() = default;

    /// \return invalid_argument if no decoder of this machine knows the codec.
    static Result<std::unique_ptr<Decoder>> open(const StreamInfo& stream,
                                                 const DecoderOptions& options, Log& log);

    /// \return resource_exhausted if too many frames are held by others and the stream is not live
    ///   (nothing is lost: call again after releasing some); unavailable or invalid_argument only
    ///   when decoding can't go on at all.
    virtual Status send(const Packet& packet, Wanted wanted) = 0;
    Status send(const Packet& packet) { return send(packet, Wanted::every_picture); }
    /// No more packets: what is still inside comes out of receive().
    virtual Status finish() = 0;
    /// \return a frame, or nothing when more packets are needed (or all came out after finish());
    ///   resource_exhausted as send(), also without loss; data_loss for a picture of a kind that
    ///   can't be converted: it is left out, the next call gives the next one.
    [[nodiscard]] virtual Result<std::optional<imaging::FramePtr>> receive() = 0;
    /// What is sent next does not follow what was sent before: what is still inside is dropped, and
    /// the next packet should be a key frame. Times may go back here. Also after finish().
    /// \return as open(), where a decoder must be opened anew for that.
    virtual Status restart() = 0;
    /// Gives back memory that it keeps for pictures to come and does not use now.
    virtual void release_memory() = 0;
    [[nodiscard]] virtual const DecoderStats& stats() const = 0;
};

/// One line per accelerator that libavcodec was built with and that opens on this machine; for
/// `doctor`.
struct Accelerator {
    std::string name;
    bool works = false;
    std::string detail; ///< why not, or the device
};
[[nodiscard]] std::vector<Accelerator> accelerators();

/// Names of video decoders that matter to cameras and are present: h264, hevc, av1, mjpeg, vp8,
/// vp9, mpeg4.
[[nodiscard]] std::vector<std::string> video_decoders();

} // namespace vedette::media
