#include "sources/v4l2/v4l2_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/videodev2.h>
#include <span>
#include <system_error>

#include "ffmpeg/stream_data.h"
#include "timeline.h"
#include "v4l2/description.h"
#include "v4l2/formats.h"
#include "v4l2/settings.h"
#include "vedette/base/assert.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr std::uint32_t kBuffers = 4;
constexpr std::chrono::milliseconds kLookForStop{100};
constexpr double kUsualRate = 25;

class V4l2Source final : public Source {
public:
    V4l2Source(std::unique_ptr<V4l2Device> device, std::string path, const SourceOptions& options,
               const Clock& clock)
        : device_{std::move(device)}, name_{std::move(path)}, options_{options}, clock_{clock} {}
    ~V4l2Source() override {
        int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        (void)device_->control(VIDIOC_STREAMOFF, &type);
    }
    V4l2Source(const V4l2Source&) = delete;
    V4l2Source& operator=(const V4l2Source&) = delete;

    Status start();
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override;

private:
    Status start_streaming();
    Status queue(std::uint32_t index);
    void describe(const V4l2Mode& mode);
    /// The next filled buffer. \return nothing if there is none yet
    [[nodiscard]] Result<std::optional<v4l2_buffer>> dequeue();
    [[nodiscard]] Packet packet_of(const v4l2_buffer& buffer);
    [[nodiscard]] Error failed(const char* doing, int error) const;

    std::unique_ptr<V4l2Device> device_;
    const std::string name_;
    const SourceOptions options_;
    const Clock& clock_;
    StreamInfo info_;
    std::vector<std::span<const std::byte>> buffers_;
    std::optional<Timeline> timeline_;
    SteadyTime last_arrival_;
};

Error V4l2Source::failed(const char* doing, int error) const {
    if (error == -ENODEV || error == -EIO || error == -ENXIO)
        return {ErrorCode::unavailable,
                std::string{doing} + " '" + name_ + "': the camera was unplugged, or hangs"};
    if (error == -EBUSY)
        return {ErrorCode::unavailable,
                std::string{doing} + " '" + name_ + "': another program uses this camera"};
    return {ErrorCode::unavailable,
            std::string{doing} + " '" + name_ + "': " + std::generic_category().message(-error)};
}

void V4l2Source::describe(const V4l2Mode& mode) {
    const V4l2Format format = *format_by_code(mode.code);
    auto parameters = std::make_shared<StreamInfo::Parameters>();
    parameters->codec.reset(avcodec_parameters_alloc());
    VEDETTE_ASSERT(parameters->codec);
    parameters->codec->codec_type = AVMEDIA_TYPE_VIDEO;
    parameters->codec->codec_id = format.codec;
    parameters->codec->format = format.pixels;
    parameters->codec->width = mode.width_px;
    parameters->codec->height = mode.height_px;
    parameters->frame_rate = av_d2q(mode.frame_rate, 1'000'000);
    info_.codec = avcodec_get_name(format.codec);
    info_.container = "v4l2";
    info_.transport = "device";
    info_.width_px = mode.width_px;
    info_.height_px = mode.height_px;
    info_.frame_rate = mode.frame_rate;
    info_.live = true;
    info_.started_at = clock_.wall_now();
    info_.parameters = std::move(parameters);
    const double rate = mode.frame_rate > 0 ? mode.frame_rate : kUsualRate;
    timeline_.emplace(microseconds{static_cast<std::int64_t>(1e6 / rate)});
}

Status V4l2Source::start() {
    VEDETTE_TRY(const UsbCamera camera, describe_device(*device_, name_));
    VEDETTE_TRY(const V4l2Mode wanted, choose_mode(camera, options_.device));
    VEDETTE_TRY(const V4l2Mode mode, set_mode(*device_, wanted, options_.device, name_));
    if (std::int64_t{mode.width_px} * mode.height_px > options_.max_pixels)
        return Error{ErrorCode::invalid_argument,
                     "open '" + name_ + "': " + std::to_string(mode.width_px) + "x" +
                         std::to_string(mode.height_px) + " pixels are more than the " +
                         std::to_string(options_.max_pixels) + " allowed"};
    VEDETTE_CHECK_OK(set_controls(*device_, camera, options_.device));
    describe(mode);
    VEDETTE_CHECK_OK(start_streaming());
    last_arrival_ = clock_.steady_now();
    return {};
}

Status V4l2Source::queue(std::uint32_t index) {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    buffer.index = index;
    if (const int error = device_->control(VIDIOC_QBUF, &buffer); error != 0)
        return failed("read", error);
    return {};
}

