#include "sources/file/file_source.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unistd.h>

#include "ffmpeg/demuxer.h"
#include "pictures/picture_header.h"
#include "pictures/picture_source.h"
#include "vedette/base/text.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNoIndex =
    "the MP4 file was cut short, or its recording never ended: its index is missing";
constexpr std::size_t kBytesToJudge = 64; // the kind of a file shows in its first bytes

Status check_readable(const fs::path& path) {
    std::error_code failed;
    const auto status = fs::status(path, failed);
    const std::string what = "open '" + path.string() + "': ";
    if (status.type() == fs::file_type::not_found)
        return Error{ErrorCode::not_found, what + "there is no such file"};
    if (::access(path.c_str(), R_OK) != 0)
        return Error{errno == EACCES ? ErrorCode::permission_denied : ErrorCode::unavailable,
                     what + std::strerror(errno)};
    if (status.type() == fs::file_type::regular && fs::file_size(path, failed) == 0)
        return Error{ErrorCode::invalid_argument, what + "the file is empty"};
    return {};
}

std::vector<std::uint8_t> first_bytes(const fs::path& path) {
    std::array<char, kBytesToJudge> bytes{};
    std::ifstream file{path, std::ios::binary};
    file.read(bytes.data(), bytes.size());
    return {bytes.begin(), bytes.begin() + file.gcount()};
}

/// GIF moves, and a run of JPEGs in one file is a video.
bool is_single_picture(const fs::path& path, std::span<const std::uint8_t> start) {
    const auto kind = picture_kind(start);
    const std::string ending = lower_ascii(path.extension().string());
    return kind && *kind != PictureKind::gif && ending != ".mjpeg" && ending != ".mjpg";
}

/// MP4 and MOV start with a box of this type; their index comes last unless the writer moved it.
bool is_mp4(std::span<const std::uint8_t> start) {
    return start.size() >= 8 && std::memcmp(start.data() + 4, "ftyp", 4) == 0;
}

WallTime modified_at(const fs::path& path) {
    std::error_code failed;
    const auto when = fs::last_write_time(path, failed);
    if (failed)
        return WallTime{};
    return std::chrono::time_point_cast<WallTime::duration>(std::chrono::file_clock::to_sys(when));
}

} // namespace

Result<std::unique_ptr<Source>> open_file_source(const fs::path& path, const SourceOptions& options,
                                                 const Clock& clock, Log& log) {
    VEDETTE_CHECK_OK(check_readable(path));
    const auto start = first_bytes(path);
    if (is_single_picture(path, start))
        return open_picture_source({path}, path.string(), modified_at(path), options, log);

    ffmpeg::DemuxerSpec spec{.url = "file:" + path.string(),
                             .name = path.string(),
                             .protocols = "file,crypto,data",
                             .settings = {{"pattern_type", "none"}},
                             .live = false,
                             .unreadable_hint = is_mp4(start) ? kNoIndex : "",
                             .started_at = modified_at(path)};
    VEDETTE_TRY(auto demuxer, ffmpeg::Demuxer::open(std::move(spec), options, clock));
    return std::unique_ptr<Source>{std::move(demuxer)};
}

} // namespace vedette::media
