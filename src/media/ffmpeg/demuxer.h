#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "ffmpeg/byte_reader.h"
#include "ffmpeg/handles.h"
#include "ffmpeg/interrupt.h"
#include "ffmpeg/stream_data.h"
#include "timeline.h"
#include "vedette/media/source.h"

namespace vedette::media::ffmpeg {

/// What differs between inputs that libavformat opens.
struct DemuxerSpec {
    std::string url;         ///< as libavformat wants it, credentials included
    std::string name;        ///< for people, without credentials
    std::string protocols{}; ///< the only ones that the input may use, also for what it refers to
    std::vector<std::pair<std::string, std::string>> settings{}; ///< of libavformat
    /// Of what libavformat opens by itself behind that: pieces of HLS, what TLS is made of.
    std::vector<std::pair<std::string, std::string>> io_settings{};
    std::string transport{};    ///< as StreamInfo; RTSP finds out
    bool finds_packets = false; ///< in what comes, and may lose them: RTSP (Interrupt::lost())
    bool live = false;          ///< paced by a camera: time starts now, an end is a lost connection
    std::string unreadable_hint{}; ///< set if the container was recognised: what it means when it
                                   ///< can't be read
    WallTime started_at{};         ///< of what is not live, unless the container knows better
    std::shared_ptr<ByteReader> bytes{}; ///< where the input lies, if `url` does not say it
};

/// The best video stream of anything that libavformat opens, and the sound that goes with it, with
/// repaired timestamps.
///
/// Thread-compatible. No call takes longer than its time-out, and read() ends within about 100 ms
/// of a stop.
class Demuxer final : public Source {
public:
    static Result<std::unique_ptr<Demuxer>> open(DemuxerSpec spec, const SourceOptions& options,
                                                 const Clock& clock);

    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override;
    [[nodiscard]] const std::string& name() const override { return spec_.name; }

private:
    Demuxer(DemuxerSpec spec, const SourceOptions& options, const Clock& clock)
        : spec_{std::move(spec)}, options_{options}, clock_{clock}, interrupt_{
                                                                        clock,
                                                                        spec_.finds_packets} {}

    Status connect();
    static int open_io(AVFormatContext* input, AVIOContext** io, const char* url, int flags,
                       AVDictionary** settings);
    [[nodiscard]] std::string transport_used() const;
    Status find_video();
    [[nodiscard]] Status check_size(const AVCodecParameters& codec) const;
    void choose_streams();
    void describe(const AVStream& stream);
    void describe_audio();
    Status start_again(const std::stop_token& stop);
    Result<std::optional<Packet>> at_end();
    [[nodiscard]] bool pictures_are_missing() const;
    [[nodiscard]] Error silent() const;
    [[nodiscard]] Error read_error(int error) const;
    [[nodiscard]] Error open_error(int error) const;
    [[nodiscard]] std::optional<Packet> taken(PacketHandle packet);
    Packet repaired(PacketHandle packet);
    [[nodiscard]] std::optional<Packet> repaired_audio(PacketHandle packet);
    void adopt_new_parameters(const AVPacket& packet);

    DemuxerSpec spec_;
    SourceOptions options_;
    const Clock& clock_;
    Interrupt interrupt_; // before input_, which calls it
    InputHandle input_;
    int stream_ = -1;
    int audio_stream_ = -1; ///< none, or none was asked for
    StreamInfo info_;
    std::optional<Timeline> timeline_;
    SteadyTime last_arrival_;
    StreamTime last_audio_;
    std::uint64_t packets_since_start_ = 0;
};

} // namespace vedette::media::ffmpeg
