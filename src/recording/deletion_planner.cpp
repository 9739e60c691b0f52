#include "deletion_planner.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace vedette::recording {
namespace {

using ports::RecordedSegment;

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kSmallPage = 100; ///< while one of many cameras is taken in turn
constexpr double kDay_s = 86'400;
constexpr Frontier kFromTheBeginning{WallTime::min(), WallTime::min(), WallTime::min(),
                                     WallTime::min()};

std::uint64_t beyond(std::uint64_t has, std::uint64_t may) { return has > may ? has - may : 0; }

/// The segments of all cameras on one tier, the oldest first.
class ByAge {
public:
    ByAge(const ports::RecordingIndex& index, const std::vector<ports::TierExtent>& cameras)
        : index_{index} {
        for (const ports::TierExtent& one : cameras)
            streams_.push_back(
                {.tier = one.tier, .camera = one.camera, .page = {}, .next = 0, .over = false});
    }

    /// \return nothing after the last one.
    Result<std::optional<RecordedSegment>> next() {
        Stream* oldest = nullptr;
        for (Stream& stream : streams_) {
            VEDETTE_CHECK_OK(fill(stream));
            if (stream.next < stream.page.size() &&
                (oldest == nullptr || stream.front().start < oldest->front().start))
                oldest = &stream;
        }
        if (oldest == nullptr)
            return std::optional<RecordedSegment>{};
        return std::optional{oldest->page[oldest->next++]};
    }

private:
    struct Stream {
        std::string tier;
        domain::CameraId camera;
        std::vector<RecordedSegment> page;
        std::size_t next = 0;
        bool over = false;
        [[nodiscard]] const RecordedSegment& front() const { return page[next]; }
    };

    Status fill(Stream& stream) const {
        if (stream.over || stream.next < stream.page.size())
            return {};
        ports::RecordingQuery query{
            .camera = stream.camera, .limit = kSmallPage, .tier = stream.tier};
        if (!stream.page.empty())
            query.after = ports::place_of(stream.page.back());
        VEDETTE_TRY(stream.page, index_.list(query));
        stream.next = 0;
        stream.over = stream.page.size() < kSmallPage;
        return {};
    }

    const ports::RecordingIndex& index_;
    std::vector<Stream> streams_;
};

} // namespace

Result<DeletionPlan> DeletionPlanner::plan() {
    VEDETTE_TRY(extents_, parts_.index.tier_extents());
    std::erase_if(extents_, [this](const auto& one) { return one.tier != parts_.tier; });
    for (const ports::TierExtent& one : extents_)
        VEDETTE_CHECK_OK(add_aged(one.camera));
    VEDETTE_CHECK_OK(add_for_room());
    return std::move(out_);
}

Status DeletionPlanner::add_aged(const domain::CameraId& camera) {
    const auto known = parts_.frontiers.find(camera.value());
    Frontier frontier = known == parts_.frontiers.end() ? kFromTheBeginning : known->second;
    const KeepFor& keep = rule_for(parts_.rules, camera.value());
    const Ages ages = ages_on(parts_.rules, keep);
    for (const Worth worth : kAllWorths) {
        const auto at = static_cast<std::size_t>(worth);
        const WallTime until = now_ + ahead_.time - ages[at];
        if (until <= frontier[at])
            continue;
        VEDETTE_CHECK_OK(add_aged(camera, keep, worth, {frontier[at], until}, ages[at]));
        frontier[at] = until;
    }
    out_.frontiers[camera.value()] = frontier;
    return {};
}

/// Those that end in (from, until].
Status DeletionPlanner::add_aged(const domain::CameraId& camera, const KeepFor& keep, Worth worth,
                                 const std::pair<WallTime, WallTime>& span,
                                 std::chrono::seconds age) {
    ports::RecordingQuery query{.camera = camera,
                                .from = span.first,
                                .to = span.second,
                                .limit = kPage,
                                .tier = parts_.tier};
    for (;;) {
        VEDETTE_TRY(const auto page, parts_.index.list(query));
        for (const RecordedSegment& row : page)
            if (row.end <= span.second && !row.kept && worth_of(row.activity, keep) == worth)
                add(row, DeletionReason::age, worth, std::max(now_, row.end + age));
        if (page.size() < kPage)
            return {};
        query.after = ports::place_of(page.back());
    }
}

void DeletionPlanner::add(const RecordedSegment& row, DeletionReason why, Worth worth,
                          WallTime due) {
    out_.deletions.push_back(
        {row.id, row.file, row.bytes, why, row.camera, row.start, row.end, worth, due});
    going_ += row.bytes;
    going_of_events_ += ports::is_of_event(row.activity) ? row.bytes : 0;
}

