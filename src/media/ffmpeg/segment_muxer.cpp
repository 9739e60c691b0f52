#include "vedette/media/segment_muxer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ffmpeg/handles.h"
#include "ffmpeg/stream_data.h"
#include "vedette/base/assert.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace vedette::media {
namespace {

using namespace ffmpeg; // NOLINT(google-build-using-namespace): our own, in one file

constexpr std::chrono::seconds kLongestFragment{1};
constexpr std::size_t kBufferBytes = 64U << 10U;

struct Container {
    const char* name;
    const char* extension;
    const char* settings; ///< of the muxer
    const char* value;
    int compliance; ///< to the letter of the format; what Windows' formats hold Matroska holds, too
};
constexpr std::array kContainers{
    Container{"mp4", "mp4", "movflags", "empty_moov+default_base_moof+frag_custom+skip_trailer",
              FF_COMPLIANCE_NORMAL},
    Container{"matroska", "mkv", "live", "1", FF_COMPLIANCE_UNOFFICIAL}};

bool holds(const AVOutputFormat& format, const StreamInfo::Parameters& stream, int compliance) {
    return avformat_query_codec(&format, stream.codec->codec_id, compliance) == 1 &&
           av_codec_get_tag(format.codec_tag, stream.codec->codec_id) != 0;
}

struct Chosen {
    const Container* container = nullptr;
    const AVOutputFormat* format = nullptr;
};

/// The first that has a place for all of it.
Result<Chosen> choose(const StreamInfo& streams) {
    if (!streams.parameters)
        return Error{ErrorCode::invalid_argument, "record: this input has no compressed stream"};
    for (const Container& container : kContainers) {
        const AVOutputFormat* format = av_guess_format(container.name, nullptr, nullptr);
        if (format != nullptr && holds(*format, *streams.parameters, container.compliance) &&
            (!streams.audio || holds(*format, *streams.audio, container.compliance)))
            return Chosen{&container, format};
    }
    const std::string sound = streams.audio ? " with " + streams.audio_codec : "";
    return Error{ErrorCode::invalid_argument,
                 "record " + streams.codec + sound +
                     ": neither MP4 nor Matroska holds this as it is; let the camera send H.264 "
                     "or H.265" +
                     (streams.audio ? " with AAC, or no sound" : "")};
}

void free_output(AVFormatContext* output) {
    if (output->pb != nullptr) {
        av_freep(&output->pb->buffer);
        avio_context_free(&output->pb);
    }
    avformat_free_context(output);
}
using OutputHandle = std::unique_ptr<AVFormatContext, Deleter<free_output>>;

class LibavMuxer final : public SegmentMuxer {
public:
    LibavMuxer(Chosen chosen, const StreamInfo& streams, Sink& sink)
        : chosen_{chosen}, parameters_{streams.parameters}, audio_{streams.audio}, sink_{sink} {}
    LibavMuxer(const LibavMuxer&) = delete;
    LibavMuxer& operator=(const LibavMuxer&) = delete;

    Status begin();
    [[nodiscard]] bool takes(const Packet& packet) const override {
        const auto& set_up = packet.data().parameters;
        return set_up == parameters_ || (set_up == audio_ && audio_);
    }
    Status write(const Packet& packet) override;
    Status finish() override;
    [[nodiscard]] const std::vector<SegmentFragment>& fragments() const override {
        return fragments_;
    }
    [[nodiscard]] std::uint64_t head_bytes() const override { return head_bytes_; }

private:
    static int take_bytes(void* self, std::uint8_t* bytes, int size);
    AVStream* add_stream(const StreamInfo::Parameters& parameters, AVRational unit);
    [[nodiscard]] bool knows_decoding_time(const Packet& packet);
    Status put(const Packet& packet, AVStream& stream, std::int64_t& last);
    Status end_fragment(StreamTime end);
    /// \param libav  an AVERROR, or success
    [[nodiscard]] Status outcome(int libav, const char* doing);

