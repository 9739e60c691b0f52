#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "vedette/base/clock.h"

namespace vedette::media {

enum class PacketKind { video = 1, audio };

/// One compressed picture, or a piece of sound, as the camera sent it. Cheap to copy: the bytes are
/// shared and immutable. One made of null has no bytes and the time 0: for sources that are
/// scripted.
class Packet {
public:
    struct Data; ///< holds the libav packet; private to media

    explicit Packet(std::shared_ptr<const Data> data) : data_{std::move(data)} {}
    [[nodiscard]] PacketKind kind() const noexcept;
    /// Presentation time after repair: strictly increasing in decoding order is not promised.
    [[nodiscard]] StreamTime at() const noexcept;
    /// In the order of decoding, at most at(). Where a stream does not tell, the time of
    /// presentation stands for it, and then goes back a little where pictures are re-ordered.
    [[nodiscard]] StreamTime decoding_at() const noexcept;
    /// A picture that can be decoded without those before it; never true of sound.
    [[nodiscard]] bool key_frame() const noexcept;
    /// Whether the stream's own times jumped at this packet, and were mended.
    [[nodiscard]] bool time_jumped() const noexcept;
    /// Whether other pictures are built on this one; nothing where the codec does not show it
    /// (H.264 and H.265 do).
    [[nodiscard]] std::optional<bool> is_reference() const noexcept;
    [[nodiscard]] std::size_t size_bytes() const noexcept;
    /// The same for packets of one codec and set-up, for telling whether they changed; null for one
    /// made of null.
    [[nodiscard]] const void* set_up() const noexcept;
    [[nodiscard]] const Data& data() const noexcept { return *data_; }

private:
    std::shared_ptr<const Data> data_;
};

} // namespace vedette::media
