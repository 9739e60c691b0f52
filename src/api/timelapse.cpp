#include "timelapse.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace vedette::api {
namespace {

namespace fs = std::filesystem;

/// A folder for one file, for its owner alone; gone with this.
class ScratchFolder {
public:
    static Result<ScratchFolder> make() {
        std::error_code failed;
        std::string path = (fs::temp_directory_path(failed) / "vedette-timelapse-XXXXXX").string();
        if (failed || ::mkdtemp(path.data()) == nullptr)
            return Error{ErrorCode::unavailable,
                         "a time lapse needs some room in " + path +
                             ", which cannot be had: set TMPDIR to a folder that has some"};
        return ScratchFolder{path};
    }
    ScratchFolder(ScratchFolder&& other) noexcept : path_{std::move(other.path_)} {
        other.path_.clear();
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty())
            fs::remove_all(path_, ignored);
    }
    [[nodiscard]] fs::path file() const { return path_ / "timelapse.mp4"; }

private:
    explicit ScratchFolder(fs::path path) : path_{std::move(path)} {}
    fs::path path_;
};

Result<std::vector<std::byte>> bytes_of(const fs::path& file, std::uint64_t size) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(size));
    std::ifstream in{file, std::ios::binary};
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in)
        return Error{ErrorCode::unavailable, "a time lapse that was made cannot be read again"};
    return bytes;
}

} // namespace

Result<std::vector<std::byte>> TimelapseMaker::make(const RecordingParts& parts, double speed,
                                                    const imaging::PictureMask& mask,
                                                    const Clock& clock,
                                                    recording::ExportManifest& manifest,
                                                    const std::stop_token& stop) {
    using Options = recording::TimelapseOptions;
    const double seconds =
        std::chrono::duration<double>(manifest.asked_to - manifest.asked_from).count();
    if (seconds / speed * Options::kFrameRate > kMostPictures)
        return Error{ErrorCode::invalid_argument,
                     "that would be more than " + std::to_string(kMostPictures) +
                         " pictures: ask for a speed of " +
                         std::to_string(std::lround(
                             std::ceil(seconds * Options::kFrameRate / kMostPictures))) +
                         " or more, or use `vedette export --timelapse`"};
    const std::unique_lock lock{busy_, std::try_to_lock};
    if (!lock.owns_lock())
        return Error{ErrorCode::unavailable,
                     "another time lapse is being made: try again in a minute"};
    VEDETTE_TRY(const ScratchFolder folder, ScratchFolder::make());
    VEDETTE_CHECK_OK(recording::export_timelapse(*parts.files, *parts.index, folder.file(),
                                                 {.speed = speed}, mask, clock, *parts.log,
                                                 manifest, stop));
    return bytes_of(folder.file(), manifest.bytes);
}

} // namespace vedette::api
