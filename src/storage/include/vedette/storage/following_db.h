#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/ports/following_store.h"

namespace vedette::storage {

/// The FollowingStore in one SQLite file of its own, beside the store of events: the two change for
/// different reasons, and what says who follows whom can be kept, copied or deleted alone.
///
/// One connection, callers take turns: cases are few. After a crash of the process nothing that
/// commit() took is lost; after a power cut the last commits may be, position and cases together,
/// and the event log delivers again what made them. What is forgotten is overwritten.
///
/// Thread-safe.
class FollowingDb final : public ports::FollowingStore {
public:
    /// Opens or creates `file` (0600) and brings its schema up to date.
    /// \return as SqliteStore::open().
    static Result<std::unique_ptr<FollowingDb>> open(const std::filesystem::path& file);
    ~FollowingDb() override;
    FollowingDb(const FollowingDb&) = delete;
    FollowingDb& operator=(const FollowingDb&) = delete;

    Status commit(const ports::FollowingCommit& commit) override;
    [[nodiscard]] Result<ports::LogPosition> position() const override;
    [[nodiscard]] Result<std::optional<ports::FollowingState>> state() const override;
    [[nodiscard]] Result<std::vector<ports::FollowingPause>> pauses() const override;
    [[nodiscard]] Result<ports::FollowingRecord> find(std::string_view id) const override;
    [[nodiscard]] Result<ports::FollowingPage>
    list(const ports::FollowingQuery& query) const override;
    [[nodiscard]] Result<std::vector<ports::FollowingCount>> counts() const override;
    [[nodiscard]] Result<std::vector<ports::FollowingSubjectCount>> subject_counts() const override;
    [[nodiscard]] Result<std::vector<ports::Envelope>>
    announcements(std::size_t max) const override;
    Status announced(const std::vector<domain::EventId>& ids) override;
    Result<std::uint64_t> forget(std::string_view plate) override;

private:
    struct Parts;
    explicit FollowingDb(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// What is done to it from outside, also while others use it: by `vedette backup`, `restore` and
// `doctor`.

struct FollowingReport {
    std::uint64_t cases = 0;
    std::vector<std::string> problems; ///< in words; none: all is well
};
/// Reads all of it and changes nothing. \return errors if it cannot be opened or is something else
[[nodiscard]] Result<FollowingReport> check_following(const std::filesystem::path& file);

/// Goes through its cases, in no order; changes nothing. Of any schema.
/// \return as check_following(), and the first error of `visit`
[[nodiscard]] Status
for_each_case(const std::filesystem::path& file,
              const std::function<Status(std::string_view state, std::string_view body)>& visit);

/// Copies it as it is at one moment into one file (0600) that replaces `to` when it is whole.
[[nodiscard]] Status backup_following(const std::filesystem::path& file,
                                      const std::filesystem::path& to);

} // namespace vedette::storage
