#include "ffmpeg/demuxer.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string>

#include "vedette/base/assert.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
}

namespace vedette::media::ffmpeg {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds kUsualDistance{40};
constexpr std::int64_t kProbeBytes = 5'000'000;
constexpr std::int64_t kMostMicroseconds = std::int64_t{1}
                                           << 60; // 36 000 years: anything beyond is garbage

std::optional<microseconds> to_time(std::int64_t stamp, AVRational base) {
    if (stamp == AV_NOPTS_VALUE)
        return std::nullopt;
    const std::int64_t us = av_rescale_q(stamp, base, kMicroseconds);
    if (us > kMostMicroseconds || us < -kMostMicroseconds)
        return std::nullopt;
    return microseconds{us};
}

std::shared_ptr<StreamInfo::Parameters> copy_parameters(const AVStream& stream) {
    auto out = std::make_shared<StreamInfo::Parameters>();
    out->codec.reset(avcodec_parameters_alloc());
    VEDETTE_ASSERT(out->codec);
    avcodec_parameters_copy(out->codec.get(), stream.codecpar);
    out->orientation = orientation_of(stream);
    out->frame_rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
    return out;
}

bool are_alike(const StreamInfo::Parameters& a, const StreamInfo::Parameters& b) {
    const AVCodecParameters& one = *a.codec;
    const AVCodecParameters& other = *b.codec;
    return one.codec_id == other.codec_id && one.width == other.width &&
           one.height == other.height && one.format == other.format &&
           one.sample_rate == other.sample_rate && a.orientation == b.orientation &&
           std::equal(one.extradata, one.extradata + one.extradata_size, other.extradata,
                      other.extradata + other.extradata_size);
}

/// A file that starts again is no change.
void adopt(std::shared_ptr<const StreamInfo::Parameters>& what,
           std::shared_ptr<const StreamInfo::Parameters> now) {
    if (!what || !are_alike(*what, *now))
        what = std::move(now);
}

/// ISO 8601 as containers keep it; nothing for the zero dates that some cameras write.
std::optional<WallTime> recorded_at(const AVFormatContext& input) {
    const AVDictionaryEntry* entry = av_dict_get(input.metadata, "creation_time", nullptr, 0);
    if (entry == nullptr)
        return std::nullopt;
    std::tm parts{};
    if (::strptime(entry->value, "%Y-%m-%dT%H:%M:%S", &parts) == nullptr)
        return std::nullopt;
    const std::time_t seconds = ::timegm(&parts);
    if (seconds <= 0)
        return std::nullopt;
    return WallTime{std::chrono::seconds{seconds}};
}

/// Whether the container's index knows of samples beyond the end of the file: libavformat ends
/// silently there.
bool is_cut_short(const AVFormatContext& input, AVStream& stream) {
    const std::int64_t size = input.pb != nullptr ? avio_size(input.pb) : 0;
    const int entries = size > 0 ? avformat_index_get_entries_count(&stream) : 0;
    for (int i = 0; i < entries; ++i) {
        const AVIndexEntry* entry = avformat_index_get_entry(&stream, i);
        if (entry != nullptr && entry->pos > size - entry->size) // a damaged index may say anything
            return true;
    }
    return false;
}

milliseconds remaining(SteadyTime deadline, const Clock& clock) {
    return std::max(milliseconds{1},
                    std::chrono::duration_cast<milliseconds>(deadline - clock.steady_now()));
}

std::string seconds_text(milliseconds time) {
    const auto whole = time.count() / 1000;
    return time.count() % 1000 == 0 ? std::to_string(whole) + " s"
                                    : std::to_string(time.count()) + " ms";
}

} // namespace

Result<std::unique_ptr<Demuxer>> Demuxer::open(DemuxerSpec spec, const SourceOptions& options,
                                               const Clock& clock) {
    std::unique_ptr<Demuxer> demuxer{new Demuxer{std::move(spec), options, clock}};
    VEDETTE_CHECK_OK(demuxer->connect());
    demuxer->last_arrival_ = clock.steady_now();
    return demuxer;
}