/// What comes in until then, of one class.
std::uint64_t DeletionPlanner::coming(bool events) const {
    const double days = std::chrono::duration<double>(ahead_.time).count() / kDay_s;
    const double rate =
        events ? ahead_.event_bytes_per_day : ahead_.bytes_per_day - ahead_.event_bytes_per_day;
    return static_cast<std::uint64_t>(std::max(0.0, rate * days));
}

/// Beyond what already goes.
Status DeletionPlanner::add_for_room() {
    VEDETTE_CHECK_OK(add_for_class(false));
    VEDETTE_CHECK_OK(add_for_class(true));
    std::uint64_t all = coming(false) + coming(true);
    const std::uint64_t free = beyond(parts_.space.free_bytes, all);
    const std::uint64_t short_of_all = beyond(all, parts_.space.free_bytes);
    for (const ports::TierExtent& one : extents_)
        all += one.bytes;
    const std::uint64_t most = parts_.rules.max_bytes;
    const std::uint64_t for_size = most > 0 ? beyond(all, most + going_) : 0;
    const std::uint64_t for_floor =
        beyond(floor_of(parts_.rules, parts_.space) + short_of_all, free + going_);
    const std::uint64_t needed = std::max(for_size, for_floor);
    const auto why = for_floor >= for_size ? DeletionReason::free_space : DeletionReason::size;
    return needed > 0 ? add_oldest(needed, why, std::nullopt) : Status{};
}

Status DeletionPlanner::add_for_class(bool events) {
    const ClassLimits& limits = events ? parts_.rules.events : parts_.rules.continuous;
    if (limits.max_bytes == 0)
        return {};
    std::uint64_t has = coming(events);
    for (const ports::TierExtent& one : extents_)
        has += events ? one.event_bytes : one.bytes - one.event_bytes;
    const std::uint64_t going = events ? going_of_events_ : going_ - going_of_events_;
    const std::uint64_t needed = beyond(has, limits.max_bytes + going);
    return needed > 0 ? add_oldest(needed, DeletionReason::size, events) : Status{};
}

/// When that much room is needed: of what is missing now at once, of what comes when it comes.
WallTime DeletionPlanner::due_of(std::uint64_t freed, std::uint64_t needed) const {
    const auto comes = static_cast<double>(coming(false) + coming(true));
    const auto now_missing = static_cast<double>(needed) - comes;
    const double later = static_cast<double>(freed) - std::max(0.0, now_missing);
    if (later <= 0 || comes <= 0)
        return now_;
    const double share = std::min(1.0, (later - std::min(0.0, now_missing)) / comes);
    return now_ + std::chrono::duration_cast<WallTime::duration>(ahead_.time * share);
}

/// What is worth least first. What counts is the size of what a class takes, whatever of it a mode
/// leaves out: else more would go than is too much.
/// \param of_events  only what is of an event, or only the rest
Status DeletionPlanner::add_oldest(std::uint64_t needed, DeletionReason why,
                                   std::optional<bool> of_events) {
    std::unordered_set<std::uint64_t> going;
    for (const Deletion& one : out_.deletions)
        going.insert(one.id);
    std::uint64_t freed = 0;
    for (const auto& [from, to] :
         {std::pair{Worth::nothing, Worth::motion}, std::pair{Worth::detection, Worth::detection},
          std::pair{Worth::alert, Worth::alert}}) {
        ByAge oldest{parts_.index, extents_};
        for (;;) {
            VEDETTE_TRY(const auto row, oldest.next());
            if (!row)
                break;
            const Worth worth =
                worth_of(row->activity, rule_for(parts_.rules, row->camera.value()));
            if (row->kept || worth < from || worth > to || going.contains(row->id) ||
                (of_events && *of_events != ports::is_of_event(row->activity)))
                continue;
            add(*row, why, worth, due_of(freed, needed));
            freed += row->bytes;
            if (freed >= needed)
                return {};
        }
    }
    if (!of_events)
        out_.missing_bytes = needed - freed;
    return {};
}

Result<std::vector<Deletion>> plan_deletions(const ports::RecordingIndex& index,
                                             const std::string& tier, const RetentionRules& rules,
                                             const RecordingFiles::Space& space, WallTime now,
                                             const PlanAhead& ahead) {
    const std::map<std::string, Frontier> nothing_looked_at;
    VEDETTE_TRY(auto plan,
                DeletionPlanner({index, tier, rules, nothing_looked_at, space}, now, ahead).plan());
    return std::move(plan.deletions);
}

} // namespace vedette::recording
