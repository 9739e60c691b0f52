#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/media/source.h"

namespace vedette::media {

/// Something about an input that a person should know.
struct Finding {
    enum class Weight {
        problem = 1, ///< it does not work like this
        warning,     ///< it works, but worse than it could
        note,
    } weight = Weight::problem;
    std::string id;     ///< for programs: "name-not-found", "long-key-frame-interval", …
    std::string text;   ///< what is so, without any password
    std::string advice; ///< what to do; empty: nothing
};

/// What packets told while an input was watched.
struct StreamMeasures {
    std::uint64_t packets = 0; ///< pictures
    std::chrono::microseconds watched{0};
    std::optional<double> frame_rate;      ///< by the stream's own times
    std::optional<double> arrival_rate;    ///< by the clock of this machine; live only
    std::optional<double> bits_per_second; ///< of the pictures
    std::uint64_t key_frames = 0;
    std::optional<std::chrono::microseconds> key_frame_interval; ///< the longest; two are needed
    std::optional<int> key_frame_distance;                       ///< the same in pictures
    bool reordered = false;       ///< pictures come in another order than they are shown: B-frames
    bool variable_rate = false;   ///< distances between pictures differ much
    std::uint64_t time_jumps = 0; ///< times that stepped back or far ahead, or stood still
    std::uint64_t audio_packets = 0;
};

/// What is known of one input. Empty or 0 is what could not be found out.
struct InputReport {
    std::string name;    ///< without credentials
    bool opened = false; ///< all below only if so, `findings` always
    bool live = false;
    std::string container;
    std::string transport;
    std::string codec;
    std::string profile; ///< "High", "Main 10", …
    std::string pixel_format;
    int width_px = 0;
    int height_px = 0;
    int rotation_deg = 0;
    double declared_frame_rate = 0;
    std::string audio_codec;
    int audio_rate_hz = 0;
    int audio_channels = 0;
    std::chrono::milliseconds open_time{0};
    std::optional<std::chrono::milliseconds> first_packet;  ///< since the beginning of opening
    std::optional<std::chrono::milliseconds> first_picture; ///< the same, decoded
    std::string decoder;
    StreamMeasures measures;
    std::vector<Finding> findings; ///< the worst first

    [[nodiscard]] bool works() const; ///< opened, and no finding is a problem
};

struct ProbeOptions {
    SourceOptions source{};
    std::chrono::milliseconds watch{5'000}; ///< how long packets are read
    /// Goes on for so long while there are fewer than two key frames.
    std::chrono::milliseconds longest_watch{15'000};
};

/// Opens an input, watches it for a while, and says what it is and what is wrong with it. Where a
/// network address can't be opened, looks step by step for the reason: name, way, port, TLS, what
/// the server answers. Takes at most open_timeout three times, longest_watch, and what the system
/// needs to look up a name.
///
/// Thread-safe; blocks. \return never an error: what does not work is a finding. Stopped by
/// `options.source.stop`, what was found so far
[[nodiscard]] InputReport probe_input(const SourceRegistry& registry, const std::string& location,
                                      const ProbeOptions& options, const Clock& clock, Log& log);

} // namespace vedette::media