Status Demuxer::connect() {
    const SteadyTime deadline = clock_.steady_now() + options_.open_timeout;
    interrupt_.begin(options_.open_timeout, options_.stop);
    AVFormatContext* raw = avformat_alloc_context();
    VEDETTE_ASSERT(raw != nullptr);
    raw->interrupt_callback = interrupt_.callback();
    raw->max_analyze_duration = microseconds{remaining(deadline, clock_)}.count();
    raw->probesize = kProbeBytes;
    if (spec_.bytes)
        raw->pb = spec_.bytes->context();
    if (!spec_.io_settings.empty()) {
        raw->opaque = this;
        raw->io_open = open_io;
    }
    Dictionary settings;
    settings.set("protocol_whitelist", spec_.protocols);
    for (const auto& [key, value] : spec_.settings)
        settings.set(key.c_str(), value);
    // Frees `raw` itself when it fails.
    if (const int failed = avformat_open_input(&raw, spec_.url.c_str(), nullptr, settings.get());
        failed < 0)
        return open_error(failed);
    input_.reset(raw);
    return find_video();
}

/// As libavformat does it by itself, with our settings: demuxers that open more than one address
/// hand on only those that they know.
int Demuxer::open_io(AVFormatContext* input, AVIOContext** io, const char* url, int flags,
                     AVDictionary** settings) {
    const auto& self = *static_cast<const Demuxer*>(input->opaque);
    Dictionary all;
    if (settings != nullptr)
        av_dict_copy(all.get(), *settings, 0);
    for (const auto& [key, value] : self.spec_.io_settings)
        all.set(key.c_str(), value);
    all.set("protocol_whitelist", self.spec_.protocols);
    return avio_open2(io, url, flags, &input->interrupt_callback, all.get());
}

/// What is left of the transports that were allowed tells which one RTSP came to use.
std::string Demuxer::transport_used() const {
    constexpr std::int64_t kUdp = 1;
    const auto set = std::find_if(spec_.settings.begin(), spec_.settings.end(),
                                  [](const auto& one) { return one.first == "rtsp_transport"; });
    if (set == spec_.settings.end())
        return spec_.transport;
    if (set->second == "tcp" || set->second == "udp")
        return set->second;
    std::int64_t left = 0;
    av_opt_get_int(input_->priv_data, "rtsp_transport", 0, &left);
    return (left & kUdp) != 0 ? "tcp" : "udp";
}

Status Demuxer::find_video() {
    for (unsigned i = 0; i < input_->nb_streams; ++i) // what the container alone tells
        VEDETTE_CHECK_OK(check_size(*input_->streams[i]->codecpar));
    // The decoders that look into the stream must not be made to allocate a huge picture either.
    const auto limit = std::to_string(options_.max_pixels);
    std::vector<AVDictionary*> per_stream(input_->nb_streams, nullptr);
    for (auto*& settings : per_stream)
        av_dict_set(&settings, "max_pixels", limit.c_str(), 0);
    const int failed =
        avformat_find_stream_info(input_.get(), per_stream.empty() ? nullptr : per_stream.data());
    for (auto*& settings : per_stream)
        av_dict_free(&settings);
    if (interrupt_.stop_requested() || interrupt_.expired() || interrupt_.lost())
        return open_error(AVERROR_EXIT);
    if (failed < 0)
        return open_error(failed);
    stream_ = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (stream_ < 0)
        return Error{ErrorCode::invalid_argument,
                     "open '" + spec_.name + "': there is no video in it"};
    const AVStream& stream = *input_->streams[stream_];
    VEDETTE_CHECK_OK(check_size(*stream.codecpar));
    choose_streams();
    describe(stream);
    describe_audio();
    return {};
}

