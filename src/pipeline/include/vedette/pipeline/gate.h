#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vedette::pipeline {

/// Why a camera that was asleep is decoded again.
enum class WakeReason {
    sizes = 1, ///< packets were larger than their like
    picture,   ///< something moves in a key frame, or the light changed
    track,     ///< something is followed that is not at rest
    stream,    ///< a gap, another codec or set-up, a key frame that can't be decoded
    long_group ///< more packets since the last key frame than are kept
};

inline constexpr std::array kAllWakeReasons{WakeReason::sizes, WakeReason::picture,
                                            WakeReason::track, WakeReason::stream,
                                            WakeReason::long_group};

[[nodiscard]] constexpr std::string_view to_string(WakeReason reason) noexcept {
    switch (reason) {
    case WakeReason::sizes: return "sizes";
    case WakeReason::picture: return "picture";
    case WakeReason::track: return "track";
    case WakeReason::stream: return "stream";
    case WakeReason::long_group: return "long_group";
    }
    return "";
}

/// What a packet gate did since its input was opened.
struct GateReport {
    bool on = false; ///< there is one
    bool asleep = false;
    std::uint64_t packets = 0;
    std::uint64_t decoded = 0; ///< of them handed out
    std::uint64_t probed = 0;  ///< key frames that were looked at by themselves
    std::array<std::uint64_t, kAllWakeReasons.size()> wakes{}; ///< by reason
    std::size_t kept_bytes = 0;                                ///< now

    [[nodiscard]] std::uint64_t& of(WakeReason reason) {
        return wakes.at(static_cast<std::size_t>(reason) - 1);
    }
    [[nodiscard]] std::uint64_t of(WakeReason reason) const {
        return wakes.at(static_cast<std::size_t>(reason) - 1);
    }
};

} // namespace vedette::pipeline
