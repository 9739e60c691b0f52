#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "vedette/base/result.h"

/// Cameras of this machine: whatever Linux shows as a video device (Video4Linux 2), by USB or not.
namespace vedette::media {

/// One size of pictures and how often they can come.
struct UsbCameraSize {
    int width_px = 0;
    int height_px = 0;
    std::vector<double> rates; ///< pictures per second, the fastest first; empty: not told
};

struct UsbCameraFormat {
    std::string name; ///< as `device.format` takes it: "mjpeg", "h264", "yuyv422", …; what this
                      ///< program can't use has the four letters of its maker
    std::string description;          ///< as the driver says
    bool usable = false;              ///< by this program
    std::vector<UsbCameraSize> sizes; ///< the largest first
};

struct UsbCameraControl {
    std::string name; ///< as `device.controls` takes it: "exposure_time_absolute"
    std::uint32_t id = 0;
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
    std::int64_t step = 1;
    std::int64_t normal = 0; ///< after a reset
    std::int64_t value = 0;  ///< now
    bool inactive = false;   ///< another control is in charge, such as an automatic
    std::vector<std::pair<std::int64_t, std::string>> words; ///< of a menu: value and word
};

struct UsbCamera {
    std::filesystem::path path;    ///< /dev/video0
    std::filesystem::path lasting; ///< a link that names the same camera after a restart, or empty
    std::string name;              ///< "HD Webcam C525"
    std::string driver;
    std::string bus; ///< "usb-0000:00:14.0-1"
    std::vector<UsbCameraFormat> formats;
    std::vector<UsbCameraControl> controls;
};

/// What a device can. \return as open; invalid_argument if it takes no pictures (a camera has
/// further devices, for its metadata)
[[nodiscard]] Result<UsbCamera> describe_usb_camera(const std::filesystem::path& path);

/// A device that could not be asked.
struct UsbCameraFailure {
    std::filesystem::path path;
    Error error;
};
struct UsbCameras {
    std::vector<UsbCamera> cameras;
    std::vector<UsbCameraFailure> failures; ///< but not of devices that take no pictures
};
/// All of them, in the order of their numbers; 64 at most.
/// \param devices  where they are: /dev
[[nodiscard]] UsbCameras list_usb_cameras(const std::filesystem::path& devices = "/dev");

} // namespace vedette::media
