#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

namespace vedette::ports {

constexpr std::chrono::hours kLongestSegment{1};

/// What was going on while a segment was recorded: what decides how long it is kept.
struct RecordedActivity {
    double motion = 0; ///< 0..1, largest share of the picture that moved; 0: nothing moved
    double object = 0; ///< 0..1, surest sighting, with what is kept around it; 0: none
    double alert = 0;  ///< 0..1, surest alert, likewise; 0: none
    double seen = 0;   ///< 0..1, surest sighting while this was recorded, not around it; 0: none
    friend bool operator==(const RecordedActivity&, const RecordedActivity&) = default;
};

/// Whether something was seen or an alert was, or is kept around one.
[[nodiscard]] constexpr bool is_of_event(const RecordedActivity& activity) {
    return activity.object > 0 || activity.alert > 0;
}

/// One file of recorded packets.
struct RecordedSegment {
    std::uint64_t id = 0; ///< given by the index, rises; 0 before
    domain::CameraId camera;
    std::string file; ///< below the recordings' folder, with '/' between; 1..512 bytes
    WallTime start;   ///< of its first picture
    WallTime end;     ///< when its last picture ends; later than start, by kLongestSegment at most
    std::uint64_t bytes = 0;
    std::string sha256;      ///< of the file, 64 hexadecimal digits
    std::string codec;       ///< "h264", …
    std::string audio_codec; ///< empty: no sound
    int width_px = 0;
    int height_px = 0;
    std::string fragments;           ///< where they lie in the file; the recorder's own form
    std::chrono::microseconds gap{}; ///< that nothing was recorded before it; 0: it goes on
    std::string gap_cause;           ///< in words, if there is a gap
    RecordedActivity activity;
    bool kept = false;   ///< nobody deletes it until it is let go again
    bool doomed = false; ///< its file is being deleted
    std::string tier{};  ///< where its file is: the id of a tier; empty: where it was recorded
    friend bool operator==(const RecordedSegment&, const RecordedSegment&) = default;
};

/// A place in the order in which segments are listed: by camera, then by start, then by id.
struct RecordingPlace {
    domain::CameraId camera;
    WallTime start;
    std::uint64_t id = 0;
    friend bool operator==(const RecordingPlace&, const RecordingPlace&) = default;
};
[[nodiscard]] RecordingPlace place_of(const RecordedSegment& segment);
/// Whether `a` is listed before `b`.
[[nodiscard]] bool is_listed_before(const RecordingPlace& a, const RecordingPlace& b);

/// Segments that overlap [from, to).
struct RecordingQuery {
    std::optional<domain::CameraId> camera{}; ///< nothing: of all
    WallTime from = WallTime::min();
    WallTime to = WallTime::max();
    std::optional<RecordingPlace> after{}; ///< of the last one of the page before
    std::size_t limit = 500;               ///< 1..5000
    std::optional<std::string> tier{};     ///< nothing: of all
};

/// What is kept of one camera.
struct RecordingExtent {
    domain::CameraId camera;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    WallTime oldest;
    WallTime newest; ///< end
    friend bool operator==(const RecordingExtent&, const RecordingExtent&) = default;
};

/// What is kept of one camera on one tier.
struct TierExtent {
    std::string tier;
    domain::CameraId camera;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    std::uint64_t event_bytes = 0; ///< of them, what is_of_event()
    friend bool operator==(const TierExtent&, const TierExtent&) = default;
};

/// Somebody said that what is recorded in [from, to) matters: it counts as an alert.
struct RecordingTrigger {
    std::uint64_t id = 0; ///< given by the index, rises; 0 before
    domain::CameraId camera;
    WallTime at; ///< when it was said
    WallTime from;
    WallTime to;        ///< later than from
    std::string reason; ///< for people, 500 bytes at most; may be empty
    bool keep = false;  ///< nobody deletes what is recorded then
    friend bool operator==(const RecordingTrigger&, const RecordingTrigger&) = default;
};

/// Triggers whose time overlaps [from, to).
struct TriggerQuery {
    std::optional<domain::CameraId> camera{}; ///< nothing: of all
    WallTime from = WallTime::min();
    WallTime to = WallTime::max();
    std::uint64_t before = 0; ///< only those with a smaller id; 0: all
    std::size_t limit = 100;  ///< 1..1000
};

/// The recordings that there are. A segment is added when its bytes are on the disk to stay, and
/// leaves in two steps, so that a crash leaves no row without bytes: it is doomed, its file goes,
/// it is removed.
///
/// Thread-safe. Implementations pass ports/testing/recording_index_contract.h, which is the
/// definition of this interface. Errors of all: resource_exhausted if the disk is full,
/// unavailable, data_loss.
class RecordingIndex {
public:
    virtual ~RecordingIndex() = default;

