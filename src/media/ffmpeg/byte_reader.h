#pragma once

#include <memory>
#include <optional>

#include "ffmpeg/handles.h"
#include "vedette/media/byte_source.h"

namespace vedette::media::ffmpeg {

/// Lets libavformat read a ByteInput.
///
/// Thread-compatible; must outlive what reads from context().
class ByteReader {
public:
    explicit ByteReader(std::unique_ptr<ByteInput> bytes);
    ~ByteReader();
    ByteReader(const ByteReader&) = delete;
    ByteReader& operator=(const ByteReader&) = delete;

    /// At the first byte again. Owned by this.
    [[nodiscard]] AVIOContext* context();
    /// What the input said when it could not be read.
    [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

private:
    static int read(void* self, std::uint8_t* into, int size);
    static std::int64_t seek(void* self, std::int64_t offset, int whence);

    std::unique_ptr<ByteInput> bytes_;
    std::uint64_t at_ = 0;
    std::optional<Error> failure_;
    AVIOContext* context_ = nullptr;
};

} // namespace vedette::media::ffmpeg
