#include "vedette/imaging/jpeg.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <span>
#include <string>
#include <turbojpeg.h>
#include <unistd.h>

#include "vedette/imaging/transform.h"

namespace vedette::imaging {
namespace {

namespace fs = std::filesystem;

Error write_error(int error_number, const fs::path& path) {
    const auto because = [&](const char* advice) {
        return "write '" + path.string() + "': " + std::strerror(error_number) + advice;
    };
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return {ErrorCode::resource_exhausted,
                because("; free some space or choose another folder")};
    case EACCES:
    case EPERM:
    case EROFS:
        return {ErrorCode::permission_denied, because("; choose a folder that may be written to")};
    default: return {ErrorCode::unavailable, because("")};
    }
}

class UniqueFd {
public:
    explicit UniqueFd(int fd) noexcept : fd_{fd} {}
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

/// \return 0 or an errno value
int write_whole(int fd, std::span<const std::uint8_t> bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? errno : EIO;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

int write_new_file(const fs::path& path, std::span<const std::uint8_t> bytes) noexcept {
    constexpr int kMode = 0644;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): open() has no other form
    const UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode)};
    return file.get() < 0 ? errno : write_whole(file.get(), bytes);
}

/// Without it a power cut could take the new name back.
void sync_folder_of(const fs::path& path) noexcept {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
    const UniqueFd fd{
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)}; // NOLINT(*-vararg): as above
    if (fd.get() >= 0)
        ::fsync(fd.get());
}

Image as_bgr(const ImageView& image) { return crop_bgr(image, {}); }

} // namespace

Result<std::vector<std::uint8_t>> encode_jpeg(const ImageView& image, int quality) {
    if (image.empty())
        return Error{ErrorCode::invalid_argument, "encode JPEG: the picture is empty"};
    const Image bgr = as_bgr(image);
    const ImageView view = bgr.view();
    const std::unique_ptr<void, int (*)(tjhandle)> encoder{tjInitCompress(), tjDestroy};
    unsigned char* made = nullptr;
    unsigned long size = 0;
    const int failed =
        tjCompress2(encoder.get(), view.planes[0].data, view.width_px,
                    static_cast<int>(view.planes[0].stride_bytes), view.height_px, TJPF_BGR, &made,
                    &size, TJSAMP_420, std::clamp(quality, 1, 100), 0);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> bytes{made, tjFree};
    if (failed != 0)
        return Error{ErrorCode::internal, "encode JPEG: the encoder refuses " +
                                              std::to_string(image.width_px) + "x" +
                                              std::to_string(image.height_px) +
                                              " pixels: " + tjGetErrorStr2(encoder.get())};
    return std::vector<std::uint8_t>(bytes.get(), bytes.get() + size);
}

Status write_jpeg(const ImageView& image, int quality, const fs::path& path) {
    VEDETTE_TRY(const auto bytes, encode_jpeg(image, quality));
    fs::path temporary = path;
    temporary +=
        "." + std::to_string(::gettid()) + ".tmp"; // one writer per thread: no other uses this name
    int failed = write_new_file(temporary, bytes);
    if (failed == 0 && ::rename(temporary.c_str(), path.c_str()) != 0)
        failed = errno;
    if (failed != 0) {
        ::unlink(temporary.c_str());
        return write_error(failed, path);
    }
    sync_folder_of(path);
    return {};
}

} // namespace vedette::imaging
