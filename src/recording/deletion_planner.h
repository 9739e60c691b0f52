#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vedette/recording/janitor.h"
#include "worth.h"

namespace vedette::recording {

/// Up to when the segments of one camera were looked at, for each worth.
using Frontier = std::array<WallTime, kWorths>;

struct DeletionPlan {
    std::vector<Deletion> deletions;
    std::map<std::string, Frontier> frontiers; ///< by camera, once they are carried out
    std::uint64_t missing_bytes = 0;           ///< that nothing may be deleted for
};

/// Decides which segments of one tier go, and why. Changes nothing.
///
/// Thread-compatible; made for one plan.
class DeletionPlanner {
public:
    /// All borrowed for as long as it lives.
    struct Parts {
        const ports::RecordingIndex& index;
        const std::string& tier;
        const RetentionRules& rules;
        const std::map<std::string, Frontier>& frontiers; ///< of the plan before
        RecordingFiles::Space space;
    };
    DeletionPlanner(const Parts& parts, WallTime now, const PlanAhead& ahead)
        : parts_{parts}, now_{now}, ahead_{ahead} {}

    /// \return errors of the index.
    [[nodiscard]] Result<DeletionPlan> plan();

private:
    Status add_aged(const domain::CameraId& camera);
    Status add_aged(const domain::CameraId& camera, const KeepFor& keep, Worth worth,
                    const std::pair<WallTime, WallTime>& span, std::chrono::seconds age);
    Status add_for_room();
    Status add_for_class(bool events);
    [[nodiscard]] std::uint64_t coming(bool events) const;
    Status add_oldest(std::uint64_t needed, DeletionReason why, std::optional<bool> of_events);
    void add(const ports::RecordedSegment& row, DeletionReason why, Worth worth, WallTime due);
    [[nodiscard]] WallTime due_of(std::uint64_t freed, std::uint64_t needed) const;

    const Parts parts_;
    const WallTime now_;
    const PlanAhead ahead_;
    std::vector<ports::TierExtent> extents_;
    DeletionPlan out_;
    std::uint64_t going_ = 0;           ///< bytes of `out_`
    std::uint64_t going_of_events_ = 0; ///< of them
};

} // namespace vedette::recording
