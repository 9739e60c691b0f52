#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <linux/videodev2.h>
#include <map>
#include <string>
#include <vector>

#include "v4l2/device.h"

/// A USB camera that answers as the kernel's documentation of Video4Linux says one does (a UVC
/// camera with two formats, three sizes and four controls). No camera was recorded for it.
namespace vedette::media::testing {

class FakeDevice final : public V4l2Device {
public:
    struct State {
        std::uint32_t capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        std::vector<std::uint32_t> formats{V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG,
                                           v4l2_fourcc('P', 'R', 'I', 'V')};
        std::deque<std::string> pictures; ///< given one after the other
        std::deque<std::uint32_t> flags;  ///< of these; 0 if there are fewer
        int error_when_dry = 0;           ///< instead of waiting: -ENODEV is an unplugged one
        int open_error = 0;               ///< of S_FMT
        bool shrinks = false;             ///< gives smaller pictures than it is asked for
        std::map<std::uint32_t, std::int32_t> values{{V4L2_CID_BRIGHTNESS, 128},
                                                     {V4L2_CID_EXPOSURE_AUTO, 3},
                                                     {V4L2_CID_EXPOSURE_ABSOLUTE, 250},
                                                     {V4L2_CID_POWER_LINE_FREQUENCY, 1}};
        std::uint32_t format = 0;
        std::uint32_t width = 0;
        std::uint32_t height = 0;
        v4l2_fract interval{1, 30};
        bool streaming = false;
        std::vector<std::uint32_t> order_of_sets;
    };

    explicit FakeDevice(State& state) : state_{state} {}

