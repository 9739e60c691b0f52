#pragma once

#include <map>
#include <string>
#include <vector>

#include "vedette/base/guarded.h"
#include "vedette/ports/following_store.h"

namespace vedette::ports::testing {

/// A FollowingStore that forgets everything with the process. Thread-safe.
class MemoryFollowingStore final : public FollowingStore {
public:
    Status commit(const FollowingCommit& commit) override;
    [[nodiscard]] Result<LogPosition> position() const override;
    [[nodiscard]] Result<std::optional<FollowingState>> state() const override;
    [[nodiscard]] Result<std::vector<FollowingPause>> pauses() const override;
    [[nodiscard]] Result<FollowingRecord> find(std::string_view id) const override;
    [[nodiscard]] Result<FollowingPage> list(const FollowingQuery& query) const override;
    [[nodiscard]] Result<std::vector<FollowingCount>> counts() const override;
    [[nodiscard]] Result<std::vector<FollowingSubjectCount>> subject_counts() const override;
    [[nodiscard]] Result<std::vector<Envelope>> announcements(std::size_t max) const override;
    Status announced(const std::vector<domain::EventId>& ids) override;
    Result<std::uint64_t> forget(std::string_view plate) override;

private:
    struct All {
        std::map<std::string, FollowingRecord, std::less<>> cases;
        std::vector<FollowingAnnouncement> waiting;
        LogPosition position;
        std::optional<FollowingState> state;
        std::vector<FollowingPause> pauses;
    };
    Guarded<All> all_;
};

} // namespace vedette::ports::testing
