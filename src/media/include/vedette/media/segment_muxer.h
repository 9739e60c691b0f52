#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/media/packet.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// A part of a segment that can be played with nothing but the segment's head before it.
struct SegmentFragment {
    std::uint64_t offset = 0; ///< of its first byte in the segment
    std::uint64_t bytes = 0;
    StreamClock::duration from{}; ///< since the segment's first picture, in decoding order
    StreamClock::duration length{};
    bool key_frame = false; ///< begins with one
    friend bool operator==(const SegmentFragment&, const SegmentFragment&) = default;
};

/// Puts packets into a file as they are, nothing decoded: fragmented MP4 (ISO/IEC 14496-12, 8.8),
/// or Matroska where MP4 has no place for a codec (G.711). Fragments begin at a key frame or after
/// a second; what was written up to a fragment's end can be played whatever becomes of the rest.
///
/// Times in the file begin at 0 with the first picture. Thread-compatible.
class SegmentMuxer {
public:
    /// Where the bytes go, in order.
    class Sink {
    public:
        virtual ~Sink() = default;
        virtual Status write(std::span<const std::byte> bytes) = 0;
    };

    /// \param streams  codec and set-up of the pictures, and of the sound if there is any
    /// \param sink     borrowed
    /// \return invalid_argument for a codec that no container here takes; what `sink` says.
    static Result<std::unique_ptr<SegmentMuxer>> open(const StreamInfo& streams, Sink& sink);

    /// What kind of file open() makes of these: "mp4" or "mkv". \return as open().
    static Result<std::string> extension_for(const StreamInfo& streams);

    virtual ~SegmentMuxer() = default;

    /// Whether this packet belongs to the streams it was opened with: no codec or set-up changed.
    [[nodiscard]] virtual bool takes(const Packet& packet) const = 0;

    /// \pre the first one is a key frame, and takes(packet)
    /// \return what the sink said; then nothing more may be written.
    virtual Status write(const Packet& packet) = 0;
    /// Ends the last fragment.
    virtual Status finish() = 0;

    /// Those that are with the sink, whole. The head is before the first.
    [[nodiscard]] virtual const std::vector<SegmentFragment>& fragments() const = 0;
    [[nodiscard]] virtual std::uint64_t head_bytes() const = 0;
};

/// Lets `tap` see every packet of `source` on its way, sound as well; only the pictures go on.
///
/// The tap is called by the thread that reads, and dies with the source.
class PacketTap {
public:
    virtual ~PacketTap() = default;
    virtual void take(const Packet& packet, const StreamInfo& streams) = 0;
    /// Nothing more comes. \param why  for people; empty at the end of a recording
    virtual void end(const std::string& why) = 0;
};
[[nodiscard]] std::unique_ptr<Source> tapped(std::unique_ptr<Source> source,
                                             std::unique_ptr<PacketTap> tap);

} // namespace vedette::media
