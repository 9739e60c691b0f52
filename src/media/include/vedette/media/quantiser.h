#pragma once

#include <memory>
#include <optional>

#include "vedette/media/packet.h"

namespace vedette::media {

/// Tells how coarsely the pictures of a stream are quantised, without decoding them: six more are
/// twice as coarse. With it, what a picture costs can be told from what its encoder was willing to
/// spend.
///
/// Thread-compatible. H.264 alone.
class QuantiserReader {
public:
    QuantiserReader();
    ~QuantiserReader();
    QuantiserReader(QuantiserReader&&) noexcept;
    QuantiserReader& operator=(QuantiserReader&&) noexcept;

    /// \pre every packet of the stream is given, in its order: some say how others are to be read
    /// \return of the packet's first slice; nothing where that can't be told
    [[nodiscard]] std::optional<int> read(const Packet& packet);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace vedette::media
