#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/media/segment_muxer.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// What counts for recordings of which nobody knows what went on: as if somebody had been seen.
constexpr ports::RecordedActivity kNotKnown{.motion = 1, .object = 1, .alert = 0, .seen = 1};

/// Takes the packets of one input of a camera for a recorder.
class RecorderTap : public media::PacketTap {
public:
    using media::PacketTap::take;
    /// The same for packets that were made of others. \param came  when those did, by the machine's
    ///   clock
    virtual void take(const media::Packet& packet, const media::StreamInfo& streams,
                      WallTime came) = 0;
    /// Packets come that may not be recorded: RecordingStatus::problem says so until one is
    /// recorded again, or the input is over. \param why  for people, with what to do
    virtual void withhold(const std::string& why) = 0;
};

/// How one camera's recording goes.
struct RecordingStatus {
    domain::CameraId camera;
    bool recording = false; ///< packets come, and become segments
    std::string problem;    ///< why not, though packets come
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    std::uint64_t lost_packets = 0;
};

/// Records what cameras send, packet by packet, on one thread for all of them: a capture thread
/// hands its packet over and never waits. When the disk is so slow that more than
/// Options::max_waiting_bytes wait, packets are lost and counted, and the gap says so.
///
/// Thread-safe. Destroying it ends every segment in order; taps may outlive it and then do nothing.
class Recorder {
public:
    struct Options {
        std::chrono::seconds segment{10}; ///< 1 .. 600
        std::size_t max_waiting_bytes = std::size_t{64} << 20U;
    };
    /// Borrowed; must outlive it.
    struct Parts {
        RecordingFiles& files;
        ports::RecordingIndex& index;
        Metrics& metrics;
        Log& log;
        const Clock& clock;
    };

    Recorder(const Options& options, const Parts& parts);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// For the packets of one opened input of this camera.
    [[nodiscard]] std::unique_ptr<RecorderTap> tap(const domain::CameraId& camera);
    /// Something goes on at that camera in [from, to), which may reach into the future; what is
    /// `seen` in it is about what is recorded then, and goes no further.
    void note(const domain::CameraId& camera, WallTime from, WallTime to,
              const ports::RecordedActivity& activity);
    /// Somebody says that [from, to), which may reach into the future, matters: it counts as an
    /// alert. \return resource_exhausted while too much waits to be recorded
    [[nodiscard]] Status trigger(const ports::RecordingTrigger& trigger);

    /// Ordered by camera.
    [[nodiscard]] std::vector<RecordingStatus> status() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace vedette::recording
