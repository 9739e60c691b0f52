#include "v4l2/device.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <system_error>
#include <vector>

#include "vedette/base/unique_fd.h"

namespace vedette::media {
namespace {

class RealDevice final : public V4l2Device {
public:
    explicit RealDevice(UniqueFd file) : file_{std::move(file)} {}
    ~RealDevice() override {
        for (const auto& [address, length] : mapped_)
            ::munmap(address, length);
    }
    RealDevice(const RealDevice&) = delete;
    RealDevice& operator=(const RealDevice&) = delete;

    [[nodiscard]] int control(unsigned long request, void* argument) override {
        int done = 0;
        do
            done = ::ioctl(file_.get(), request, argument);
        while (done < 0 && errno == EINTR);
        return done < 0 ? -errno : 0;
    }
    [[nodiscard]] std::span<const std::byte> map(std::size_t length, std::int64_t offset) override {
        void* address =
            ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), offset);
        if (address == MAP_FAILED)
            return {};
        mapped_.emplace_back(address, length);
        return {static_cast<const std::byte*>(address), length};
    }
    [[nodiscard]] int wait(std::chrono::milliseconds limit) override {
        pollfd one{file_.get(), POLLIN, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(limit.count()));
        if (ready < 0)
            return errno == EINTR ? 0 : -errno;
        if (ready > 0 && (one.revents & POLLIN) == 0) // only an error or a hang-up
            return -ENODEV;
        return ready;
    }

private:
    UniqueFd file_; // before mapped_
    std::vector<std::pair<void*, std::size_t>> mapped_;
};

} // namespace

Result<std::unique_ptr<V4l2Device>> open_v4l2_device(const std::filesystem::path& path) {
    UniqueFd file{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    if (file.is_open())
        return std::unique_ptr<V4l2Device>{std::make_unique<RealDevice>(std::move(file))};
    const std::string what = "open '" + path.string() + "': ";
    switch (errno) {
    case ENOENT:
    case ENODEV:
    case ENXIO: return Error{ErrorCode::not_found, what + "there is no such device"};
    case EACCES:
    case EPERM:
        return Error{ErrorCode::permission_denied,
                     what + "using it is not permitted: add this user to the group `video`"};
    default: return Error{ErrorCode::unavailable, what + std::generic_category().message(errno)};
    }
}

} // namespace vedette::media
