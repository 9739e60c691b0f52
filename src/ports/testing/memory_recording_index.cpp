#include "vedette/ports/testing/memory_recording_index.h"

#include <algorithm>
#include <utility>

namespace vedette::ports::testing {
namespace {

bool overlaps(const RecordedSegment& segment, WallTime from, WallTime to) {
    return segment.start < to && segment.end > from;
}

Error no_segment(std::uint64_t id) {
    return {ErrorCode::not_found, "there is no segment " + std::to_string(id)};
}

} // namespace

Result<std::uint64_t> MemoryRecordingIndex::add(const RecordedSegment& segment) {
    VEDETTE_CHECK_OK(check_segment(segment));
    return all_.with([&](All& all) -> Result<std::uint64_t> {
        for (const auto& [id, one] : all.segments)
            if (one.file == segment.file)
                return Error{ErrorCode::already_exists,
                             "segment " + std::to_string(id) + " has the file " + segment.file};
        RecordedSegment& added = all.segments[++all.last_id] = segment;
        added.id = all.last_id;
        added.doomed = false;
        return added.id;
    });
}

Result<RecordedSegment> MemoryRecordingIndex::find(std::uint64_t id) const {
    return all_.with([&](const All& all) -> Result<RecordedSegment> {
        const auto found = all.segments.find(id);
        if (found == all.segments.end())
            return no_segment(id);
        return found->second;
    });
}

Result<std::vector<RecordedSegment>> MemoryRecordingIndex::list(const RecordingQuery& query) const {
    VEDETTE_CHECK_OK(check_recording_query(query));
    return all_.with([&](const All& all) -> Result<std::vector<RecordedSegment>> {
        std::vector<RecordedSegment> out;
        for (const auto& [id, one] : all.segments)
            if (!one.doomed && (!query.camera || one.camera == *query.camera) &&
                (!query.tier || one.tier == *query.tier) && overlaps(one, query.from, query.to) &&
                (!query.after || is_listed_before(*query.after, place_of(one))))
                out.push_back(one);
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return is_listed_before(place_of(a), place_of(b));
        });
        if (out.size() > query.limit)
            out.resize(query.limit);
        return out;
    });
}

Result<std::optional<RecordedSegment>>
MemoryRecordingIndex::last(const domain::CameraId& camera) const {
    return all_.with([&](const All& all) -> Result<std::optional<RecordedSegment>> {
        std::optional<RecordedSegment> newest;
        for (const auto& [id, one] : all.segments)
            if (one.camera == camera && (!newest || one.start >= newest->start))
                newest = one;
        return newest;
    });
}

Result<bool> MemoryRecordingIndex::has(std::string_view file) const {
    return all_.with([&](const All& all) -> Result<bool> {
        return std::any_of(all.segments.begin(), all.segments.end(),
                           [&](const auto& entry) { return entry.second.file == file; });
    });
}

Result<std::optional<RecordedSegment>>
MemoryRecordingIndex::find_file(std::string_view file) const {
    return all_.with([&](const All& all) -> Result<std::optional<RecordedSegment>> {
        for (const auto& [id, one] : all.segments)
            if (one.file == file)
                return std::optional{one};
        return std::optional<RecordedSegment>{};
    });
}

Result<std::vector<TierExtent>> MemoryRecordingIndex::tier_extents() const {
    return all_.with([&](const All& all) -> Result<std::vector<TierExtent>> {
        std::map<std::pair<std::string, std::string>, TierExtent> found;
        for (const auto& [id, one] : all.segments) {
            if (one.doomed)
                continue;
            TierExtent& extent = found[{one.tier, one.camera.value()}];
            extent.tier = one.tier;
            extent.camera = one.camera;
            ++extent.segments;
            extent.bytes += one.bytes;
            if (one.activity.object > 0 || one.activity.alert > 0)
                extent.event_bytes += one.bytes;
        }
        std::vector<TierExtent> out;
        for (auto& [place, extent] : found)
            out.push_back(std::move(extent));
        return out;
    });
}

Result<std::vector<RecordingExtent>> MemoryRecordingIndex::extents() const {
    return all_.with([&](const All& all) -> Result<std::vector<RecordingExtent>> {
        std::map<std::string, RecordingExtent> by_camera;
        for (const auto& [id, one] : all.segments) {
            if (one.doomed)
                continue;
            RecordingExtent& extent = by_camera[one.camera.value()];
            extent.oldest = extent.segments == 0 ? one.start : std::min(extent.oldest, one.start);
            extent.newest = extent.segments == 0 ? one.end : std::max(extent.newest, one.end);
            extent.camera = one.camera;
            ++extent.segments;
            extent.bytes += one.bytes;
        }
        std::vector<RecordingExtent> out;
        for (auto& [name, extent] : by_camera)
            out.push_back(std::move(extent));
        return out;
    });
}

