#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/media/segment_muxer.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

constexpr std::chrono::hours kLongestClip{25}; ///< a day, also when the clock is set back
/// Between two segments without a gap the machine's clock may say so much: cameras are late and
/// early, and it is set.
constexpr std::chrono::seconds kClockJitter{2};

/// Some fragments of one segment, in a row, the first of which begins with a key frame.
struct ClipPart {
    std::uint64_t segment = 0; ///< its id in the index
    std::string file;          ///< below the recordings' folder
    std::string sha256;        ///< of the whole file
    std::uint64_t head_bytes = 0;
    std::size_t first = 0; ///< how many fragments of the segment come before these
    std::vector<media::SegmentFragment> fragments; ///< at least one
    WallTime from;                                 ///< of the first picture
    WallTime to;                                   ///< when the last one ends
    StreamClock::duration at{};      ///< of the first picture in the clip, in decoding order
    StreamClock::duration length{};  ///< more than 0
    std::chrono::microseconds gap{}; ///< that nothing is there before it; 0: it goes on
    std::string gap_cause;           ///< in words, if there is a gap

    [[nodiscard]] std::uint64_t offset() const { return fragments.front().offset; }
    [[nodiscard]] std::uint64_t bytes() const {
        return fragments.back().offset + fragments.back().bytes - offset();
    }
};

/// Recordings that one stream can hold: all have the same codecs. What was not recorded takes no
/// time in it.
struct Clip {
    domain::CameraId camera;
    std::vector<ClipPart> parts; ///< at least one, in order of time
    std::uint64_t set_up = 0;    ///< see FragmentTable
    std::string codec;           ///< "h264", …
    std::string audio_codec;     ///< empty: no sound
    int width_px = 0;
    int height_px = 0;

    [[nodiscard]] WallTime from() const { return parts.front().from; }
    [[nodiscard]] WallTime to() const { return parts.back().to; }
    [[nodiscard]] StreamClock::duration length() const {
        return parts.back().at + parts.back().length;
    }
};

/// A segment that no clip can hold.
struct Unplayable {
    std::uint64_t segment = 0;
    std::string file;
    WallTime from;
    WallTime to;
    std::string why; ///< and what to do
};

/// Everything that overlaps a span of time.
struct Recorded {
    std::vector<Clip> clips; ///< in order of time; a new one where the codecs change
    std::vector<Unplayable> others;
};

/// What a clip may be made of.
enum class ClipUse {
    copied = 1, ///< what a ClipFile can give: MP4 as it was recorded
    played,     ///< also the pictures alone of Matroska: see pictures_of() in clip_pictures.h
};

/// What is recorded in [from, to), in whole fragments: from the key frame at or before `from` to
/// the end of the last fragment that begins before `to`. The files' tables are in the index; at
/// most two files are opened.
///
/// \return invalid_argument if `from` is not before `to`, or more than kLongestClip; not_found if
///   nothing is recorded there, naming what is nearest; errors of index and files.
[[nodiscard]] Result<Recorded> find_recorded(const RecordingFiles& files,
                                             const ports::RecordingIndex& index,
                                             const domain::CameraId& camera, WallTime from,
                                             WallTime to, ClipUse use = ClipUse::copied);

/// Where recordings go on that the first clip does not hold.
struct Continuation {
    WallTime from;
    std::string why; ///< they are not in it, and what to do
};
/// \return nothing if it holds all of them. \pre there is a clip
[[nodiscard]] std::optional<Continuation> behind_first_clip(const Recorded& recorded);

/// The first clip in it. \return invalid_argument if it begins with something that no clip can
/// hold, saying
///   what, what to do, and where clips go on.
[[nodiscard]] Result<Clip> first_clip(Recorded recorded);

/// A text that is the same for clips of the same bytes alone: 64 hexadecimal digits.
[[nodiscard]] std::string identity_of(const Clip& clip);

/// Whether a file of this name can be in a clip as it is.
[[nodiscard]] bool is_playable(std::string_view file);
/// Whether its pictures can be in one that is played.
[[nodiscard]] bool has_playable_pictures(const ports::RecordedSegment& segment);

} // namespace vedette::recording