void Demuxer::choose_streams() {
    audio_stream_ = options_.audio ? av_find_best_stream(input_.get(), AVMEDIA_TYPE_AUDIO, -1,
                                                         stream_, nullptr, 0)
                                   : -1;
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        const bool wanted = static_cast<int>(i) == stream_ || static_cast<int>(i) == audio_stream_;
        input_->streams[i]->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

Status Demuxer::check_size(const AVCodecParameters& codec) const {
    if (std::int64_t{codec.width} * codec.height > options_.max_pixels)
        return Error{ErrorCode::invalid_argument,
                     "open '" + spec_.name + "': " + std::to_string(codec.width) + "x" +
                         std::to_string(codec.height) + " pixels are more than the " +
                         std::to_string(options_.max_pixels) + " allowed"};
    return {};
}

void Demuxer::describe(const AVStream& stream) {
    auto parameters = copy_parameters(stream);
    const AVRational rate = parameters->frame_rate;
    info_.codec = avcodec_get_name(stream.codecpar->codec_id);
    info_.width_px = stream.codecpar->width;
    info_.height_px = stream.codecpar->height;
    info_.rotation_deg = parameters->orientation.quarter_turns * 90;
    info_.frame_rate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
    info_.live = spec_.live && input_->duration <= 0;
    info_.container = input_->iformat->name;
    info_.transport = transport_used();
    if (input_->duration > 0)
        info_.duration = microseconds{input_->duration};
    if (!timeline_) { // not when a loop starts again
        info_.started_at =
            info_.live ? clock_.wall_now() : recorded_at(*input_).value_or(spec_.started_at);
        const bool sane_rate = info_.frame_rate >= 0.1 && info_.frame_rate <= 1000;
        timeline_.emplace(sane_rate ? microseconds{std::lround(1e6 / info_.frame_rate)}
                                    : microseconds{kUsualDistance});
    }
    adopt(info_.parameters, std::move(parameters));
    packets_since_start_ = 0;
}

void Demuxer::describe_audio() {
    if (audio_stream_ < 0)
        return;
    const AVStream& stream = *input_->streams[audio_stream_];
    adopt(info_.audio, copy_parameters(stream));
    info_.audio_codec = avcodec_get_name(stream.codecpar->codec_id);
}

Result<std::optional<Packet>> Demuxer::read(std::stop_token stop) {
    interrupt_.begin(options_.read_timeout, stop);
    for (;;) {
        if (interrupt_.stop_requested())
            return Error{ErrorCode::cancelled, "read '" + spec_.name + "': stopped"};
        PacketHandle packet{av_packet_alloc()};
        VEDETTE_ASSERT(packet);
        const int failed = input_ ? av_read_frame(input_.get(), packet.get()) : AVERROR_EOF;
        if (failed == AVERROR(EAGAIN) && interrupt_.may_go_on())
            continue;
        if (failed == AVERROR_EOF && interrupt_.may_go_on()) {
            if (!options_.loop || info_.live || packets_since_start_ == 0)
                return at_end();
            VEDETTE_CHECK_OK(start_again(stop));
            continue;
        }
        if (failed < 0)
            return read_error(failed);
        if (auto one = taken(std::move(packet)))
            return one;
        if (pictures_are_missing())
            return silent();
    }
}

/// \return nothing if it is not for us.
std::optional<Packet> Demuxer::taken(PacketHandle packet) {
    if (packet->size <= 0)
        return std::nullopt;
    if (packet->stream_index == stream_)
        return repaired(std::move(packet));
    if (packet->stream_index == audio_stream_)
        return repaired_audio(std::move(packet));
    return std::nullopt;
}

Status Demuxer::start_again(const std::stop_token& stop) {
    input_.reset();
    auto status = connect();
    if (status)
        timeline_->restart();
    interrupt_.begin(options_.read_timeout, stop); // connect() had its own limit
    return status;
}

Result<std::optional<Packet>> Demuxer::at_end() {
    if (info_.live)
        return Error{ErrorCode::unavailable,
                     "read '" + spec_.name + "': the camera ended the connection"};
    if (input_ && input_->pb != nullptr && input_->pb->error < 0 &&
        input_->pb->error != AVERROR_EOF)
        return read_error(input_->pb->error);
    if (input_ && is_cut_short(*input_, *input_->streams[stream_]))
        return read_error(AVERROR_EOF);
    return std::optional<Packet>{};
}

/// Raw H.264 and MPEG-TS say within the stream that something changed, MP4 by the packet's side
/// data.
void Demuxer::adopt_new_parameters(const AVPacket& packet) {
    std::size_t size = 0;
    const std::uint8_t* extra = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
    const AVCodecParameters& now = *input_->streams[stream_]->codecpar;
    if (extra == nullptr && now.codec_id == info_.parameters->codec->codec_id)
        return;
    auto parameters = copy_parameters(*input_->streams[stream_]);
    if (extra != nullptr && size > 0) {
        av_freep(&parameters->codec->extradata);
        parameters->codec->extradata =
            static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
        VEDETTE_ASSERT(parameters->codec->extradata != nullptr);
        std::copy_n(extra, size, parameters->codec->extradata);
        parameters->codec->extradata_size = static_cast<int>(size);
    }
    info_.codec = avcodec_get_name(now.codec_id);
    info_.parameters = std::move(parameters);
}

Packet Demuxer::repaired(PacketHandle packet) {
    const AVRational base = input_->streams[stream_]->time_base;
    Timeline::Stamps stamps{.presentation = to_time(packet->pts, base),
                            .decoding = to_time(packet->dts, base)};
    const SteadyTime now = clock_.steady_now();
    if (info_.live)
        stamps.arrived_after = std::chrono::duration_cast<microseconds>(now - last_arrival_);
    last_arrival_ = now;
    ++packets_since_start_;
    adopt_new_parameters(*packet);

    const auto times = timeline_->add(stamps);
    packet->duration = av_rescale_q(packet->duration, base, kMicroseconds);
    packet->pts = times.at.time_since_epoch().count();
    packet->dts = times.decoding.time_since_epoch().count();
    packet->time_base = kMicroseconds;
    auto data = std::make_shared<Packet::Data>();
    data->packet = std::move(packet);
    data->at = times.at;
    data->time_jumped = times.discontinuity;
    data->parameters = info_.parameters;
    return Packet{std::move(data)};
}

/// A camera that sends nothing but sound is away.
bool Demuxer::pictures_are_missing() const {
    return info_.live && clock_.steady_now() - last_arrival_ > options_.read_timeout;
}

Error Demuxer::silent() const {
    return {ErrorCode::deadline_exceeded, "read '" + spec_.name + "': nothing came for " +
                                              seconds_text(options_.read_timeout) +
                                              "; check the camera and the network"};
}

/// Sound follows the pictures' time, through their jumps, too. \return nothing before the first
/// picture.
std::optional<Packet> Demuxer::repaired_audio(PacketHandle packet) {
    const AVRational base = input_->streams[audio_stream_]->time_base;
    const auto stamp = to_time(packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts, base);
    const auto offset = timeline_->offset();
    if (!offset || packets_since_start_ == 0 || pictures_are_missing())
        return std::nullopt;
    const StreamTime own = stamp ? StreamTime{*stamp + *offset} : last_audio_;
    last_audio_ = std::max(own, last_audio_ + microseconds{1});
    packet->duration = av_rescale_q(packet->duration, base, kMicroseconds);
    packet->pts = packet->dts = last_audio_.time_since_epoch().count();
    packet->time_base = kMicroseconds;
    auto data = std::make_shared<Packet::Data>();
    data->packet = std::move(packet);
    data->at = last_audio_;
    data->parameters = info_.audio;
    return Packet{std::move(data)};
}

Error Demuxer::read_error(int error) const {
    const std::string what = "read '" + spec_.name + "': ";
    if (spec_.bytes && spec_.bytes->failure())
        return *spec_.bytes->failure();
    if (interrupt_.stop_requested())
        return {ErrorCode::cancelled, what + "stopped"};
    if (interrupt_.expired())
        return silent();
    if (interrupt_.lost())
        return {ErrorCode::unavailable, what + "what comes can't be made out any more"};
    if (spec_.live)
        return {ErrorCode::unavailable, what + error_text(error)};
    return {ErrorCode::data_loss, what + "damaged or cut short after " +
                                      std::to_string(packets_since_start_) +
                                      " packets: " + error_text(error)};
}

Error Demuxer::open_error(int error) const {
    const std::string what = "open '" + spec_.name + "': ";
    if (spec_.bytes && spec_.bytes->failure())
        return *spec_.bytes->failure();
    if (interrupt_.stop_requested())
        return {ErrorCode::cancelled, what + "stopped"};
    if (interrupt_.expired())
        return {ErrorCode::deadline_exceeded, what + "no answer within " +
                                                  seconds_text(options_.open_timeout) +
                                                  "; check address, port and network"};
    if (interrupt_.lost())
        return {ErrorCode::unavailable, what + "what comes can't be made out"};
    switch (error) {
    case AVERROR(ENOENT): return {ErrorCode::not_found, what + "there is no such file"};
    case AVERROR(EACCES):
    case AVERROR(EPERM):
        return {ErrorCode::permission_denied, what + "reading it is not permitted"};
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
        return {ErrorCode::permission_denied, what + "user or password are not accepted"};
    case AVERROR_HTTP_NOT_FOUND:
        return {ErrorCode::not_found, what + "the server has nothing at this path"};
    case AVERROR_PROTOCOL_NOT_FOUND:
        return {ErrorCode::invalid_argument, what + "it refers to what may not be opened"};
    default: break;
    }
    if (spec_.live)
        return {ErrorCode::unavailable,
                what + error_text(error) + "; check address, port and path"};
    if (!spec_.unreadable_hint.empty())
        return {ErrorCode::data_loss, what + error_text(error) + "; " + spec_.unreadable_hint};
    return {ErrorCode::invalid_argument,
            what + "not a video or picture that can be read (" + error_text(error) + ")"};
}

} // namespace vedette::media::ffmpeg