Status V4l2Source::start_streaming() {
    v4l2_requestbuffers request{};
    request.count = kBuffers;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_MMAP;
    if (const int error = device_->control(VIDIOC_REQBUFS, &request); error != 0)
        return failed("open", error);
    for (std::uint32_t i = 0; i < std::min(request.count, 2 * kBuffers); ++i) {
        v4l2_buffer buffer{};
        buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        buffer.memory = V4L2_MEMORY_MMAP;
        buffer.index = i;
        if (const int error = device_->control(VIDIOC_QUERYBUF, &buffer); error != 0)
            return failed("open", error);
        buffers_.push_back(device_->map(buffer.length, buffer.m.offset));
        if (buffers_.back().empty())
            return failed("open", -ENOMEM);
        VEDETTE_CHECK_OK(queue(i));
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (const int error = device_->control(VIDIOC_STREAMON, &type); error != 0)
        return error == -ENOSPC
                   ? Error{ErrorCode::unavailable,
                           "open '" + name_ +
                               "': the USB bus has no room for it: choose a smaller size or rate, "
                               "mjpeg, or another port"}
                   : failed("open", error);
    return {};
}

Result<std::optional<v4l2_buffer>> V4l2Source::dequeue() {
    const int ready = device_->wait(kLookForStop);
    if (ready < 0)
        return failed("read", ready);
    if (ready == 0)
        return std::optional<v4l2_buffer>{};
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    const int error = device_->control(VIDIOC_DQBUF, &buffer);
    if (error == -EAGAIN)
        return std::optional<v4l2_buffer>{};
    if (error != 0)
        return failed("read", error);
    return std::optional{buffer};
}

Packet V4l2Source::packet_of(const v4l2_buffer& buffer) {
    const auto bytes = buffers_[buffer.index].first(buffer.bytesused);
    const SteadyTime now = clock_.steady_now();
    Timeline::Stamps stamps{.arrived_after =
                                std::chrono::duration_cast<microseconds>(now - last_arrival_)};
    const bool monotonic =
        (buffer.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    stamps.decoding = monotonic ? microseconds{std::int64_t{buffer.timestamp.tv_sec} * 1'000'000 +
                                               buffer.timestamp.tv_usec}
                                : std::chrono::duration_cast<microseconds>(now.time_since_epoch());
    last_arrival_ = now;
    const auto times = timeline_->add(stamps);
    auto data = std::make_shared<Packet::Data>();
    data->packet.reset(av_packet_alloc());
    VEDETTE_ASSERT(data->packet &&
                   av_new_packet(data->packet.get(), static_cast<int>(bytes.size())) == 0);
    std::memcpy(data->packet->data, bytes.data(), bytes.size());
    data->packet->pts = times.at.time_since_epoch().count();
    data->packet->dts = times.decoding.time_since_epoch().count();
    data->packet->time_base = ffmpeg::kMicroseconds;
    const auto codec = info_.parameters->codec->codec_id;
    const bool each_by_itself = codec == AV_CODEC_ID_MJPEG || codec == AV_CODEC_ID_RAWVIDEO;
    if (each_by_itself || (buffer.flags & V4L2_BUF_FLAG_KEYFRAME) != 0)
        data->packet->flags |= AV_PKT_FLAG_KEY;
    data->at = times.at;
    data->time_jumped = times.discontinuity;
    data->parameters = info_.parameters;
    return Packet{std::move(data)};
}

Result<std::optional<Packet>> V4l2Source::read(std::stop_token stop) {
    const SteadyTime until = clock_.steady_now() + options_.read_timeout;
    while (!stop.stop_requested()) {
        VEDETTE_TRY(const auto buffer, dequeue());
        if (buffer) {
            const bool good = (buffer->flags & V4L2_BUF_FLAG_ERROR) == 0 && buffer->bytesused > 0 &&
                              buffer->index < buffers_.size() &&
                              buffer->bytesused <= buffers_[buffer->index].size();
            std::optional<Packet> packet;
            if (good)
                packet = packet_of(*buffer);
            VEDETTE_CHECK_OK(queue(buffer->index));
            if (packet)
                return packet;
        }
        if (clock_.steady_now() >= until)
            return Error{ErrorCode::deadline_exceeded,
                         "read '" + name_ + "': no picture came for " +
                             std::to_string(options_.read_timeout.count()) +
                             " ms; plug the camera in anew"};
    }
    return Error{ErrorCode::cancelled, "read '" + name_ + "': stopped"};
}

} // namespace

Result<std::unique_ptr<Source>> open_v4l2_source(std::unique_ptr<V4l2Device> device,
                                                 const std::string& path,
                                                 const SourceOptions& options, const Clock& clock) {
    auto source = std::make_unique<V4l2Source>(std::move(device), path, options, clock);
    VEDETTE_CHECK_OK(source->start());
    return source;
}

} // namespace vedette::media
