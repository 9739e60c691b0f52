#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/config/units.h"
#include "vedette/vision/motion.h"
#include "vedette/vision/tamper.h"
#include "vedette/vision/tracker.h"

namespace vedette::pipeline {

/// `detect.gate:` — what is decoded at all, and which of it is looked at.
enum class GateMode {
    off = 1, ///< everything is decoded; every picture that is due is looked at
    motion,  ///< everything is decoded; looked at while something moves (require_motion)
    packet,  ///< while nothing happens key frames alone are decoded; otherwise as `motion`
};

/// The word of the configuration.
[[nodiscard]] std::string_view to_string(GateMode mode) noexcept;

/// `detect.packet:` — of the gate `packet`.
struct PacketGateOptions {
    std::chrono::milliseconds stay_awake{10'000}; ///< after the last sign that something happens
    /// Asleep: a key frame is looked at for motion, even if the sizes of packets are as ever.
    std::chrono::milliseconds probe_every{8'000};
    std::chrono::milliseconds look_every{
        60'000}; ///< asleep: detectors look at a key frame, even if nothing moves in it
    config::ByteSize max_bytes{8'000'000};      ///< packets kept back, at most
    std::chrono::milliseconds max_time{15'000}; ///< between the first and the last of them
};

/// `detect:` — how often pictures are looked at, and when a track counts.
struct DetectOptions {
    bool enabled = true;
    double fps = 5;           ///< detections per second at most, 0.1..60
    int min_initialized = 2;  ///< detections before a track is believed, 1..100
    int max_disappeared = 25; ///< detections missed in a row before a track ends, 1..10000
    std::chrono::milliseconds max_frame_age{
        2'000}; ///< live: older pictures are dropped instead of looked at
    GateMode gate = GateMode::motion;
    PacketGateOptions packet;
    bool require_motion =
        true; ///< look only while something moves; parked things are looked at now and then
    struct Stationary {
        int interval = 50;  ///< looked at once in so many detections while nothing moves, 1..10000
        int threshold = 50; ///< detections without moving until a thing is parked, 1..10000
    } stationary;

    /// Whether pictures in which nothing moves are passed over.
    [[nodiscard]] bool waits_for_motion() const noexcept {
        return require_motion && gate != GateMode::off;
    }
};

/// One entry of `objects.filters:`.
struct LabelFilter {
    float min_score = 0.6F; ///< 0..1, weaker detections only keep tracks alive
    float threshold = 0.5F; ///< 0..1, a track's best score must reach
    int min_area = 0;       ///< pixels of the analysed picture; smaller detections are ignored
};

/// The label of what moves when no model is there to say what it is.
inline constexpr std::string_view kMovingLabel = "moving";

/// `objects:` — what is followed.
struct ObjectOptions {
    std::vector<std::string> track{"person", "bicycle", "car", "motorcycle", "bus", "truck"};
    std::map<std::string, LabelFilter> filters;

    [[nodiscard]] const LabelFilter& filter_for(const std::string& label) const;
    [[nodiscard]] bool tracks(const std::string& label) const;
};

/// `lpr:` — plates.
struct LprOptions {
    bool enabled = true;
    float detection_threshold = 0.3F; ///< 0..1, of the plate detector
    int min_area = 1000; ///< pixels of the vehicle; on smaller ones no plate is looked for
    float recognition_threshold =
        0.9F;                 ///< 0..1, to accept a text; weaker reads still feed the fusion
    int min_plate_length = 4; ///< characters
    std::vector<std::string> regions; ///< grammars tried; empty: all
    struct Fusion {
        std::size_t max_reads = 25; ///< per track, the best are kept
    } fusion;
    std::chrono::milliseconds dedupe_window{
        30'000}; ///< the same text again within it is one passage
};

/// `snapshots:`
struct SnapshotOptions {
    bool enabled = true;
    int quality = 80; ///< JPEG, 1..100
    /// Days that a server keeps them, as long as their sighting at most.
    struct Retain {
        double default_days = 10;
        std::map<std::string, double> objects{};   ///< label -> days
        config::ByteSize max_size{20'000'000'000}; ///< of all cameras' pictures together
        friend bool operator==(const Retain&, const Retain&) = default;
    } retain;
};

/// `cameras.<name>.type`: what the camera looks at.
enum class CameraType {
    general = 1,
    lpr, ///< a plate camera: plates are looked for in the whole picture and followed themselves
};

/// All that the analysis of one camera needs.
struct CameraOptions {
    std::string name;
    std::string site{}; ///< first part of its events' ids; empty: that of the node
    CameraType type = CameraType::general;
    DetectOptions detect;
    vision::MotionOptions motion;
    ObjectOptions objects;
    LprOptions lpr;
    SnapshotOptions snapshots;
    vision::TamperOptions tamper{}; ///< of live cameras
};

/// What the tracker must be told so that the words of `detect:` mean what they say.
/// \param separate_pictures  nothing is followed: one look is enough to be believed
[[nodiscard]] vision::TrackerOptions tracker_options_for(const CameraOptions& camera,
                                                         bool separate_pictures);

} // namespace vedette::pipeline
