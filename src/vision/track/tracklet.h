#pragma once

#include "track/label_vote.h"
#include "track/motion_model.h"
#include "track/stillness.h"
#include "vedette/domain/detection.h"
#include "vedette/domain/track.h"
#include "vedette/vision/tracker.h"

namespace vedette::vision {

/// One followed object: where it is, what it is, and whether it is believed, in sight or parked.
class Tracklet {
public:
    /// \param options  borrowed; must outlive this
    Tracklet(domain::TrackId id, const domain::Detection& first, StreamTime at,
             const TrackerOptions& options, float aspect_ratio);

    /// Moves the expected box on to `at`.
    void predict(StreamTime at);
    /// Takes a detection as its own.
    void see(const domain::Detection& detection, StreamTime at);

    [[nodiscard]] const domain::NormBox& expected() const noexcept { return expected_; }
    [[nodiscard]] domain::NormPoint velocity() const noexcept { return filter_.velocity(); }
    [[nodiscard]] const std::string& label() const noexcept { return votes_.winner(); }
    [[nodiscard]] domain::TrackId id() const noexcept { return id_; }
    [[nodiscard]] StreamTime first_seen() const noexcept { return first_seen_; }
    [[nodiscard]] StreamTime last_seen() const noexcept { return last_seen_; }
    [[nodiscard]] float best_score() const noexcept { return best_score_; }
    [[nodiscard]] bool confirmed() const noexcept {
        const bool long_enough =
            options_->confirm_hits <= 1 || last_seen_ - first_seen_ >= options_->confirm_after;
        return hits_ >= options_->confirm_hits && long_enough;
    }
    [[nodiscard]] bool stationary() const noexcept { return stillness_.still(); }
    /// Whether it was seen in the update before the one at `predict()`'s time.
    [[nodiscard]] bool in_sight() const noexcept { return in_sight_; }
    [[nodiscard]] bool expired(StreamTime at) const noexcept;
    [[nodiscard]] domain::Track snapshot() const;

    void lose() noexcept;

private:
    const TrackerOptions* options_;
    domain::TrackId id_;
    BoxFilter filter_;
    LabelVote votes_;
    Stillness stillness_;
    domain::NormBox expected_;
    float score_;
    float best_score_;
    int hits_ = 1;
    StreamTime first_seen_;
    StreamTime last_seen_;
    StreamTime predicted_to_;
    bool in_sight_ = true;
};

} // namespace vedette::vision
