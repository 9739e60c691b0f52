#pragma once

#include <algorithm>
#include <string>

#include "vedette/media/byte_source.h"
#include "vedette/recording/clip.h"

namespace vedette::recording {

/// Head and some fragments of a segment as if nothing lay between them: for a decoder. Times are
/// those of the file.
class SegmentBytes final : public media::ByteInput {
public:
    /// \param files  borrowed
    SegmentBytes(const RecordingFiles& files, ClipPart part)
        : files_{files}, part_{std::move(part)} {}

    [[nodiscard]] std::uint64_t size() const override { return part_.head_bytes + part_.bytes(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                              std::span<std::byte> into) override {
        const std::uint64_t end = offset < part_.head_bytes ? part_.head_bytes : size();
        if (offset >= end)
            return std::size_t{0};
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, into.size()));
        const std::uint64_t at =
            offset < part_.head_bytes ? offset : part_.offset() + (offset - part_.head_bytes);
        return files_.read_at(part_.file, at, into.first(count));
    }

private:
    const RecordingFiles& files_;
    const ClipPart part_;
};

} // namespace vedette::recording