    /// Durable when it returns. \return its id; already_exists if one has this file;
    ///   invalid_argument for what is out of bounds.
    [[nodiscard]] virtual Result<std::uint64_t> add(const RecordedSegment& segment) = 0;
    /// \return not_found.
    [[nodiscard]] virtual Result<RecordedSegment> find(std::uint64_t id) const = 0;
    /// Without those that are doomed. \return invalid_argument for a limit out of range.
    [[nodiscard]] virtual Result<std::vector<RecordedSegment>>
    list(const RecordingQuery& query) const = 0;
    /// The newest of a camera, also if it is doomed; nothing if there is none.
    [[nodiscard]] virtual Result<std::optional<RecordedSegment>>
    last(const domain::CameraId& camera) const = 0;
    /// Whether a segment has this file.
    [[nodiscard]] virtual Result<bool> has(std::string_view file) const = 0;
    /// The segment with this file, also if it is doomed; nothing if there is none.
    [[nodiscard]] virtual Result<std::optional<RecordedSegment>>
    find_file(std::string_view file) const = 0;
    /// Ordered by camera; without those that are doomed.
    [[nodiscard]] virtual Result<std::vector<RecordingExtent>> extents() const = 0;
    /// Ordered by tier, then by camera; without those that are doomed.
    [[nodiscard]] virtual Result<std::vector<TierExtent>> tier_extents() const = 0;

    /// Raises the scores of every segment of the camera that overlaps [from, to); none is lowered.
    virtual Status mark(const domain::CameraId& camera, WallTime from, WallTime to,
                        const RecordedActivity& activity) = 0;
    /// \return not_found.
    virtual Status keep(std::uint64_t id, bool kept) = 0;
    /// The same for every segment of the camera that overlaps [from, to), without those that are
    /// doomed; all at once. \return how many those are
    virtual Result<std::uint64_t> keep_all(const domain::CameraId& camera, WallTime from,
                                           WallTime to, bool kept) = 0;

    /// Its file is on that tier now, to stay; durable when it returns. \return not_found, also if
    /// it is doomed.
    virtual Status move(std::uint64_t id, std::string_view tier) = 0;

    /// Unknown ids are fine; those that are kept or on another tier stay as they are. \return how
    /// many are doomed now
    virtual Result<std::uint64_t> doom(const std::vector<std::uint64_t>& ids,
                                       std::string_view tier) = 0;
    /// Those of one tier.
    [[nodiscard]] virtual Result<std::vector<RecordedSegment>> doomed(std::string_view tier,
                                                                      std::size_t most) const = 0;
    /// Their files are gone. Unknown ids are fine.
    virtual Status remove(const std::vector<std::uint64_t>& ids) = 0;

    /// Durable when it returns. \return its id; invalid_argument for what is out of bounds;
    ///   resource_exhausted if the camera has kMostTriggers.
    [[nodiscard]] virtual Result<std::uint64_t> add_trigger(const RecordingTrigger& trigger) = 0;
    /// The newest first. \return invalid_argument for a limit out of range.
    [[nodiscard]] virtual Result<std::vector<RecordingTrigger>>
    triggers(const TriggerQuery& query) const = 0;
    /// Those of the camera that were over at `before`.
    virtual Status forget_triggers(const domain::CameraId& camera, WallTime before) = 0;
};
constexpr std::size_t kMostTriggers = 10'000; ///< of one camera

/// What every implementation of add() and list() asks first. \return invalid_argument.
[[nodiscard]] Status check_segment(const RecordedSegment& segment);
[[nodiscard]] Status check_recording_query(const RecordingQuery& query);
[[nodiscard]] Status check_trigger(const RecordingTrigger& trigger);
[[nodiscard]] Status check_trigger_query(const TriggerQuery& query);

} // namespace vedette::ports