    const Chosen chosen_;
    const std::shared_ptr<const StreamInfo::Parameters> parameters_;
    const std::shared_ptr<const StreamInfo::Parameters> audio_;
    Sink& sink_;
    Status sink_said_;
    OutputHandle output_;
    AVStream* video_stream_ = nullptr; ///< output_'s
    AVStream* audio_stream_ = nullptr; ///< output_'s
    std::int64_t last_video_ = -1;     ///< decoding times, in units of the stream
    std::int64_t last_audio_ = -1;
    std::optional<StreamTime> began_; ///< decoding time of the first picture
    StreamTime fragment_began_;
    StreamTime newest_;                ///< decoding time
    StreamClock::duration distance_{}; ///< of the last two pictures
    bool fragment_has_key_ = false;
    int pictures_ = 0; ///< so far
    std::uint64_t written_ = 0;
    std::uint64_t head_bytes_ = 0;
    std::vector<SegmentFragment> fragments_;
};

int LibavMuxer::take_bytes(void* self, std::uint8_t* bytes, int size) {
    auto& muxer = *static_cast<LibavMuxer*>(self);
    if (!muxer.sink_said_)
        return AVERROR(EIO);
    muxer.sink_said_ =
        muxer.sink_.write(std::as_bytes(std::span{bytes, static_cast<std::size_t>(size)}));
    if (!muxer.sink_said_)
        return AVERROR(EIO);
    muxer.written_ += static_cast<std::uint64_t>(size);
    return size;
}

Status LibavMuxer::outcome(int libav, const char* doing) {
    if (!sink_said_)
        return sink_said_;
    if (libav < 0 || output_->pb->error < 0)
        return Error{ErrorCode::invalid_argument,
                     std::string{doing} + ": " +
                         error_text(libav < 0 ? libav : output_->pb->error)};
    return {};
}

AVStream* LibavMuxer::add_stream(const StreamInfo::Parameters& parameters, AVRational unit) {
    AVStream* stream = avformat_new_stream(output_.get(), nullptr);
    VEDETTE_ASSERT(stream != nullptr);
    avcodec_parameters_copy(stream->codecpar, parameters.codec.get());
    stream->codecpar->codec_tag = 0; // the one of the container it came in
    stream->time_base = unit;
    stream->avg_frame_rate = parameters.frame_rate;
    return stream;
}

Status LibavMuxer::begin() {
    AVFormatContext* raw = nullptr;
    avformat_alloc_output_context2(&raw, chosen_.format, nullptr, nullptr);
    VEDETTE_ASSERT(raw != nullptr);
    output_.reset(raw);
    auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
    VEDETTE_ASSERT(buffer != nullptr);
    raw->pb = avio_alloc_context(buffer, kBufferBytes, 1, this, nullptr, take_bytes, nullptr);
    VEDETTE_ASSERT(raw->pb != nullptr);
    raw->pb->seekable = 0;
    raw->flags |= AVFMT_FLAG_BITEXACT; // the same packets give the same bytes
    raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    video_stream_ = add_stream(*parameters_, {1, 90'000});
    if (audio_)
        audio_stream_ = add_stream(*audio_, {1, std::max(1, audio_->codec->sample_rate)});
    Dictionary settings;
    settings.set(chosen_.container->settings, chosen_.container->value);
    settings.set("use_editlist", 0); // it would have to be written before the first picture
    VEDETTE_CHECK_OK(outcome(avformat_write_header(raw, settings.get()), "begin a segment"));
    avio_flush(raw->pb);
    head_bytes_ = written_;
    return outcome(0, "begin a segment");
}

Status LibavMuxer::write(const Packet& packet) {
    const bool picture = packet.kind() == PacketKind::video;
    const StreamTime at = packet.decoding_at();
    if (!began_) {
        VEDETTE_ASSERT(picture && packet.key_frame());
        began_ = fragment_began_ = newest_ = at;
        fragment_has_key_ = true;
    } else if (picture) {
        distance_ = at > newest_ ? at - newest_ : distance_;
        if (packet.key_frame() || at - fragment_began_ >= kLongestFragment) {
            VEDETTE_CHECK_OK(end_fragment(at));
            fragment_has_key_ = packet.key_frame();
        }
        newest_ = std::max(newest_, at);
    }
    if (!picture && packet.at() < *began_)
        return {}; // heard before the first picture
    return picture ? put(packet, *video_stream_, last_video_)
                   : put(packet, *audio_stream_, last_audio_);
}

/// Where pictures are re-ordered, the first ones of an input have their time of presentation for
/// that of decoding, which is too late.
bool LibavMuxer::knows_decoding_time(const Packet& packet) {
    const bool early =
        packet.kind() == PacketKind::video && pictures_++ <= video_stream_->codecpar->video_delay;
    return !early || packet.decoding_at() < packet.at() ||
           video_stream_->codecpar->video_delay == 0;
}

Status LibavMuxer::put(const Packet& packet, AVStream& stream, std::int64_t& last) {
    PacketHandle copy{av_packet_clone(packet.data().packet.get())};
    VEDETTE_ASSERT(copy);
    const std::int64_t zero = began_->time_since_epoch().count();
    const auto in_units = [&](std::int64_t us) {
        return av_rescale_q(us - zero, kMicroseconds, stream.time_base);
    };
    copy->dts = knows_decoding_time(packet) ? std::max(in_units(copy->dts), last + 1) : last + 1;
    copy->pts = std::max(in_units(copy->pts), copy->dts);
    copy->duration = av_rescale_q(copy->duration, kMicroseconds, stream.time_base);
    copy->time_base = stream.time_base;
    copy->stream_index = stream.index;
    last = copy->dts;
    return outcome(av_write_frame(output_.get(), copy.get()), "write a segment");
}

/// \param end  decoding time of what follows
Status LibavMuxer::end_fragment(StreamTime end) {
    const std::uint64_t before =
        fragments_.empty() ? head_bytes_ : fragments_.back().offset + fragments_.back().bytes;
    int failed = av_write_frame(output_.get(), nullptr);
    avio_flush(output_->pb);
    VEDETTE_CHECK_OK(outcome(std::min(failed, 0), "end a fragment"));
    fragments_.push_back({.offset = before,
                          .bytes = written_ - before,
                          .from = fragment_began_ - *began_,
                          .length = end - fragment_began_,
                          .key_frame = fragment_has_key_});
    fragment_began_ = end;
    fragment_has_key_ = false;
    return {};
}

Status LibavMuxer::finish() {
    if (began_)
        VEDETTE_CHECK_OK(end_fragment(newest_ + distance_));
    const int failed = av_write_trailer(output_.get());
    avio_flush(output_->pb);
    return outcome(failed, "finish a segment");
}

} // namespace

Result<std::string> SegmentMuxer::extension_for(const StreamInfo& streams) {
    VEDETTE_TRY(const Chosen chosen, choose(streams));
    return std::string{chosen.container->extension};
}

Result<std::unique_ptr<SegmentMuxer>> SegmentMuxer::open(const StreamInfo& streams, Sink& sink) {
    VEDETTE_TRY(const Chosen chosen, choose(streams));
    auto muxer = std::make_unique<LibavMuxer>(chosen, streams, sink);
    VEDETTE_CHECK_OK(muxer->begin());
    return muxer;
}

} // namespace vedette::media
