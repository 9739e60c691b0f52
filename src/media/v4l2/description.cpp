#include "v4l2/description.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <linux/videodev2.h>
#include <string_view>

#include "v4l2/formats.h"
#include "vedette/base/text.h"

namespace vedette::media {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostFormats = 32; // a broken driver may have no end of each
constexpr unsigned kMostSizes = 64;
constexpr unsigned kMostRates = 32;
constexpr unsigned kMostControls = 128;
constexpr std::int64_t kMostWords = 64;
constexpr int kMostDevices = 64;

/// Bytes of a driver, which may lack their end.
template <class Char, std::size_t N>
std::string text_of(const Char (&bytes)[N]) {
    std::string out;
    for (std::size_t i = 0; i < N && bytes[i] != 0; ++i) {
        const auto c = static_cast<char>(bytes[i]);
        out += c >= ' ' && c <= '~' ? c : '?';
    }
    return out;
}

double rate_of(const v4l2_fract& interval) {
    return interval.numerator == 0 ? 0
                                   : static_cast<double>(interval.denominator) /
                                         static_cast<double>(interval.numerator);
}

std::vector<double> rates_of(V4l2Device& device, std::uint32_t code, std::uint32_t width,
                             std::uint32_t height) {
    std::vector<double> rates;
    for (unsigned i = 0; i < kMostRates; ++i) {
        v4l2_frmivalenum one{};
        one.index = i;
        one.pixel_format = code;
        one.width = width;
        one.height = height;
        if (device.control(VIDIOC_ENUM_FRAMEINTERVALS, &one) != 0)
            break;
        if (one.type == V4L2_FRMIVAL_TYPE_DISCRETE) {
            rates.push_back(rate_of(one.discrete));
            continue;
        }
        rates = {rate_of(one.stepwise.min), rate_of(one.stepwise.max)}; // anything between
        break;
    }
    rates.erase(std::remove(rates.begin(), rates.end(), 0.0), rates.end());
    std::sort(rates.rbegin(), rates.rend());
    rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
    return rates;
}

void add_size(V4l2Device& device, std::uint32_t code, std::uint32_t width, std::uint32_t height,
              std::vector<UsbCameraSize>& sizes) {
    constexpr std::uint32_t kLargest = 32'768;
    if (width == 0 || height == 0 || width > kLargest || height > kLargest)
        return;
    sizes.push_back(
        {static_cast<int>(width), static_cast<int>(height), rates_of(device, code, width, height)});
}

std::vector<UsbCameraSize> sizes_of(V4l2Device& device, std::uint32_t code) {
    std::vector<UsbCameraSize> sizes;
    for (unsigned i = 0; i < kMostSizes; ++i) {
        v4l2_frmsizeenum one{};
        one.index = i;
        one.pixel_format = code;
        if (device.control(VIDIOC_ENUM_FRAMESIZES, &one) != 0)
            break;
        if (one.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
            add_size(device, code, one.discrete.width, one.discrete.height, sizes);
            continue;
        }
        // Anything between: the ends stand for all.
        add_size(device, code, one.stepwise.max_width, one.stepwise.max_height, sizes);
        add_size(device, code, one.stepwise.min_width, one.stepwise.min_height, sizes);
        break;
    }
    std::stable_sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
        return std::int64_t{a.width_px} * a.height_px > std::int64_t{b.width_px} * b.height_px;
    });
    return sizes;
}

std::vector<UsbCameraFormat> formats_of(V4l2Device& device) {
    std::vector<UsbCameraFormat> formats;
    for (unsigned i = 0; i < kMostFormats; ++i) {
        v4l2_fmtdesc one{};
        one.index = i;
        one.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        if (device.control(VIDIOC_ENUM_FMT, &one) != 0)
            break;
        const auto known = format_by_code(one.pixelformat);
        formats.push_back({.name = known ? std::string{known->name} : letters_of(one.pixelformat),
                           .description = text_of(one.description),
                           .usable = known.has_value(),
                           .sizes = sizes_of(device, one.pixelformat)});
    }
    return formats;
}

void read_words(V4l2Device& device, UsbCameraControl& control) {
    const std::int64_t last = std::min(control.maximum, control.minimum + kMostWords);
    for (std::int64_t value = std::max<std::int64_t>(control.minimum, 0); value <= last; ++value) {
        v4l2_querymenu word{};
        word.id = control.id;
        word.index = static_cast<std::uint32_t>(value);
        if (device.control(VIDIOC_QUERYMENU, &word) == 0) // there may be holes
            control.words.emplace_back(value, text_of(word.name));
    }
}

} // namespace

