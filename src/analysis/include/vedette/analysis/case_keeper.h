#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/case.h"
#include "vedette/analysis/evidence_pack.h"
#include "vedette/base/result.h"
#include "vedette/ports/following_store.h"

/// Cases in a FollowingStore: what the analysis finds and people say, brought together.
namespace vedette::analysis {

/// The case in a record. \return data_loss if its text cannot be understood.
[[nodiscard]] Result<Case> case_in(const ports::FollowingRecord& record);

/// Turns alerts into cases, whoever else changes cases meanwhile.
///
/// Nothing here depends on when it is called: times come from the reads. An alert that says no more
/// than its case already knows changes nothing, so alerts that come again (after a crash, from a
/// file that is read twice) are harmless.
///
/// Thread-compatible; several keepers may work on one store.
class CaseKeeper {
public:
    /// \param store  borrowed; must outlive the keeper. \param lookup  may be empty
    CaseKeeper(ports::FollowingStore& store, CaseVersions versions, ReadLookup lookup = {});

    struct Kept {
        std::uint64_t opened = 0;
        std::uint64_t updated = 0;
        std::uint64_t known = 0; ///< alerts that said nothing new
        friend bool operator==(const Kept&, const Kept&) = default;
    };
    /// Opens and updates cases and moves the position, together or not at all.
    /// \param announce  also events following.opened and following.updated, for the log: form
    ///   schema/following_case_event.v1.json
    /// \return errors of the store and of evidence_to_json(); then the same may be given again
    Result<Kept> keep(std::span<const Finding> alerts, std::optional<ports::LogPosition> up_to = {},
                      bool announce = true);

    /// Closes cases that nobody judged and whose last co-sighting is before `before`.
    /// \param at  when they count as closed \param announce  also events following.closed
    /// \return how many
    Result<std::uint64_t> close_ended(WallTime before, WallTime at, bool announce = true);

    /// The cases of a subject that nobody judged, to be removed with FollowingCommit::remove.
    [[nodiscard]] Result<std::vector<ports::FollowingRemoval>>
    unjudged_of(std::string_view subject) const;
    /// Closed and dismissed cases that nothing has changed since `before`, to be removed as above.
    [[nodiscard]] Result<std::vector<ports::FollowingRemoval>> ended_before(WallTime before) const;

private:
    Result<Kept> keep_once(std::span<const Finding> alerts, std::optional<ports::LogPosition> up_to,
                           bool announce);
    Status for_each(ports::FollowingQuery query,
                    const std::function<Status(const ports::FollowingRecord&)>& visit) const;

    ports::FollowingStore& store_;
    const CaseVersions versions_;
    const ReadLookup lookup_;
};

/// What a person says, as change_case() takes it.
struct Judgement {
    CaseStep step = CaseStep::confirm;
    WallTime at;
    std::string who;
    std::string why;
    /// Of the record that was looked at (FollowingRecord::revision): if the case was changed since,
    /// it is not judged. Nothing: whatever the case is now.
    std::optional<std::uint64_t> revision{};
    bool announce = false; ///< with an event for the log, if it says `end`: following.closed
};
/// \return the case as it is now; not_found; already_exists if it has another revision;
/// invalid_argument as change_case(); errors of the store.
Result<Case> judge_case(ports::FollowingStore& store, std::string_view id,
                        const Judgement& judgement);

/// What people's judgements say, by version of the score.
[[nodiscard]] Result<std::vector<CasePrecision>> precision_in(const ports::FollowingStore& store);

} // namespace vedette::analysis
