#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/forecast.h"
#include "vedette/recording/janitor.h"

namespace vedette::recording {

/// What goes on one tier, and when.
struct TierPlan {
    int number = 1; ///< its place in the configuration
    bool here = true;
    std::vector<Deletion> deletions; ///< by `due`; none while the tier is away
};

/// The longest time that a plan looks ahead.
constexpr std::chrono::hours kLongestPlan{24 * 31};

/// What the server will delete until then on each tier, if what cameras send and what goes on stays
/// as it was lately. Nothing is changed. Reads the rows of all recordings once or twice.
/// \param ahead  0 .. kLongestPlan \return errors of the index; invalid_argument
[[nodiscard]] Result<std::vector<TierPlan>> plan_tiers(const ports::RecordingIndex& index,
                                                       std::span<const TierRoom> tiers,
                                                       WallTime now, std::chrono::seconds ahead);

/// Deletions of one camera that go for the same reason.
struct DeletionGroup {
    domain::CameraId camera;
    Worth worth = Worth::nothing;
    DeletionReason reason = DeletionReason::age;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    WallTime from; ///< of what was recorded
    WallTime to;
    WallTime first_due;
    WallTime last_due;
};
/// By camera, then by reason, then by worth.
[[nodiscard]] std::vector<DeletionGroup> grouped(std::span<const Deletion> deletions);

} // namespace vedette::recording
