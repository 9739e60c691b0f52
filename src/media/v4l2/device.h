#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "vedette/base/result.h"

namespace vedette::media {

/// A video device of Linux, as far as it is asked by ioctl(2). Tests script one.
///
/// Thread-compatible.
class V4l2Device {
public:
    virtual ~V4l2Device() = default;
    /// \return 0, or a negative errno
    [[nodiscard]] virtual int control(unsigned long request, void* argument) = 0;
    /// A buffer of the driver in our memory, as long as the device is open. \return empty if it
    /// can't be had
    [[nodiscard]] virtual std::span<const std::byte> map(std::size_t length,
                                                         std::int64_t offset) = 0;
    /// Waits for a picture. \return 1 if there is one, 0 if not in time, or a negative errno
    [[nodiscard]] virtual int wait(std::chrono::milliseconds limit) = 0;
};

/// \return not_found, permission_denied, unavailable if it is busy or no video device
Result<std::unique_ptr<V4l2Device>> open_v4l2_device(const std::filesystem::path& path);

} // namespace vedette::media
