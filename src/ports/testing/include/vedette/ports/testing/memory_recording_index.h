#pragma once

#include <map>
#include <string>
#include <vector>

#include "vedette/base/guarded.h"
#include "vedette/ports/recording_index.h"

namespace vedette::ports::testing {

/// A RecordingIndex that forgets everything with the process. Thread-safe.
class MemoryRecordingIndex : public RecordingIndex {
public:
    [[nodiscard]] Result<std::uint64_t> add(const RecordedSegment& segment) override;
    [[nodiscard]] Result<RecordedSegment> find(std::uint64_t id) const override;
    [[nodiscard]] Result<std::vector<RecordedSegment>>
    list(const RecordingQuery& query) const override;
    [[nodiscard]] Result<std::optional<RecordedSegment>>
    last(const domain::CameraId& camera) const override;
    [[nodiscard]] Result<bool> has(std::string_view file) const override;
    [[nodiscard]] Result<std::optional<RecordedSegment>>
    find_file(std::string_view file) const override;
    [[nodiscard]] Result<std::vector<RecordingExtent>> extents() const override;
    [[nodiscard]] Result<std::vector<TierExtent>> tier_extents() const override;
    Status mark(const domain::CameraId& camera, WallTime from, WallTime to,
                const RecordedActivity& activity) override;
    Status keep(std::uint64_t id, bool kept) override;
    Result<std::uint64_t> keep_all(const domain::CameraId& camera, WallTime from, WallTime to,
                                   bool kept) override;
    Status move(std::uint64_t id, std::string_view tier) override;
    Result<std::uint64_t> doom(const std::vector<std::uint64_t>& ids,
                               std::string_view tier) override;
    [[nodiscard]] Result<std::vector<RecordedSegment>> doomed(std::string_view tier,
                                                              std::size_t most) const override;
    Status remove(const std::vector<std::uint64_t>& ids) override;
    [[nodiscard]] Result<std::uint64_t> add_trigger(const RecordingTrigger& trigger) override;
    [[nodiscard]] Result<std::vector<RecordingTrigger>>
    triggers(const TriggerQuery& query) const override;
    Status forget_triggers(const domain::CameraId& camera, WallTime before) override;

private:
    struct All {
        std::map<std::uint64_t, RecordedSegment> segments;
        std::uint64_t last_id = 0;
        std::map<std::uint64_t, RecordingTrigger> triggers;
        std::uint64_t last_trigger = 0;
    };
    Guarded<All> all_;
};

} // namespace vedette::ports::testing
