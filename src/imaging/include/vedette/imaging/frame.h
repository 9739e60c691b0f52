#pragma once

#include <cstdint>
#include <memory>

#include "vedette/base/clock.h"
#include "vedette/imaging/image_view.h"

namespace vedette::imaging {

/// One decoded picture of one stream, upright. Immutable once published as shared_ptr<const Frame>;
/// several threads may read it at once.
struct Frame {
    ImageView view;
    StreamTime at;        ///< position on the stream's own timeline
    WallTime captured_at; ///< UTC; for files: the file's start (or the epoch) plus the position
    std::uint64_t sequence = 0; ///< counts decoded frames of this stream from 0
    bool key_frame = false;
    std::shared_ptr<const void> owner; ///< keeps the pixels alive
};

using FramePtr = std::shared_ptr<const Frame>;

} // namespace vedette::imaging
