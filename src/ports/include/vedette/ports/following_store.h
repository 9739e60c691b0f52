#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/ports/event_log.h"

namespace vedette::ports {

/// One case as it is kept. Columns are what is searched; the rest is the business of `analysis`.
struct FollowingRecord {
    std::string id; ///< 1..64 bytes
    std::string subject;
    std::string vehicle;
    std::string state; ///< 1..32 bytes: "open", …
    std::string score; ///< version of the score that it has
    WallTime opened;
    WallTime updated;
    double llr = 0;
    /// Counts the changes of this case. To be given back as it was read: a change that somebody
    /// else made meanwhile is then not lost but refused. 0 for a new case.
    std::uint64_t revision = 0;
    std::string body;     ///< JSON, at most 16 MiB
    std::string evidence; ///< JSON, at most 64 MiB; list() leaves it out
    friend bool operator==(const FollowingRecord&, const FollowingRecord&) = default;
};

/// Which cases to list: the last changed first, of equally new ones the greater id first.
struct FollowingQuery {
    std::optional<std::string> subject;
    std::optional<std::string> vehicle;
    std::vector<std::string> states; ///< empty: all
    std::optional<WallTime> from;    ///< last changed at this time or later
    std::optional<WallTime> to;      ///< last changed before this time
    std::optional<double> min_llr;   ///< with at least this score
    std::size_t limit = 50;          ///< 1..500
    std::string cursor;              ///< FollowingPage::next of the page before
};

struct FollowingPage {
    std::vector<FollowingRecord> records; ///< without evidence
    std::string next;                     ///< empty on the last page
};

/// How many cases there are of one version of the score, by state.
struct FollowingCount {
    std::string score;
    std::string state;
    std::uint64_t cases = 0;
    friend bool operator==(const FollowingCount&, const FollowingCount&) = default;
};

/// How many cases there are of one subject, by state.
struct FollowingSubjectCount {
    std::string subject;
    std::string state;
    std::uint64_t cases = 0;
    friend bool operator==(const FollowingSubjectCount&, const FollowingSubjectCount&) = default;
};

/// What is known so far, to go on after a restart.
struct FollowingState {
    LogPosition position; ///< up to which `bytes` know the log
    std::string bytes;
    friend bool operator==(const FollowingState&, const FollowingState&) = default;
};

/// Something to be brought to the log.
struct FollowingAnnouncement {
    std::string about; ///< id of the case
    Envelope event;
};

/// A decision of the clock, kept so that a replay of the log makes it at the same place: after the
/// event at `after` no earlier read than `until` was waited for any more.
struct FollowingPause {
    LogPosition after;
    WallTime until;
    friend bool operator==(const FollowingPause&, const FollowingPause&) = default;
};

/// A case that goes.
struct FollowingRemoval {
    std::string id;
    std::uint64_t revision = 0; ///< as it was read
};

/// What becomes visible together or not at all.
struct FollowingCommit {
    std::optional<LogPosition> up_to; ///< what is in `cases` and `announce` is known up to here
    std::vector<FollowingRecord> cases;
    std::vector<FollowingAnnouncement> announce; ///< one whose event's id waits already is dropped
    std::optional<FollowingState> state; ///< has every pause in it that was committed before
    std::vector<FollowingPause> pauses{};
    /// Go with what waits to be said of them; those that are not there are no matter.
    std::vector<FollowingRemoval> remove{};
};

/// Cases of following, and the place where the analysis stands.
///
/// Thread-safe. Implementations pass ports/testing/following_store_contract.h, which is the
/// definition of this interface.
class FollowingStore {
public:
    virtual ~FollowingStore() = default;

    /// \return already_exists, naming the case, if its revision is not the one known here;
    ///   invalid_argument for what is out of bounds; resource_exhausted if the disk is full,
    ///   unavailable, data_loss. Then nothing of it was stored.
    virtual Status commit(const FollowingCommit& commit) = 0;

    /// Up to where the log is known in cases; 0 if nothing was ever committed.
    [[nodiscard]] virtual Result<LogPosition> position() const = 0;
    /// Nothing if none was committed, or a subject was forgotten since.
    [[nodiscard]] virtual Result<std::optional<FollowingState>> state() const = 0;
    /// Those since the state was committed, in the order in which they came.
    [[nodiscard]] virtual Result<std::vector<FollowingPause>> pauses() const = 0;

    /// \return not_found.
    [[nodiscard]] virtual Result<FollowingRecord> find(std::string_view id) const = 0;
    /// \return invalid_argument for a limit out of range or a cursor that is none.
    [[nodiscard]] virtual Result<FollowingPage> list(const FollowingQuery& query) const = 0;
    /// In order of versions, then of states.
    [[nodiscard]] virtual Result<std::vector<FollowingCount>> counts() const = 0;
    /// Of every subject that has a case, in order of subjects, then of states.
    [[nodiscard]] virtual Result<std::vector<FollowingSubjectCount>> subject_counts() const = 0;

    /// What waits to be brought to the log, the oldest first.
    [[nodiscard]] virtual Result<std::vector<Envelope>> announcements(std::size_t max) const = 0;
    /// They are on the log now. Unknown ids are fine.
    virtual Status announced(const std::vector<domain::EventId>& ids) = 0;

    /// Removes every case of this plate, as subject or as vehicle, what waits to be said of it, and
    /// the saved state with its pauses, which may know it: the caller commits one that does not.
    /// \return how many cases went
    virtual Result<std::uint64_t> forget(std::string_view plate) = 0;
};

/// What every implementation of commit() and list() asks first. \return invalid_argument.
[[nodiscard]] Status check_record(const FollowingRecord& record);
[[nodiscard]] Status check_query(const FollowingQuery& query);

} // namespace vedette::ports
