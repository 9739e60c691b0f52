#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"

namespace vedette::recording {

/// Whose recordings of [from, to) are to be told, and how finely.
struct CoverageQuery {
    domain::CameraId camera;
    WallTime from;
    WallTime to;                  ///< later than from, by kLongest at most
    std::chrono::seconds step{0}; ///< 0: as fine as is allowed

    static constexpr std::chrono::hours kLongest{24 * 31};
    static constexpr int kMostSteps = 2'000;
    /// \return invalid_argument, naming the range.
    [[nodiscard]] Status check() const;
    [[nodiscard]] std::chrono::seconds least_step() const; ///< 1 s at least
};

/// Recordings without a gap as long as a step, of one codec and size.
struct Stretch {
    WallTime from;
    WallTime to;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;         ///< of those segments, also where they reach beyond the query
    std::uint64_t interruptions = 0; ///< gaps shorter than a step
    std::string codec;               ///< "h264", …
    std::string audio_codec;         ///< empty: no sound
    int width_px = 0;
    int height_px = 0;
    bool playable = false; ///< a clip can hold it that is played (clip.h)
    bool whole = false;    ///< also one that is copied, with its sound if there is any
    bool kept = false;     ///< all of it is kept until it is let go again
    friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// Where nothing is, between two recordings.
struct CoverageGap {
    WallTime from;
    WallTime to;
    std::string cause;    ///< in words
    bool deleted = false; ///< it was recorded
    friend bool operator==(const CoverageGap&, const CoverageGap&) = default;
};

/// What went on in one step, if something did.
struct ActivityStep {
    WallTime from;
    ports::RecordedActivity most; ///< the highest scores of the segments that overlap it
    friend bool operator==(const ActivityStep&, const ActivityStep&) = default;
};

/// What there is of a camera. Before the first stretch and behind the last one nothing is known of
/// any recording, but for the gap that the first one tells of.
struct Coverage {
    std::chrono::seconds step{0};
    std::vector<Stretch> stretches;
    std::vector<CoverageGap> gaps; ///< at least as long as a step
    std::vector<ActivityStep> activity;
};

/// Told by the index alone. An answer has at most kMostSteps activities, as many gaps, and 5000
/// stretches.
///
/// \return as CoverageQuery::check(); resource_exhausted for more stretches; errors of the index.
[[nodiscard]] Result<Coverage> coverage_of(const ports::RecordingIndex& index,
                                           const CoverageQuery& query);

} // namespace vedette::recording
