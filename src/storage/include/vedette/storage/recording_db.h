#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vedette/ports/recording_index.h"

namespace vedette::storage {

/// The RecordingIndex in one SQLite file of its own: recording goes on when the store of events is
/// damaged, and the files say enough to make the index again.
///
/// One connection, callers take turns: segments come a few a second. What add() took survives a
/// power cut.
///
/// Thread-safe.
class RecordingDb final : public ports::RecordingIndex {
public:
    /// Opens or creates `file` (0600) and brings its schema up to date.
    /// \return as SqliteStore::open().
    static Result<std::unique_ptr<RecordingDb>> open(const std::filesystem::path& file);
    ~RecordingDb() override;
    RecordingDb(const RecordingDb&) = delete;
    RecordingDb& operator=(const RecordingDb&) = delete;

    [[nodiscard]] Result<std::uint64_t> add(const ports::RecordedSegment& segment) override;
    [[nodiscard]] Result<ports::RecordedSegment> find(std::uint64_t id) const override;
    [[nodiscard]] Result<std::vector<ports::RecordedSegment>>
    list(const ports::RecordingQuery& query) const override;
    [[nodiscard]] Result<std::optional<ports::RecordedSegment>>
    last(const domain::CameraId& camera) const override;
    [[nodiscard]] Result<bool> has(std::string_view file) const override;
    [[nodiscard]] Result<std::optional<ports::RecordedSegment>>
    find_file(std::string_view file) const override;
    [[nodiscard]] Result<std::vector<ports::RecordingExtent>> extents() const override;
    [[nodiscard]] Result<std::vector<ports::TierExtent>> tier_extents() const override;
    Status mark(const domain::CameraId& camera, WallTime from, WallTime to,
                const ports::RecordedActivity& activity) override;
    Status keep(std::uint64_t id, bool kept) override;
    Result<std::uint64_t> keep_all(const domain::CameraId& camera, WallTime from, WallTime to,
                                   bool kept) override;
    Status move(std::uint64_t id, std::string_view tier) override;
    Result<std::uint64_t> doom(const std::vector<std::uint64_t>& ids,
                               std::string_view tier) override;
    [[nodiscard]] Result<std::vector<ports::RecordedSegment>>
    doomed(std::string_view tier, std::size_t most) const override;
    Status remove(const std::vector<std::uint64_t>& ids) override;
    [[nodiscard]] Result<std::uint64_t>
    add_trigger(const ports::RecordingTrigger& trigger) override;
    [[nodiscard]] Result<std::vector<ports::RecordingTrigger>>
    triggers(const ports::TriggerQuery& query) const override;
    Status forget_triggers(const domain::CameraId& camera, WallTime before) override;

private:
    struct Parts;
    explicit RecordingDb(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace vedette::storage
