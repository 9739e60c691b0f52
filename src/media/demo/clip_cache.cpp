#include "demo/clip_cache.h"

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include <fstream>

#include "demo/frame_queue.h"
#include "demo/truth_file.h"
#include "vedette/crypto/sha256.h"
#include "vedette/media/video_writer.h"

namespace vedette::media {
namespace demo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What belongs to one clip. The seal is written last: without it, or if it does not fit, there is
/// no clip.
struct ClipFiles {
    fs::path video, truth, seal, lock, part_video, part_truth, part_seal;

    ClipFiles(const fs::path& dir, const std::string& name)
        : video{dir / (name + ".mp4")}, truth{dir / (name + ".truth.json")},
          seal{dir / (name + ".seal.json")}, lock{dir / (name + ".lock")},
          part_video{dir / (name + ".part.mp4")}, part_truth{dir / (name + ".part.truth.json")},
          part_seal{dir / (name + ".part.seal.json")} {}

    void remove_parts() const {
        std::error_code ignored;
        for (const fs::path& part : {part_video, part_truth, part_seal})
            fs::remove(part, ignored);
    }
};

/// Holds a lock between processes; the kernel frees it if the process dies.
class FileLock {
public:
    /// Waits until it is ours. \return cancelled; permission_denied or unavailable with the path
    static Result<FileLock> wait(const fs::path& path, const std::stop_token& stop) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return Error{errno == EACCES || errno == EROFS ? ErrorCode::permission_denied
                         : errno == ENOSPC                 ? ErrorCode::resource_exhausted
                                                           : ErrorCode::unavailable,
                         "open '" + path.string() + "': " + std::strerror(errno) +
                             "; choose another cache folder"};
        FileLock lock{fd};
        std::mutex mutex;
        std::condition_variable_any never;
        while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR)
                return Error{ErrorCode::unavailable,
                             "lock '" + path.string() + "': " + std::strerror(errno)};
            std::unique_lock waiting{mutex};
            never.wait_for(waiting, stop, std::chrono::milliseconds{100}, [] { return false; });
            if (stop.stop_requested())
                return Error{ErrorCode::cancelled,
                             "waiting for another process that renders the demo clip"};
        }
        return lock;
    }
    FileLock(FileLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock() {
        if (fd_ >= 0)
            ::close(fd_);
    }

private:
    explicit FileLock(int fd) noexcept : fd_{fd} {}
    int fd_;
};

bool matches(const fs::path& path, const json& entry) {
    std::error_code failed;
    if (fs::file_size(path, failed) != entry.at("bytes").get<std::uintmax_t>() || failed)
        return false;
    const auto hash = crypto::sha256_file(path);
    return hash && *hash == entry.at("sha256").get<std::string>();
}

/// Whether the clip is there and every byte of it is as it was written.
bool intact(const ClipFiles& files) {
    std::ifstream in{files.seal, std::ios::binary};
    const json seal = json::parse(in, nullptr, false);
    try {
        return matches(files.video, seal.at("video")) && matches(files.truth, seal.at("truth"));
    } catch (const json::exception&) {
        return false; // no seal, or one that was cut short
    }
}

Result<json> sealed(const fs::path& path) {
    VEDETTE_TRY(const std::string hash, crypto::sha256_file(path));
    std::error_code failed;
    const auto bytes = fs::file_size(path, failed);
    if (failed)
        return Error{ErrorCode::unavailable, "read '" + path.string() + "': " + failed.message()};
    return json{{"bytes", bytes}, {"sha256", hash}};
}

int drawing_threads() {
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
}

Status render_to(const ClipFiles& files, const DemoOptions& options, const DemoProgress& progress,
                 const std::stop_token& stop) {
    const Scene scene{options, drawing_threads()};
    VEDETTE_TRY(auto writer, VideoWriter::open(files.part_video, {.width_px = options.width_px,
                                                                  .height_px = options.height_px,
                                                                  .frame_rate = options.frame_rate,
                                                                  .quality = 21}));
    DemoTruth truth{options.width_px, options.height_px, options.frame_rate, {}};
    FrameQueue queue{scene, drawing_threads()};
    while (auto frame = queue.next(stop)) {
        VEDETTE_CHECK_OK(writer->write(frame->picture.view(), frame->truth.at));
        truth.frames.push_back(std::move(frame->truth));
        if (progress)
            progress(static_cast<int>(truth.frames.size()), scene.frame_count());
    }
    if (stop.stop_requested())
        return Error{ErrorCode::cancelled, "rendering the demo clip"};
    VEDETTE_CHECK_OK(writer->finish());
    VEDETTE_CHECK_OK(write_truth(truth, files.part_truth));
    VEDETTE_TRY(json video_seal, sealed(files.part_video));
    VEDETTE_TRY(json truth_seal, sealed(files.part_truth));
    return write_text(
        json{{"video", std::move(video_seal)}, {"truth", std::move(truth_seal)}}.dump(),
        files.part_seal);
}

/// The old seal goes first and the new one comes last, so a crash between leaves no clip rather
/// than a wrong one.
Status publish(const ClipFiles& files) {
    std::error_code failed;
    fs::remove(files.seal, failed);
    for (const auto& [from, to] :
         {std::pair{files.part_video, files.video}, std::pair{files.part_truth, files.truth},
          std::pair{files.part_seal, files.seal}}) {
        fs::rename(from, to, failed);
        if (failed)
            return Error{ErrorCode::unavailable,
                         "rename '" + from.string() + "': " + failed.message()};
    }
    return {};
}

} // namespace

std::string clip_name(const DemoOptions& options) {
    constexpr std::string_view kTimes[] = {"day", "dusk", "both"};
    std::ostringstream name;
    name << "street-" << options.seed << '-' << options.width_px << 'x' << options.height_px << '-'
         << options.frame_rate << "fps-" << options.seconds << "s-"
         << kTimes[static_cast<std::size_t>(options.time) - 1] << "-v" << kLookVersion;
    return name.str();
}

fs::path default_cache_dir() {
    // NOLINTBEGIN(concurrency-mt-unsafe): the environment is only read
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
        return fs::path{cache} / "vedette" / "demo";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return fs::path{home} / ".cache" / "vedette" / "demo";
    // NOLINTEND(concurrency-mt-unsafe)
    std::error_code failed;
    return fs::temp_directory_path(failed) / "vedette-demo";
}

} // namespace demo

Result<DemoClip> ensure_demo_clip(const DemoOptions& options,
                                  const std::filesystem::path& cache_dir,
                                  const DemoProgress& progress, const std::stop_token& stop) {
    const auto dir = cache_dir.empty() ? demo::default_cache_dir() : cache_dir;
    std::error_code failed;
    std::filesystem::create_directories(dir, failed);
    if (failed)
        return Error{failed == std::errc::permission_denied ||
                             failed == std::errc::read_only_file_system
                         ? ErrorCode::permission_denied
                         : ErrorCode::unavailable,
                     "make the cache folder '" + dir.string() + "': " + failed.message() +
                         "; choose another"};
    const demo::ClipFiles files{dir, demo::clip_name(options)};
    if (demo::intact(files))
        return DemoClip{files.video, files.truth};
    VEDETTE_TRY(const auto lock, demo::FileLock::wait(files.lock, stop));
    if (demo::intact(files)) // another process was faster
        return DemoClip{files.video, files.truth};
    Status rendered = demo::render_to(files, options, progress, stop);
    if (rendered)
        rendered = demo::publish(files);
    files.remove_parts();
    if (!rendered)
        return std::move(rendered).error().with_context("render the demo street");
    return DemoClip{files.video, files.truth};
}

} // namespace vedette::media
