#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/image_view.h"
#include "vedette/media/packet.h"
#include "vedette/media/source.h"

namespace vedette::media {

enum class VideoCodec { h264 = 1, hevc, av1 };
[[nodiscard]] std::string_view to_string(VideoCodec codec) noexcept;

/// How good pictures stay; each encoder has numbers of its own for them.
enum class EncodeQuality {
    low = 1, ///< one sees that it was encoded
    medium,  ///< as cameras send
    high,    ///< hardly to be told from the original
    best,
};

/// What an encoder is to make.
struct EncoderOptions {
    VideoCodec codec = VideoCodec::h264;
    int width_px = 0;       ///< even
    int height_px = 0;      ///< even
    double frame_rate = 25; ///< nominal, 0.1..1000; each picture carries its own time
    EncodeQuality quality = EncodeQuality::medium;
    std::int64_t max_bit_rate =
        0; ///< bits per second over a few seconds; 0: what the quality takes
    std::chrono::milliseconds key_interval{2'000}; ///< one key frame in that time, at least
    int threads = 1;
    imaging::ColorMatrix matrix = imaging::ColorMatrix::bt709;
    imaging::ColorRange range = imaging::ColorRange::limited;
    /// Of an encoder that this one takes over from: packets of the same set-up are said to be of
    /// this one, so that a recording goes on in its file.
    std::shared_ptr<const StreamInfo::Parameters> before{};
};

/// Pictures in, packets out, in the order of the pictures. Most encoders give each out at once,
/// some (SVT-AV1) a dozen pictures later.
///
/// Thread-compatible.
class Encoder {
public:
    virtual ~Encoder() = default;
    [[nodiscard]] virtual const std::string& name() const = 0; ///< "libx264", "h264_vaapi"
    /// Codec, size, rate and set-up of what comes out; neither sound nor times.
    [[nodiscard]] virtual const StreamInfo& info() const = 0;
    /// \param picture  of any size; fitted by stretching
    /// \param at       later than that of every picture before
    /// \param key      it can be decoded without those before
    /// \return unavailable if the encoder failed; then nothing more comes of it.
    virtual Status send(const imaging::ImageView& picture, StreamTime at, bool key) = 0;
    /// Nothing more comes: what is inside comes out. \return as send()
    virtual Status finish() = 0;
    /// \return nothing if it wants more pictures, or all came out; errors as send().
    [[nodiscard]] virtual Result<std::optional<Packet>> receive() = 0;
};

/// One encoder that there may be.
struct EncoderKind {
    std::string name;
    VideoCodec codec = VideoCodec::h264;
    bool hardware = false;
    bool only_by_name = false; ///< its drivers vary too much to be a guess
};

/// Where encoders come from; tests have one that fails.
///
/// Thread-safe.
class EncoderBackend {
public:
    virtual ~EncoderBackend() = default;
    /// For each codec the best first, hardware before software.
    [[nodiscard]] virtual std::vector<EncoderKind> kinds() const = 0;
    /// \return unavailable, invalid_argument: why not.
    [[nodiscard]] virtual Result<std::unique_ptr<Encoder>> open(const EncoderKind& kind,
                                                                const EncoderOptions& options) = 0;
};
/// Those of libavcodec.
[[nodiscard]] std::unique_ptr<EncoderBackend> libav_encoders();

/// What was found out about an encoder.
struct EncoderFinding {
    EncoderKind kind;
    bool works = false;
    std::string detail; ///< why not
};

/// Chooses encoders, for all cameras: each is tried with a few pictures before it is trusted.
/// Hardware that failed is not asked again as long as the process runs; software is, each time:
/// what it had too little of may have been memory.
///
/// Thread-safe.
class EncoderChooser {
public:
    /// \param log  borrowed
    EncoderChooser(std::shared_ptr<EncoderBackend> backend, Log& log)
        : backend_{std::move(backend)}, log_{log} {}

    /// \param wish  auto: the best that works; software; or an encoder by its name, and software
    ///   where that does not work
    /// \return invalid_argument for a name that is none of this codec; unavailable if none works,
    ///   naming each with its reason.
    [[nodiscard]] Result<std::unique_ptr<Encoder>> open(const std::string& wish,
                                                        const EncoderOptions& options);
    /// An encoder that open() gave has failed since.
    void failed(const std::string& name, const std::string& why);
    /// Tries each that there is, with a few pictures.
    [[nodiscard]] std::vector<EncoderFinding> probe();

private:
    [[nodiscard]] std::vector<EncoderKind> candidates(const std::string& wish,
                                                      VideoCodec codec) const;
    [[nodiscard]] Status try_out(const EncoderKind& kind);
    [[nodiscard]] Status usable(const EncoderKind& kind);

    const std::shared_ptr<EncoderBackend> backend_;
    Log& log_;
    std::mutex trying_; ///< one at a time: hardware has few seats
    std::mutex mutex_;
    std::map<std::string, std::string> known_; ///< under mutex_: name -> why not; empty: it works
};

} // namespace vedette::media
