#include "pictures/picture_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "vedette/base/assert.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 512U << 20U; // larger than any picture of 100 megapixels

Error failed_to(const fs::path& path, ErrorCode code, const std::string& why) {
    return {code, "open '" + path.string() + "': " + why};
}

Result<ffmpeg::PacketHandle> read_bytes(const fs::path& path) {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(path, failed);
    if (failed)
        return failed_to(path,
                         failed == std::errc::no_such_file_or_directory
                             ? ErrorCode::not_found
                             : ErrorCode::invalid_argument,
                         failed == std::errc::no_such_file_or_directory ? "there is no such file"
                                                                        : failed.message());
    if (size == 0)
        return failed_to(path, ErrorCode::invalid_argument, "the file is empty");
    if (size > kMostBytes)
        return failed_to(path, ErrorCode::invalid_argument, "the file is too large for a picture");
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return failed_to(path,
                         errno == EACCES ? ErrorCode::permission_denied : ErrorCode::unavailable,
                         std::strerror(errno));
    ffmpeg::PacketHandle packet{av_packet_alloc()};
    if (!packet || av_new_packet(packet.get(), static_cast<int>(size)) < 0)
        return failed_to(path, ErrorCode::resource_exhausted, "no memory for the file");
    file.read(reinterpret_cast<char*>(packet->data), packet->size);
    if (file.gcount() != packet->size)
        return failed_to(path, ErrorCode::data_loss, "the file could not be read to its end");
    return packet;
}

} // namespace

Result<PictureFile> read_picture_file(const fs::path& path, std::int64_t max_pixels) {
    VEDETTE_TRY(auto bytes, read_bytes(path));
    const std::span<const std::uint8_t> content{bytes->data, static_cast<std::size_t>(bytes->size)};
    const auto kind = picture_kind(content);
    if (!kind)
        return failed_to(
            path, ErrorCode::invalid_argument,
            "not a picture of a kind we know (JPEG, PNG, BMP, WebP, TIFF, GIF, PGM, PPM)");
    const PictureSize size = declared_size(*kind, content).value_or(PictureSize{});
    // Each side first: their product might not fit.
    if (size.width_px > max_pixels || size.height_px > max_pixels ||
        size.width_px * size.height_px > max_pixels)
        return failed_to(path, ErrorCode::invalid_argument,
                         std::to_string(size.width_px) + "x" + std::to_string(size.height_px) +
                             " pixels are more than the " + std::to_string(max_pixels) +
                             " allowed");
    return PictureFile{std::move(bytes), *kind, size};
}

AVCodecID codec_of(PictureKind kind) noexcept {
    switch (kind) {
    case PictureKind::jpeg: return AV_CODEC_ID_MJPEG;
    case PictureKind::png: return AV_CODEC_ID_PNG;
    case PictureKind::bmp: return AV_CODEC_ID_BMP;
    case PictureKind::gif: return AV_CODEC_ID_GIF;
    case PictureKind::webp: return AV_CODEC_ID_WEBP;
    case PictureKind::tiff: return AV_CODEC_ID_TIFF;
    case PictureKind::pgm: return AV_CODEC_ID_PGM;
    case PictureKind::ppm: return AV_CODEC_ID_PPM;
    }
    return AV_CODEC_ID_NONE;
}

} // namespace vedette::media
