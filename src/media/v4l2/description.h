#pragma once

#include "v4l2/device.h"
#include "vedette/media/usb_cameras.h"

namespace vedette::media {

/// Asks an open device what it can. \return invalid_argument if it takes no pictures
[[nodiscard]] Result<UsbCamera> describe_device(V4l2Device& device,
                                                const std::filesystem::path& path);

/// The controls alone.
[[nodiscard]] std::vector<UsbCameraControl> controls_of(V4l2Device& device);

} // namespace vedette::media
