#pragma once

#include <cstdint>

#include "v4l2/device.h"
#include "vedette/media/source.h"
#include "vedette/media/usb_cameras.h"

namespace vedette::media {

/// What a device was set to.
struct V4l2Mode {
    std::uint32_t code = 0; ///< V4L2_PIX_FMT_…
    int width_px = 0;
    int height_px = 0;
    double frame_rate = 0; ///< 0: not told
};

/// Format and size as wanted, or the best: compressed if there is such, of 1080 lines at most.
/// \return invalid_argument naming what there is
[[nodiscard]] Result<V4l2Mode> choose_mode(const UsbCamera& camera, const DeviceOptions& wanted);

/// \return what the driver made of it; invalid_argument if that is something else, unavailable
///   where it refuses
Result<V4l2Mode> set_mode(V4l2Device& device, const V4l2Mode& mode, const DeviceOptions& wanted,
                          const std::string& path);

/// Those that others depend on (automatics) first. \return invalid_argument, naming what there is
Status set_controls(V4l2Device& device, const UsbCamera& camera, const DeviceOptions& wanted);

} // namespace vedette::media
