#include "ffmpeg/byte_reader.h"

#include <cerrno>
#include <cstdio>

#include "ffmpeg/demuxer.h"
#include "vedette/base/assert.h"

namespace vedette::media {
namespace ffmpeg {
namespace {

constexpr int kBufferBytes = 64 << 10;

} // namespace

ByteReader::ByteReader(std::unique_ptr<ByteInput> bytes) : bytes_{std::move(bytes)} {
    auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
    VEDETTE_ASSERT(buffer != nullptr);
    context_ = avio_alloc_context(buffer, kBufferBytes, 0, this, read, nullptr, seek);
    VEDETTE_ASSERT(context_ != nullptr);
}

ByteReader::~ByteReader() {
    av_freep(&context_->buffer); // not the one that it began with if it grew
    avio_context_free(&context_);
}

AVIOContext* ByteReader::context() {
    avio_seek(context_, 0, SEEK_SET);
    return context_;
}

int ByteReader::read(void* self, std::uint8_t* into, int size) {
    auto& reader = *static_cast<ByteReader*>(self);
    const auto got = reader.bytes_->read_at(
        reader.at_, std::as_writable_bytes(std::span{into, static_cast<std::size_t>(size)}));
    if (!got) {
        reader.failure_ = got.error();
        return AVERROR(EIO);
    }
    if (*got == 0)
        return AVERROR_EOF;
    reader.at_ += *got;
    return static_cast<int>(*got);
}

std::int64_t ByteReader::seek(void* self, std::int64_t offset, int whence) {
    auto& reader = *static_cast<ByteReader*>(self);
    const auto size = static_cast<std::int64_t>(reader.bytes_->size());
    if (whence == AVSEEK_SIZE)
        return size;
    const std::int64_t from = whence == SEEK_SET   ? 0
                              : whence == SEEK_CUR ? static_cast<std::int64_t>(reader.at_)
                                                   : size;
    if (from + offset < 0)
        return AVERROR(EINVAL);
    reader.at_ = static_cast<std::uint64_t>(from + offset);
    return from + offset;
}

} // namespace ffmpeg

Result<std::unique_ptr<Source>> open_bytes(std::unique_ptr<ByteInput> bytes,
                                           const std::string& name, const SourceOptions& options,
                                           const Clock& clock) {
    ffmpeg::DemuxerSpec spec{.url = name,
                             .name = name,
                             .protocols = "none",
                             .settings = {{"format_whitelist", "mov,matroska"}},
                             .bytes = std::make_shared<ffmpeg::ByteReader>(std::move(bytes))};
    VEDETTE_TRY(auto demuxer, ffmpeg::Demuxer::open(std::move(spec), options, clock));
    return std::unique_ptr<Source>{std::move(demuxer)};
}

} // namespace vedette::media
