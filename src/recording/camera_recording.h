#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "segment_writer.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// The recording of one camera: packets in, one segment after the other out, each ended at the
/// first key frame behind a multiple of the segment's length by the clock, durable, and then a row
/// of the index. What could not be recorded is a gap with its cause in the row behind it.
///
/// While the disk refuses, it goes on trying, a key frame every few seconds; packets between are
/// lost, nobody waits.
///
/// Thread-compatible: lives on the writer's thread.
class CameraRecording {
public:
    struct Parts {
        RecordingFiles* files = nullptr;
        ports::RecordingIndex* index = nullptr;
        Log* log = nullptr;
    };
    struct Options {
        domain::CameraId camera;
        std::chrono::seconds segment{10}; ///< 1 .. 600
    };
    /// What became of the packets so far.
    struct Totals {
        std::uint64_t segments = 0;
        std::uint64_t bytes = 0;
        std::uint64_t lost_packets = 0;
    };

    CameraRecording(Options options, Parts parts) : options_{std::move(options)}, parts_{parts} {}

    /// \param came  when it was read, by the machine's clock
    void take(const media::Packet& packet, const media::StreamInfo& streams, WallTime came);
    /// Packets are missing here.
    void miss(const std::string& why);
    /// The input is over. \param why  for people; empty: a recording ended
    void end(const std::string& why);
    /// Something goes on in [from, to), which may reach into the future: segments that are still to
    /// come get it, too, but for what was `seen`, which is about what is recorded then.
    void note(WallTime from, WallTime to, const ports::RecordedActivity& activity);
    /// Somebody says that [from, to) matters, which counts as an alert.
    /// \param keep  nobody is to delete it
    void trigger(WallTime from, WallTime to, bool keep);

    [[nodiscard]] const Totals& totals() const noexcept { return totals_; }
    /// Why nothing is recorded, though packets come; empty: it is.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

private:
    void date(const media::Packet& packet, WallTime came);
    [[nodiscard]] bool is_over(const media::Packet& packet) const;
    void begin(const media::Packet& packet, const media::StreamInfo& streams);
    void finish();
    void refused(const Error& error);
    [[nodiscard]] std::optional<WallTime> last_known();
    void remember(const ports::RecordedSegment& row);
    void raise_open(WallTime from, WallTime to, const ports::RecordedActivity& activity);
    void raise_finished(WallTime from, WallTime to, const ports::RecordedActivity& activity);
    void set_gap(ports::RecordedSegment& row);

    const Options options_;
    const Parts parts_;
    Totals totals_;
    std::unique_ptr<SegmentWriter> open_;
    ports::RecordedActivity activity_; ///< of the open segment
    StreamTime open_from_;             ///< decoding time
    StreamTime newest_;                ///< of all pictures, decoding time
    WallTime turn_;                    ///< when the open segment has its length

    std::optional<WallTime::duration> zero_;  ///< the clock at stream time 0, as it was last dated
    std::optional<WallTime::duration> least_; ///< the same, least since then: the least delayed

    struct Ongoing {
        WallTime until;
        ports::RecordedActivity activity;
    };
    std::optional<Ongoing> ongoing_;
    WallTime triggered_until_ = WallTime::min(); ///< segments that begin before count as an alert
    WallTime kept_until_ = WallTime::min();      ///< and these are kept
    bool open_is_kept_ = false;
    std::deque<ports::RecordedSegment> recent_; ///< the last ones that are finished

    bool broken_ = true;          ///< between here and the packet before something is missing
    std::string cause_;           ///< why
    std::optional<WallTime> end_; ///< of the last segment
    std::string problem_;
    std::optional<StreamTime> retry_at_; ///< not before
};

} // namespace vedette::recording
