#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "track/association.h"
#include "track/tracklet.h"
#include "vedette/vision/tracker.h"

namespace vedette::vision {

/// ByteTrack; the contract is Tracker's. docs/design/tracking.md tells where and why it differs
/// from the paper.
class ByteTracker final : public Tracker {
public:
    ByteTracker(const TrackerOptions& options, float aspect_ratio);
    ByteTracker(const ByteTracker&) = delete; // the tracks point at options_
    ByteTracker& operator=(const ByteTracker&) = delete;
    ~ByteTracker() override = default;

    domain::TrackChanges update(StreamTime at,
                                std::span<const domain::Detection> detections) override;
    domain::TrackChanges finish() override;
    [[nodiscard]] std::size_t size() const override { return tracks_.size(); }
    [[nodiscard]] std::size_t pushed_out() const override { return pushed_out_; }

private:
    using Indices = std::vector<std::size_t>;
    /// What one update still has to settle.
    struct Round;

    void close_expired(StreamTime at, domain::TrackChanges& changes);
    [[nodiscard]] Round begin(StreamTime at, std::span<const domain::Detection> detections);
    void match(Round& round, Indices& tracks, Indices& detections, const MatchRule& rule);
    void lose_unmatched(Round& round);
    /// The score that a detection of this label must have where `usual` is meant for any.
    [[nodiscard]] float needed(const domain::Detection& detection, float usual) const;
    [[nodiscard]] bool lies_on_a_track(const domain::Detection& detection) const;
    void start_tracks(Round& round);
    void mark_duplicates(Round& round);
    void close_marked(Round& round, domain::TrackChanges& changes);
    void push_out_weakest(Round& round);
    void report(const Round& round, domain::TrackChanges& changes) const;

    const TrackerOptions options_;
    float aspect_ratio_;
    std::int64_t next_id_ = 1;
    std::optional<StreamTime> last_update_;
    std::size_t pushed_out_ = 0;
    std::vector<Tracklet> tracks_; ///< by ascending id
};

} // namespace vedette::vision
