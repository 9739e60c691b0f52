#include "vedette/recording/deletion_plan.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace vedette::recording {

Result<std::vector<TierPlan>> plan_tiers(const ports::RecordingIndex& index,
                                         std::span<const TierRoom> tiers, WallTime now,
                                         std::chrono::seconds ahead) {
    if (ahead.count() < 0 || ahead > kLongestPlan)
        return Error{ErrorCode::invalid_argument, "a plan looks 31 days ahead at most"};
    VEDETTE_TRY(const auto rates, forecast(index, tiers));
    std::vector<TierPlan> out;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        TierPlan plan{
            .number = tiers[i].number, .here = tiers[i].space.has_value(), .deletions = {}};
        const PlanAhead coming{.time = ahead,
                               .bytes_per_day = rates.tiers[i].bytes_per_day,
                               .event_bytes_per_day = rates.tiers[i].event_bytes_per_day};
        if (plan.here) {
            VEDETTE_TRY(plan.deletions, plan_deletions(index, tiers[i].tier, tiers[i].rules,
                                                       *tiers[i].space, now, coming));
        }
        std::stable_sort(plan.deletions.begin(), plan.deletions.end(),
                         [](const Deletion& a, const Deletion& b) {
                             return std::tie(a.due, a.start) < std::tie(b.due, b.start);
                         });
        out.push_back(std::move(plan));
    }
    return out;
}

std::vector<DeletionGroup> grouped(std::span<const Deletion> deletions) {
    std::map<std::tuple<std::string, DeletionReason, Worth>, DeletionGroup> groups;
    for (const Deletion& one : deletions) {
        const auto [at, is_new] = groups.try_emplace({one.camera.value(), one.reason, one.worth},
                                                     DeletionGroup{.camera = one.camera,
                                                                   .worth = one.worth,
                                                                   .reason = one.reason,
                                                                   .segments = 0,
                                                                   .bytes = 0,
                                                                   .from = one.start,
                                                                   .to = one.end,
                                                                   .first_due = one.due,
                                                                   .last_due = one.due});
        DeletionGroup& group = at->second;
        ++group.segments;
        group.bytes += one.bytes;
        group.from = std::min(group.from, one.start);
        group.to = std::max(group.to, one.end);
        group.first_due = std::min(group.first_due, one.due);
        group.last_due = std::max(group.last_due, one.due);
    }
    std::vector<DeletionGroup> out;
    for (auto& [key, group] : groups)
        out.push_back(std::move(group));
    return out;
}

} // namespace vedette::recording
