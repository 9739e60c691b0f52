#include "v4l2/settings.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <linux/videodev2.h>
#include <system_error>

#include "v4l2/formats.h"
#include "vedette/base/text.h"

namespace vedette::media {
namespace {

constexpr int kManyLines = 1080;
constexpr double kFluent = 10; ///< pictures per second; fewer are chosen only if there is no choice

Error refusal(const UsbCamera& camera, const std::string& what) {
    return {ErrorCode::invalid_argument, "open '" + camera.path.string() + "': " + what};
}

std::string formats_in(const UsbCamera& camera) {
    std::string out;
    for (const UsbCameraFormat& one : camera.formats)
        out += (out.empty() ? "" : " ") + one.name;
    return out.empty() ? "none" : out;
}

const UsbCameraFormat* best_format(const UsbCamera& camera) {
    const UsbCameraFormat* best = nullptr;
    int rank = 0;
    for (const UsbCameraFormat& one : camera.formats) {
        const auto known = format_by_name(one.name);
        if (known && (best == nullptr || known->rank < rank)) {
            best = &one;
            rank = known->rank;
        }
    }
    return best;
}

/// \pre sizes are the largest first
const UsbCameraSize* best_size(const UsbCameraFormat& format) {
    const UsbCameraSize* fit = nullptr;
    for (const UsbCameraSize& one : format.sizes) {
        const bool fluent = one.rates.empty() || one.rates.front() >= kFluent;
        if (one.height_px <= kManyLines && fluent)
            return &one;
        fit = &one; // the smallest, if none is
    }
    return fit;
}

std::string names_in(const std::vector<UsbCameraControl>& controls) {
    std::string out;
    for (const UsbCameraControl& one : controls)
        out += (out.empty() ? "" : " ") + one.name;
    return out.empty() ? "none" : out;
}

std::string range_of(const UsbCameraControl& control) {
    if (control.words.empty())
        return "it is a number from " + std::to_string(control.minimum) + " to " +
               std::to_string(control.maximum);
    std::string out;
    for (const auto& [value, word] : control.words)
        out += (out.empty() ? "" : ", ") + std::to_string(value) + " (" + word + ")";
    return "it is one of " + out;
}

std::optional<std::int64_t> value_of(const UsbCameraControl& control, const std::string& text) {
    for (const auto& [value, word] : control.words)
        if (same_ignoring_case(word, text))
            return value;
    if (control.minimum == 0 && control.maximum == 1 && (text == "true" || text == "false"))
        return text == "true" ? 1 : 0;
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    if (!whole || number < control.minimum || number > control.maximum)
        return std::nullopt;
    return number;
}

Status set_control(V4l2Device& device, const UsbCamera& camera, const UsbCameraControl& control,
                   const std::string& text) {
    const auto value = value_of(control, text);
    if (!value)
        return refusal(camera, "its control " + control.name + " can't be '" + text +
                                   "': " + range_of(control));
    v4l2_control set{};
    set.id = control.id;
    set.value = static_cast<std::int32_t>(*value);
    if (const int failed = device.control(VIDIOC_S_CTRL, &set); failed != 0)
        return Error{ErrorCode::unavailable,
                     "open '" + camera.path.string() + "': its control " + control.name +
                         " can't be set" +
                         (control.inactive ? ": an automatic is in charge, switch that off first"
                                           : ": " + std::generic_category().message(-failed))};
    return {};
}

} // namespace

Result<V4l2Mode> choose_mode(const UsbCamera& camera, const DeviceOptions& wanted) {
    const auto named = [&](const UsbCameraFormat& one) { return one.name == wanted.format; };
    const UsbCameraFormat* format = best_format(camera);
    if (!wanted.format.empty()) {
        if (!format_by_name(wanted.format))
            return refusal(camera, "the format '" + wanted.format +
                                       "' is not known here; known are " + format_names());
        const auto found = std::find_if(camera.formats.begin(), camera.formats.end(), named);
        format = found == camera.formats.end() ? nullptr : &*found;
    }
    if (format == nullptr)
        return refusal(camera, (wanted.format.empty() ? "it has no format that is known here"
                                                      : "it has no format " + wanted.format) +
                                   std::string{"; it has "} + formats_in(camera));
    V4l2Mode mode{.code = format_by_name(format->name)->code,
                  .width_px = wanted.width_px,
                  .height_px = wanted.height_px,
                  .frame_rate = wanted.frame_rate};
    if ((wanted.width_px == 0) != (wanted.height_px == 0))
        return refusal(camera, "device.width and device.height go together");
    if (wanted.width_px > 0)
        return mode;
    if (const UsbCameraSize* size = best_size(*format)) {
        mode.width_px = size->width_px;
        mode.height_px = size->height_px;
    }
    return mode;
}

Result<V4l2Mode> set_mode(V4l2Device& device, const V4l2Mode& mode, const DeviceOptions& wanted,
                          const std::string& path) {
    const std::string what = "open '" + path + "': ";
    v4l2_format format{};
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format.fmt.pix.pixelformat = mode.code;
    format.fmt.pix.width = static_cast<std::uint32_t>(mode.width_px);
    format.fmt.pix.height = static_cast<std::uint32_t>(mode.height_px);
    format.fmt.pix.field = V4L2_FIELD_ANY;
    if (const int failed = device.control(VIDIOC_S_FMT, &format); failed != 0)
        return Error{ErrorCode::unavailable,
                     what + (failed == -EBUSY ? "another program uses this camera"
                                              : "it can't be set up: " +
                                                    std::generic_category().message(-failed))};
    V4l2Mode got{.code = format.fmt.pix.pixelformat,
                 .width_px = static_cast<int>(format.fmt.pix.width),
                 .height_px = static_cast<int>(format.fmt.pix.height)};
    const bool other_size = wanted.width_px > 0 &&
                            (got.width_px != wanted.width_px || got.height_px != wanted.height_px);
    if (got.code != mode.code || other_size)
        return Error{ErrorCode::invalid_argument,
                     what + "it gives " + letters_of(got.code) + " of " +
                         std::to_string(got.width_px) + "x" + std::to_string(got.height_px) +
                         " where " + letters_of(mode.code) + " of " +
                         std::to_string(mode.width_px) + "x" + std::to_string(mode.height_px) +
                         " was asked for; `vedette discover` lists what it can"};
    v4l2_streamparm timing{};
    timing.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (mode.frame_rate > 0) {
        timing.parm.capture.timeperframe = {
            1000, static_cast<std::uint32_t>(std::lround(mode.frame_rate * 1000))};
        (void)device.control(VIDIOC_S_PARM, &timing); // what came of it is asked for below
    }
    if (device.control(VIDIOC_G_PARM, &timing) == 0 &&
        timing.parm.capture.timeperframe.numerator > 0)
        got.frame_rate = static_cast<double>(timing.parm.capture.timeperframe.denominator) /
                         timing.parm.capture.timeperframe.numerator;
    return got;
}

Status set_controls(V4l2Device& device, const UsbCamera& camera, const DeviceOptions& wanted) {
    for (const auto& one : wanted.controls)
        if (std::none_of(camera.controls.begin(), camera.controls.end(),
                         [&](const UsbCameraControl& known) { return known.name == one.first; }))
            return refusal(camera, "it has no control '" + one.first + "'; it has " +
                                       names_in(camera.controls));
    const auto in_charge = [](const UsbCameraControl& one) {
        return !one.words.empty() || (one.minimum == 0 && one.maximum == 1);
    };
    for (const bool first : {true, false})
        for (const UsbCameraControl& one : camera.controls) {
            const auto found = wanted.controls.find(one.name);
            if (found != wanted.controls.end() && in_charge(one) == first)
                VEDETTE_CHECK_OK(set_control(device, camera, one, found->second));
        }
    return {};
}

} // namespace vedette::media
