#include "vedette/recording/janitor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "deletion_planner.h"
#include "worth.h"

namespace vedette::recording {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::chrono::hours kLookAgain{24}; ///< at all, for those that were let go meanwhile

} // namespace

std::string_view to_string(Worth worth) {
    switch (worth) { // no default: a new one must be named here
    case Worth::nothing: return "nothing";
    case Worth::motion: return "motion";
    case Worth::detection: return "detection";
    case Worth::alert: return "alert";
    }
    return "";
}

std::string_view to_string(DeletionReason reason) {
    switch (reason) { // no default: a new reason must be named here
    case DeletionReason::age: return "age";
    case DeletionReason::size: return "size";
    case DeletionReason::free_space: return "free_space";
    }
    return "";
}

struct Janitor::Impl {
    Impl(RetentionRules rules_in, const Parts& parts_in, Place place_in)
        : rules{std::move(rules_in)}, parts{parts_in}, place{std::move(place_in)} {
        for (const DeletionReason reason :
             {DeletionReason::age, DeletionReason::size, DeletionReason::free_space})
            removed.push_back(parts.metrics.counter("recording_deleted_segments_total",
                                                    "Segments that were deleted",
                                                    {{"reason", std::string{to_string(reason)}}}));
        const MetricLabels tier{{"tier", std::to_string(place.number)}};
        kept_bytes = parts.metrics.gauge("recording_kept_bytes",
                                         "What the recordings take on each of storage.tiers", tier);
        free_bytes = parts.metrics.gauge("recording_free_bytes",
                                         "What is free on the disk of each of storage.tiers", tier);
    }

    Result<DeletionPlan> plan(WallTime now, const PlanAhead& ahead = {}) const {
        VEDETTE_TRY(const auto space, parts.files.space());
        return DeletionPlanner{{parts.index, place.tier, rules, frontiers, space}, now, ahead}
            .plan();
    }

    /// A crash in between leaves rows that are doomed, which settle() and the next call finish.
    Status carry_out(const std::vector<Deletion>& deletions) {
        for (std::size_t from = 0; from < deletions.size(); from += kPage) {
            const std::size_t to = std::min(deletions.size(), from + kPage);
            std::vector<std::uint64_t> ids;
            for (std::size_t i = from; i < to; ++i) {
                ids.push_back(deletions[i].id);
                parts.log.info("a recording is deleted",
                               {{"file", deletions[i].file},
                                {"reason", to_string(deletions[i].reason)},
                                {"worth", to_string(deletions[i].worth)},
                                {"tier", place.number}});
            }
            VEDETTE_TRY([[maybe_unused]] const auto doomed, parts.index.doom(ids, place.tier));
            VEDETTE_CHECK_OK(finish_doomed());
            for (std::size_t i = from; i < to; ++i)
                removed[static_cast<std::size_t>(deletions[i].reason) - 1]->add();
        }
        return {};
    }

    Status finish_doomed() {
        for (;;) {
            VEDETTE_TRY(const auto doomed, parts.index.doomed(place.tier, kPage));
            if (doomed.empty())
                return {};
            std::vector<std::uint64_t> ids;
            for (const ports::RecordedSegment& row : doomed) {
                VEDETTE_CHECK_OK(parts.files.remove(row.file));
                ids.push_back(row.id);
            }
            VEDETTE_CHECK_OK(parts.index.remove(ids));
            if (parts.deleted)
                parts.deleted(doomed);
        }
    }

    Result<std::uint64_t> tidy(WallTime now) {
        if (!looked_from_start || now - *looked_from_start > kLookAgain ||
            now < *looked_from_start) {
            frontiers.clear();
            looked_from_start = now;
        }
        VEDETTE_CHECK_OK(finish_doomed());
        VEDETTE_TRY(auto what, plan(now));
        tell_of_missing(what.missing_bytes);
        VEDETTE_CHECK_OK(carry_out(what.deletions));
        frontiers = std::move(what.frontiers);
        VEDETTE_CHECK_OK(measure());
        return what.deletions.size();
    }

    void tell_of_missing(std::uint64_t bytes) {
        if (bytes > 0 && !is_short)
            parts.log.error("there is no room for recordings, and nothing more may be deleted",
                            {{"missing_bytes", bytes}, {"tier", place.number}});
        is_short = bytes > 0;
    }

    Status measure() {
        VEDETTE_TRY(const auto cameras, parts.index.tier_extents());
        VEDETTE_TRY(const auto space, parts.files.space());
        std::uint64_t all = 0;
        for (const ports::TierExtent& camera : cameras)
            if (camera.tier == place.tier)
                all += camera.bytes;
        kept_bytes->set(static_cast<double>(all));
        free_bytes->set(static_cast<double>(space.free_bytes));
        return {};
    }

    RetentionRules rules;
    const Parts parts;
    const Place place;
    bool is_short = false;
    std::map<std::string, Frontier> frontiers;
    std::optional<WallTime> looked_from_start;
    std::vector<std::shared_ptr<Counter>> removed; ///< by reason
    std::shared_ptr<Gauge> kept_bytes;
    std::shared_ptr<Gauge> free_bytes;
};

Janitor::Janitor(RetentionRules rules, const Parts& parts, Place place)
    : impl_{std::make_unique<Impl>(std::move(rules), parts, std::move(place))} {}
Janitor::~Janitor() = default;

void Janitor::change(RetentionRules rules) {
    impl_->rules = std::move(rules);
    impl_->frontiers.clear();
}

Result<std::vector<Deletion>> Janitor::plan(WallTime now, const PlanAhead& ahead) const {
    VEDETTE_TRY(auto what, impl_->plan(now, ahead));
    return std::move(what.deletions);
}

Result<std::uint64_t> Janitor::tidy(WallTime now) { return impl_->tidy(now); }

} // namespace vedette::recording