Status MemoryRecordingIndex::mark(const domain::CameraId& camera, WallTime from, WallTime to,
                                  const RecordedActivity& activity) {
    return all_.with([&](All& all) -> Status {
        for (auto& [id, one] : all.segments)
            if (one.camera == camera && overlaps(one, from, to))
                one.activity = {std::max(one.activity.motion, activity.motion),
                                std::max(one.activity.object, activity.object),
                                std::max(one.activity.alert, activity.alert),
                                std::max(one.activity.seen, activity.seen)};
        return {};
    });
}

Result<std::uint64_t> MemoryRecordingIndex::keep_all(const domain::CameraId& camera, WallTime from,
                                                     WallTime to, bool kept) {
    return all_.with([&](All& all) {
        std::uint64_t segments = 0;
        for (auto& [id, one] : all.segments)
            if (one.camera == camera && overlaps(one, from, to) && !one.doomed) {
                one.kept = kept;
                ++segments;
            }
        return segments;
    });
}

Status MemoryRecordingIndex::keep(std::uint64_t id, bool kept) {
    return all_.with([&](All& all) -> Status {
        const auto found = all.segments.find(id);
        if (found == all.segments.end())
            return no_segment(id);
        found->second.kept = kept;
        return {};
    });
}

Status MemoryRecordingIndex::move(std::uint64_t id, std::string_view tier) {
    return all_.with([&](All& all) -> Status {
        const auto found = all.segments.find(id);
        if (found == all.segments.end() || found->second.doomed)
            return no_segment(id);
        found->second.tier = tier;
        return {};
    });
}

Result<std::uint64_t> MemoryRecordingIndex::doom(const std::vector<std::uint64_t>& ids,
                                                 std::string_view tier) {
    return all_.with([&](All& all) -> Result<std::uint64_t> {
        std::uint64_t doomed = 0;
        for (const std::uint64_t id : ids) {
            const auto found = all.segments.find(id);
            if (found == all.segments.end() || found->second.kept || found->second.tier != tier)
                continue;
            found->second.doomed = true;
            ++doomed;
        }
        return doomed;
    });
}

Result<std::vector<RecordedSegment>> MemoryRecordingIndex::doomed(std::string_view tier,
                                                                  std::size_t most) const {
    return all_.with([&](const All& all) -> Result<std::vector<RecordedSegment>> {
        std::vector<RecordedSegment> out;
        for (const auto& [id, one] : all.segments)
            if (one.doomed && one.tier == tier && out.size() < most)
                out.push_back(one);
        return out;
    });
}

Status MemoryRecordingIndex::remove(const std::vector<std::uint64_t>& ids) {
    return all_.with([&](All& all) -> Status {
        for (const std::uint64_t id : ids)
            all.segments.erase(id);
        return {};
    });
}

Result<std::uint64_t> MemoryRecordingIndex::add_trigger(const RecordingTrigger& trigger) {
    VEDETTE_CHECK_OK(check_trigger(trigger));
    return all_.with([&](All& all) -> Result<std::uint64_t> {
        const auto has = std::count_if(all.triggers.begin(), all.triggers.end(), [&](auto& entry) {
            return entry.second.camera == trigger.camera;
        });
        if (static_cast<std::size_t>(has) >= kMostTriggers)
            return Error{ErrorCode::resource_exhausted,
                         "camera " + trigger.camera.value() + " has too many triggers"};
        RecordingTrigger& added = all.triggers[++all.last_trigger] = trigger;
        added.id = all.last_trigger;
        return added.id;
    });
}

Result<std::vector<RecordingTrigger>>
MemoryRecordingIndex::triggers(const TriggerQuery& query) const {
    VEDETTE_CHECK_OK(check_trigger_query(query));
    return all_.with([&](const All& all) -> Result<std::vector<RecordingTrigger>> {
        std::vector<RecordingTrigger> out;
        for (auto at = all.triggers.rbegin(); at != all.triggers.rend(); ++at) {
            const RecordingTrigger& one = at->second;
            if ((!query.camera || one.camera == *query.camera) && one.from < query.to &&
                one.to > query.from && (query.before == 0 || one.id < query.before) &&
                out.size() < query.limit)
                out.push_back(one);
        }
        return out;
    });
}

Status MemoryRecordingIndex::forget_triggers(const domain::CameraId& camera, WallTime before) {
    return all_.with([&](All& all) -> Status {
        std::erase_if(all.triggers, [&](const auto& entry) {
            return entry.second.camera == camera && entry.second.to <= before;
        });
        return {};
    });
}

} // namespace vedette::ports::testing