    [[nodiscard]] int control(unsigned long request, void* argument) override {
        switch (request) {
        case VIDIOC_QUERYCAP: return capability(*static_cast<v4l2_capability*>(argument));
        case VIDIOC_ENUM_FMT: return format(*static_cast<v4l2_fmtdesc*>(argument));
        case VIDIOC_ENUM_FRAMESIZES: return size(*static_cast<v4l2_frmsizeenum*>(argument));
        case VIDIOC_ENUM_FRAMEINTERVALS: return rate(*static_cast<v4l2_frmivalenum*>(argument));
        case VIDIOC_QUERYCTRL: return query(*static_cast<v4l2_queryctrl*>(argument));
        case VIDIOC_QUERYMENU: return word(*static_cast<v4l2_querymenu*>(argument));
        case VIDIOC_G_CTRL: return get(*static_cast<v4l2_control*>(argument));
        case VIDIOC_S_CTRL: return set(*static_cast<v4l2_control*>(argument));
        case VIDIOC_S_FMT: return set_format(*static_cast<v4l2_format*>(argument));
        case VIDIOC_S_PARM:
            state_.interval = static_cast<v4l2_streamparm*>(argument)->parm.capture.timeperframe;
            return 0;
        case VIDIOC_G_PARM:
            static_cast<v4l2_streamparm*>(argument)->parm.capture.timeperframe = state_.interval;
            return 0;
        case VIDIOC_REQBUFS: return 0;
        case VIDIOC_QUERYBUF: return describe(*static_cast<v4l2_buffer*>(argument));
        case VIDIOC_QBUF: queued_.push_back(static_cast<v4l2_buffer*>(argument)->index); return 0;
        case VIDIOC_DQBUF: return fill(*static_cast<v4l2_buffer*>(argument));
        case VIDIOC_STREAMON: state_.streaming = true; return 0;
        case VIDIOC_STREAMOFF: state_.streaming = false; return 0;
        default: return -ENOTTY;
        }
    }
    [[nodiscard]] std::span<const std::byte> map(std::size_t length, std::int64_t) override {
        memory_.emplace_back(length);
        return memory_.back();
    }
    [[nodiscard]] int wait(std::chrono::milliseconds) override {
        return !state_.pictures.empty() ? 1 : state_.error_when_dry;
    }

private:
    struct Control {
        std::uint32_t id;
        std::uint32_t type;
        const char* name;
        std::int32_t min, max;
    };
    static const std::vector<Control>& controls() {
        static const std::vector<Control> kAll{
            {V4L2_CID_BRIGHTNESS, V4L2_CTRL_TYPE_INTEGER, "Brightness", 0, 255},
            {V4L2_CID_POWER_LINE_FREQUENCY, V4L2_CTRL_TYPE_MENU, "Power Line Frequency", 0, 2},
            {V4L2_CID_EXPOSURE_AUTO, V4L2_CTRL_TYPE_MENU, "Auto Exposure", 0, 3},
            {V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, "Exposure Time, Absolute", 3,
             2047},
        };
        return kAll;
    }
    template <class Bytes>
    static void put(Bytes& into, const std::string& text) {
        std::memcpy(into, text.data(), std::min(sizeof into - 1, text.size()));
    }
    int capability(v4l2_capability& out) const {
        put(out.driver, "uvcvideo");
        put(out.card, "Fake Cam C1");
        put(out.bus_info, "usb-0000:00:14.0-1");
        out.capabilities = state_.capabilities | V4L2_CAP_DEVICE_CAPS | V4L2_CAP_META_CAPTURE;
        out.device_caps = state_.capabilities;
        return 0;
    }
    int format(v4l2_fmtdesc& out) const {
        if (out.index >= state_.formats.size())
            return -EINVAL;
        out.pixelformat = state_.formats[out.index];
        put(out.description, out.pixelformat == V4L2_PIX_FMT_MJPEG ? "Motion-JPEG" : "YUYV 4:2:2");
        return 0;
    }
    static int size(v4l2_frmsizeenum& out) {
        static constexpr std::uint32_t kSizes[][2] = {{640, 480}, {1280, 720}, {2592, 1944}};
        const std::uint32_t count = out.pixel_format == V4L2_PIX_FMT_MJPEG ? 3 : 1;
        if (out.index >= count)
            return -EINVAL;
        out.type = V4L2_FRMSIZE_TYPE_DISCRETE;
        out.discrete = {kSizes[out.index][0], kSizes[out.index][1]};
        return 0;
    }
    static int rate(v4l2_frmivalenum& out) {
        const std::uint32_t count = out.width > 2000 ? 1 : 2;
        if (out.index >= count)
            return -EINVAL;
        out.type = V4L2_FRMIVAL_TYPE_DISCRETE;
        out.discrete = {1, out.width > 2000 ? 2U : out.index == 0 ? 30U : 15U};
        return 0;
    }
    int query(v4l2_queryctrl& out) const {
        const std::uint32_t after = out.id & ~V4L2_CTRL_FLAG_NEXT_CTRL;
        auto next = controls().end();
        for (auto one = controls().begin(); one != controls().end(); ++one)
            if (one->id > after && (next == controls().end() || one->id < next->id))
                next = one;
        if (next == controls().end())
            return -EINVAL;
        out = {};
        out.id = next->id;
        out.type = next->type;
        put(out.name, next->name);
        out.minimum = next->min;
        out.maximum = next->max;
        out.step = 1;
        if (next->id == V4L2_CID_EXPOSURE_ABSOLUTE && state_.values[V4L2_CID_EXPOSURE_AUTO] == 3)
            out.flags = V4L2_CTRL_FLAG_INACTIVE;
        return 0;
    }
    static int word(v4l2_querymenu& out) {
        const std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> kWords{
            {{V4L2_CID_EXPOSURE_AUTO, 1}, "Manual Mode"},
            {{V4L2_CID_EXPOSURE_AUTO, 3}, "Aperture Priority Mode"},
            {{V4L2_CID_POWER_LINE_FREQUENCY, 0}, "Disabled"},
            {{V4L2_CID_POWER_LINE_FREQUENCY, 1}, "50 Hz"},
            {{V4L2_CID_POWER_LINE_FREQUENCY, 2}, "60 Hz"}};
        const std::pair<std::uint32_t, std::uint32_t> wanted{std::uint32_t{out.id},
                                                             std::uint32_t{out.index}};
        const auto found = kWords.find(wanted);
        if (found == kWords.end())
            return -EINVAL;
        std::memcpy(&out.name, found->second.data(), found->second.size());
        return 0;
    }
    int get(v4l2_control& out) const {
        out.value = state_.values[out.id];
        return 0;
    }
    int set(const v4l2_control& in) {
        if (in.id == V4L2_CID_EXPOSURE_ABSOLUTE && state_.values[V4L2_CID_EXPOSURE_AUTO] == 3)
            return -EACCES;
        state_.values[in.id] = in.value;
        state_.order_of_sets.push_back(in.id);
        return 0;
    }
    int set_format(v4l2_format& in) {
        if (state_.open_error != 0)
            return state_.open_error;
        if (state_.shrinks)
            in.fmt.pix.width /= 2;
        state_.format = in.fmt.pix.pixelformat;
        state_.width = in.fmt.pix.width;
        state_.height = in.fmt.pix.height;
        return 0;
    }
    int describe(v4l2_buffer& out) const {
        out.length = state_.width * state_.height * 2;
        out.m.offset = out.index * 4096;
        return 0;
    }
    int fill(v4l2_buffer& out) {
        if (state_.pictures.empty() || queued_.empty())
            return -EAGAIN;
        out.index = queued_.front();
        queued_.pop_front();
        const std::string picture = std::move(state_.pictures.front());
        state_.pictures.pop_front();
        std::memcpy(memory_[out.index].data(), picture.data(), picture.size());
        out.bytesused = static_cast<std::uint32_t>(picture.size());
        out.flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        if (!state_.flags.empty()) {
            out.flags |= state_.flags.front();
            state_.flags.pop_front();
        }
        out.timestamp = {1000 + given_ / 25, (given_ % 25) * 40'000};
        ++given_;
        return 0;
    }

    State& state_; // the test's
    std::deque<std::vector<std::byte>> memory_;
    std::deque<std::uint32_t> queued_;
    int given_ = 0;
};

} // namespace vedette::media::testing
