#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/domain/ids.h"

namespace vedette::ports {

enum class CameraState {
    starting = 1, ///< not one picture yet
    online,
    offline, ///< lost; tried again by itself
    ended,   ///< a file that was played to its end
    disabled,
};

/// What stands before a camera's decoder, `detect.gate`.
struct CameraGate {
    std::string mode = "motion"; ///< off, motion or packet
    /// What follows is told by `packet` alone, since the camera was started.
    bool asleep = false;                                      ///< only key frames are decoded now
    std::uint64_t packets = 0;                                ///< that came
    std::uint64_t decoded = 0;                                ///< of them
    std::vector<std::pair<std::string, std::uint64_t>> wakes; ///< reason -> times
};

/// One input of a camera, as its connection monitor sees it: `cameras.NAME.inputs[]`.
struct InputStatus {
    std::vector<std::string> roles;            ///< what it is used for: detect, live, record, audio
    CameraState state = CameraState::starting; ///< online: its packets come
    WallTime since;                            ///< of the state
    std::string source;                        ///< what is or would be open, without credentials
    std::string problem;                       ///< for people, why it is not online; else empty
    std::optional<WallTime> last_packet;       ///< of a picture
    std::uint64_t reconnects = 0;              ///< times it was opened again, or that was tried
    std::uint64_t breaks = 0;                  ///< times it broke off after pictures had come
    bool has_fallback = false;
    bool on_fallback = false;    ///< `source` is the fallback
    std::string fallback_reason; ///< for people, why; empty while it is not used
};

/// Whether a camera sees what it was set up to see, `tamper`.
struct CameraTamper {
    enum class State {
        off = 1,  ///< nobody looks
        learning, ///< what it looks at is not known yet
        ok,
        tampered,
    };
    /// How far the view lies from where it was: shares of width and height, degrees clockwise.
    struct Shift {
        double x = 0;
        double y = 0;
        double degrees = 0;
        double zoom = 1;
    };
    /// Of the newest picture; each but the first is 1 where it is as ever.
    struct Reading {
        double luminance = 0; ///< 0..255
        double detail = 0;
        double sharpness = 0;
        double agreement = 0;
        std::optional<Shift> shift;
    };

    State state = State::off;
    std::string kind; ///< black, uniform, blurred or moved; empty unless tampered
    std::optional<WallTime> since;
    Reading reading; ///< while ok and tampered
};

/// A camera was tampered with, or is not any more.
struct TamperChange {
    domain::CameraId camera;
    std::string site; ///< empty: that of the node
    std::string kind;
    bool begins = false;
    bool accepted = false; ///< an end: nobody put it right, it is the camera's view from now on
    WallTime since;
    WallTime at;
    CameraTamper::Reading reading;
};

/// One camera as it is now.
struct CameraStatus {
    domain::CameraId id;
    CameraState state = CameraState::starting;
    std::string site;    ///< where it stands; empty: that of the node
    std::string source;  ///< without credentials
    std::string problem; ///< for people, why it is not online; else empty
    WallTime since;      ///< of the state
    std::optional<WallTime> last_picture;
    int width_px = 0; ///< 0 before the first picture
    int height_px = 0;
    double frames_per_second = 0; ///< decoded, over the last seconds
    double looks_per_second = 0;  ///< detected
    std::uint64_t frames = 0;     ///< decoded since the start
    std::uint64_t dropped = 0;    ///< pictures that were due for a look and did not get one
    std::uint64_t reconnects = 0;
    std::vector<std::pair<std::string, std::uint64_t>> funnel; ///< verdict -> tracks
    CameraGate gate;
    std::vector<InputStatus> inputs; ///< those that are used; the analysed one first
    CameraTamper tamper;
};

/// The newest picture that was looked at.
struct LivePicture {
    std::vector<std::byte> jpeg;
    int width_px = 0;
    int height_px = 0;
    WallTime at;
    struct Box {
        domain::NormBox box;
        std::string label;
        std::string text; ///< the plate as read so far; may be empty
    };
    std::vector<Box> boxes;
};

/// The cameras of this node, for those who show them.
///
/// Thread-safe; calls do not wait for a camera.
class CameraDirectory {
public:
    virtual ~CameraDirectory() = default;
    /// In the order of the configuration.
    [[nodiscard]] virtual std::vector<CameraStatus> cameras() const = 0;
    /// \return not_found for an unknown camera.
    [[nodiscard]] virtual Result<CameraStatus> camera(const domain::CameraId& id) const = 0;
    /// Sightings with a plate that were seen earlier than this have all been given to the sink; of
    /// a camera that is away nothing is waited for. \return nothing if that is not known
    [[nodiscard]] virtual std::optional<WallTime> settled() const { return std::nullopt; }
    /// Encodes when asked, so that nobody pays for pictures that nobody sees.
    /// \param longest_side_px  160..4096; a larger picture is scaled down
    /// \return not_found for an unknown camera, unavailable before its first picture.
    [[nodiscard]] virtual Result<LivePicture> latest_picture(const domain::CameraId& id,
                                                             int longest_side_px) const = 0;
};

[[nodiscard]] std::string_view to_string(CameraState state) noexcept;
[[nodiscard]] std::string_view to_string(CameraTamper::State state) noexcept;

} // namespace vedette::ports