std::vector<UsbCameraControl> controls_of(V4l2Device& device) {
    std::vector<UsbCameraControl> controls;
    v4l2_queryctrl query{};
    query.id = V4L2_CTRL_FLAG_NEXT_CTRL;
    for (unsigned i = 0; i < kMostControls && device.control(VIDIOC_QUERYCTRL, &query) == 0;
         ++i, query.id |= V4L2_CTRL_FLAG_NEXT_CTRL) {
        const bool number = query.type == V4L2_CTRL_TYPE_INTEGER ||
                            query.type == V4L2_CTRL_TYPE_BOOLEAN ||
                            query.type == V4L2_CTRL_TYPE_MENU;
        if (!number || (query.flags & V4L2_CTRL_FLAG_DISABLED) != 0)
            continue;
        UsbCameraControl one;
        one.name = as_identifier(text_of(query.name), '_');
        one.id = query.id;
        one.minimum = query.minimum;
        one.maximum = query.maximum;
        one.step = query.step;
        one.normal = query.default_value;
        one.inactive = (query.flags & V4L2_CTRL_FLAG_INACTIVE) != 0;
        if (query.type == V4L2_CTRL_TYPE_MENU)
            read_words(device, one);
        v4l2_control now{};
        now.id = query.id;
        if (device.control(VIDIOC_G_CTRL, &now) == 0)
            one.value = now.value;
        controls.push_back(std::move(one));
    }
    return controls;
}

Result<UsbCamera> describe_device(V4l2Device& device, const fs::path& path) {
    v4l2_capability can{};
    if (const int failed = device.control(VIDIOC_QUERYCAP, &can); failed != 0)
        return Error{ErrorCode::invalid_argument,
                     "open '" + path.string() + "': it is no video device"};
    const std::uint32_t own =
        (can.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? can.device_caps : can.capabilities;
    if ((own & V4L2_CAP_VIDEO_CAPTURE) == 0 || (own & V4L2_CAP_STREAMING) == 0)
        return Error{ErrorCode::invalid_argument, "open '" + path.string() +
                                                      "': it takes no pictures; a camera has other "
                                                      "devices beside, take the one before"};
    return UsbCamera{.path = path,
                     .lasting = {},
                     .name = text_of(can.card),
                     .driver = text_of(can.driver),
                     .bus = text_of(can.bus_info),
                     .formats = formats_of(device),
                     .controls = controls_of(device)};
}

Result<UsbCamera> describe_usb_camera(const fs::path& path) {
    VEDETTE_TRY(const auto device, open_v4l2_device(path));
    return describe_device(*device, path);
}

namespace {

/// /dev/video7 -> 7.
int number_of(const fs::path& path) {
    const std::string name = path.filename().string();
    constexpr std::string_view kStart = "video";
    if (!name.starts_with(kStart) || name.size() == kStart.size() || name.size() > 9 ||
        !std::all_of(name.begin() + kStart.size(), name.end(),
                     [](unsigned char c) { return std::isdigit(c) != 0; }))
        return -1;
    return std::stoi(name.substr(kStart.size()));
}

/// The link below v4l/by-id (or by-path) that leads to a device.
fs::path lasting_name(const fs::path& devices, const fs::path& device) {
    for (const char* folder : {"v4l/by-id", "v4l/by-path"}) {
        std::error_code failed;
        for (fs::directory_iterator entry{devices / folder, failed}, end; !failed && entry != end;
             entry.increment(failed)) {
            std::error_code unresolved;
            if (fs::equivalent(entry->path(), device, unresolved) && !unresolved)
                return entry->path();
        }
    }
    return {};
}

} // namespace

UsbCameras list_usb_cameras(const fs::path& devices) {
    std::vector<fs::path> paths;
    std::error_code failed;
    for (fs::directory_iterator entry{devices, failed}, end; !failed && entry != end;
         entry.increment(failed))
        if (number_of(entry->path()) >= 0)
            paths.push_back(entry->path());
    std::sort(paths.begin(), paths.end(),
              [](const fs::path& a, const fs::path& b) { return number_of(a) < number_of(b); });
    paths.resize(std::min<std::size_t>(paths.size(), kMostDevices));
    UsbCameras out;
    for (const fs::path& path : paths) {
        auto camera = describe_usb_camera(path);
        if (camera) {
            camera->lasting = lasting_name(devices, path);
            out.cameras.push_back(std::move(*camera));
        } else if (camera.error().code() != ErrorCode::invalid_argument) {
            out.failures.push_back({path, camera.error()});
        }
    }
    return out;
}

} // namespace vedette::media
