#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/registry.h"
#include "vedette/base/result.h"
#include "vedette/media/packet.h"
#include "vedette/net/stream.h"

namespace vedette::media {

/// What a USB camera is asked for; what is left out stays as the camera has it.
struct DeviceOptions {
    std::string format{}; ///< "mjpeg", "h264", "yuyv422", …; empty: the best that it has
    int width_px = 0;
    int height_px = 0;
    double frame_rate = 0;
    std::map<std::string, std::string> controls{}; ///< "exposure_auto" -> "1" or a menu's word
    friend bool operator==(const DeviceOptions&, const DeviceOptions&) = default;
};

/// How an input is opened.
struct SourceOptions {
    std::chrono::milliseconds open_timeout{10'000};
    std::chrono::milliseconds read_timeout{
        20'000};        ///< silence longer than this is an error (stall_timeout)
    bool loop = false;  ///< files: start again at the end
    bool audio = false; ///< also the packets of the sound that goes with the pictures
    enum class Transport { automatic = 1, tcp, udp } transport = Transport::automatic; ///< RTSP
    std::int64_t max_pixels = 100'000'000; ///< larger pictures are refused before they are decoded
    net::TlsOptions tls{};                 ///< rtsps, https, rtmps
    std::chrono::milliseconds picture_interval{
        1'000};              ///< still pictures over HTTP: how often one is fetched
    DeviceOptions device{};  ///< USB cameras
    std::stop_token stop{};  ///< ends an open() that blocks, with `cancelled`
    std::string cache_dir{}; ///< where rendered demo clips are kept; empty: the system's place
};

/// What a stream is made of. Copyable; `parameters` is shared and immutable.
struct StreamInfo {
    struct Parameters; ///< libav codec parameters; private to media
    std::string codec; ///< "h264", "hevc", "mjpeg", …
    int width_px = 0;  ///< as coded, before rotation; 0 if not known yet
    int height_px = 0;
    int rotation_deg = 0;  ///< clockwise turn that makes the picture upright: 0, 90, 180, 270
    double frame_rate = 0; ///< nominal frames per second; 0 if unknown
    std::optional<StreamClock::duration> duration; ///< files only
    WallTime started_at; ///< UTC of stream time 0: now for live, the file's recorded or
                         ///< modification time
    bool live = false;
    bool separate_pictures =
        false; ///< a folder or picture file: frames are not moments of one scene
    std::shared_ptr<const Parameters> parameters;
    std::string container;   ///< "rtsp", "hls", "mpjpeg", "mov,mp4,…"; empty: none
    std::string transport;   ///< of a network: "tcp", "udp", "tls", "http", …; empty: a file
    std::string audio_codec; ///< "aac", "opus", "pcm_alaw", …; empty: no sound
    std::shared_ptr<const Parameters> audio; ///< null: no sound, or it was not asked for
};

/// One opened input: compressed pictures in decoding order, and pieces of sound between them if
/// SourceOptions::audio asked for them.
///
/// Thread-compatible: one thread reads. read() blocks.
class Source {
public:
    virtual ~Source() = default;
    [[nodiscard]] virtual const StreamInfo& info() const = 0;

    /// \return the next packet; nothing at the end of the input;
    ///   deadline_exceeded after read_timeout of silence, data_loss when the rest can't be read,
    ///   unavailable when a peer went away, cancelled when `stop` was requested.
    [[nodiscard]] virtual Result<std::optional<Packet>> read(std::stop_token stop) = 0;

    /// The input for people: credentials removed.
    [[nodiscard]] virtual const std::string& name() const = 0;
};

/// URL scheme -> factory; "file", "folder", "rtsp", "demo", …
using SourceRegistry =
    Registry<Source, const std::string& /*location*/, const SourceOptions&, const Clock&, Log&>;

Status register_builtin_sources(SourceRegistry& registry);

/// Opens a path, a folder, or an URL by its scheme.
/// \return not_found, permission_denied, invalid_argument (not a video or picture, too large),
///   unavailable or deadline_exceeded (a camera that does not answer), each with what to do.
Result<std::unique_ptr<Source>> open_source(const SourceRegistry& registry,
                                            const std::string& location,
                                            const SourceOptions& options, const Clock& clock,
                                            Log& log);

/// Whether there is a kind of input for the scheme of `location`; nothing is opened.
/// \return invalid_argument, naming those that there are
Status check_location(const SourceRegistry& registry, const std::string& location);

/// Plays a recording as if it were a camera: packets come when their time has come, stream time 0
/// is the moment of the first read(), and StreamInfo::live is set. A live source is given back as
/// it is. A reader that falls behind finds what is due waiting, as with a camera; after ten seconds
/// the rest plays later. \param clock  borrowed
[[nodiscard]] std::unique_ptr<Source> at_real_speed(std::unique_ptr<Source> source,
                                                    const Clock& clock);

/// `rtsp://user:secret@host/x` -> `rtsp://***@host/x`; paths stay as they are.
[[nodiscard]] std::string without_credentials(std::string_view location);

} // namespace vedette::media
