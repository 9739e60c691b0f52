#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/following.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

/// A finding that people work with: one vehicle that may follow one subject, from the first alert
/// to a person's judgement. A plain value; functions here are pure and take the time from outside.
namespace vedette::analysis {

/// Where a case stands. What the analysis finds and what a person said are kept apart: a judged
/// case still takes new evidence, its state remains the person's.
enum class CaseState {
    open = 1,  ///< found; nobody has looked yet
    updated,   ///< found again on a later trip
    closed,    ///< no new trip for the horizon; nobody has judged
    confirmed, ///< a person says: it followed
    dismissed, ///< a person says: it did not
};

/// What may happen to a case.
enum class CaseStep {
    found_again = 1, ///< the analysis found the pair on a later trip
    end,             ///< the horizon passed without another
    confirm,         ///< a person's judgement; may be changed to the other one
    dismiss,
};

[[nodiscard]] std::string_view to_string(CaseState state) noexcept;
[[nodiscard]] std::optional<CaseState> case_state_from(std::string_view word) noexcept;
[[nodiscard]] std::string_view to_string(CaseStep step) noexcept;

/// The whole life of a case:
///
///     from \ step  found_again  end      confirm    dismiss
///     open         updated      closed   confirmed  dismissed
///     updated      updated      closed   confirmed  dismissed
///     closed       updated      -        confirmed  dismissed
///     confirmed    confirmed    -        -          dismissed
///     dismissed    dismissed    -        confirmed  -
///
/// \return invalid_argument, naming both, for what the table does not have.
[[nodiscard]] Result<CaseState> next_state(CaseState from, CaseStep step);

/// Bounds of one case: what is beyond them goes, the oldest first, and is counted.
inline constexpr std::size_t kMaxCaseSightings = 4'096;
inline constexpr std::size_t kMaxCaseChanges = 256;
/// In bytes; longer ones are refused.
inline constexpr std::size_t kMaxCaseWho = 128;
inline constexpr std::size_t kMaxCaseWhy = 1'024;

/// With what the names of subjects begin that are no plates: a car that carries cameras, a person
/// with several plates.
inline constexpr std::string_view kMobileSubject = "mobile:";
inline constexpr std::string_view kPersonSubject = "person:";
/// A subject as somebody types it: such a name as it is, else a plate, normalised. Empty if it is
/// neither.
[[nodiscard]] std::string subject_from(std::string_view text);

/// One camera that read both. Where the subject carries the camera, its name is that of a square of
/// the map, see cell_middle().
struct CaseSighting {
    std::uint32_t trip = 0; ///< of those in the evidence, from 0
    domain::CameraId camera;
    WallTime subject_at;
    WallTime vehicle_at;
    double confidence = 1;         ///< 0..1, that the vehicle's plate was read right
    bool merged = false;           ///< a doubtful read was taken for this plate, one character away
    domain::EventId subject_event; ///< empty: not known, or forgotten since
    domain::EventId vehicle_event;
    std::string subject_snapshot; ///< keys of pictures; empty: none
    std::string vehicle_snapshot;
    friend bool operator==(const CaseSighting&, const CaseSighting&) = default;
};

/// What chance would have given, to hold against what was found.
struct CaseChance {
    /// How often a vehicle that goes its own way would have been read within the allowed lag at the
    /// cameras of `sightings`, all together.
    double expected_sightings = 0;
    double false_alarms_per_month = 0; ///< as in Finding
    double probability = 0;            ///< as in Finding
    friend bool operator==(const CaseChance&, const CaseChance&) = default;
};

/// What the case was made by: an examiner needs all of it.
struct CaseVersions {
    std::string score = std::string{kFollowingModel};
    std::string grammar; ///< of plates: how characters were settled
    std::string program; ///< of this program
    struct Model {
        std::string task; ///< "plate", "ocr", …
        std::string id;
        friend bool operator==(const Model&, const Model&) = default;
    };
    std::vector<Model> models; ///< that read the plates, in order of tasks and ids, each once
    friend bool operator==(const CaseVersions&, const CaseVersions&) = default;
};

/// One line of a case's history.
struct CaseChange {
    WallTime at;
    std::string who;               ///< "vedette", or who judged
    std::optional<CaseState> from; ///< nothing: the case began
    CaseState to = CaseState::open;
    std::string why;
    friend bool operator==(const CaseChange&, const CaseChange&) = default;
};

struct Case {
    std::string id; ///< see case_id()
    std::string subject;
    std::string vehicle;
    CaseState state = CaseState::open;
    WallTime opened;  ///< time of the read that made it due, not of the computer that found it
    WallTime updated; ///< of the last change
    WallTime first;   ///< first and last counted co-sighting, by the vehicle's read
    WallTime last;
    FollowingScore score;
    CaseChance chance;
    std::vector<CaseSighting> sightings; ///< in order of time
    std::uint64_t sightings_dropped = 0; ///< for want of room
    CaseVersions versions;
    std::vector<CaseChange> history; ///< the oldest first; the first one is never dropped
    std::uint64_t changes_dropped = 0;
    friend bool operator==(const Case&, const Case&) = default;
};

/// The same for the same pair everywhere: "fc-" and 24 hexadecimal digits. One pair has one case as
/// long as it is remembered.
[[nodiscard]] std::string case_id(std::string_view subject, std::string_view vehicle);
/// Whether case_id() can have given it.
[[nodiscard]] bool is_case_id(std::string_view text) noexcept;

/// Where the cameras of a case are: those of `known` that are in it, and the squares of a subject
/// that carries its cameras, by their middles.
[[nodiscard]] std::vector<Place> places_of(const Case& about, std::span<const Place> known);

/// What else is known of a read.
struct ReadDetails {
    domain::EventId event;
    std::string snapshot;
    std::vector<CaseVersions::Model> models{}; ///< that read the plate
};
/// Asked for each read of a case: \param merged  the plate may have been read otherwise.
using ReadLookup = std::function<std::optional<ReadDetails>(
    const domain::CameraId& camera, WallTime at, std::string_view plate, bool merged)>;

/// A new case of a finding. \param lookup  may be empty: then events and pictures stay unknown.
[[nodiscard]] Case open_case(const Finding& finding, WallTime at, const CaseVersions& versions,
                             const ReadLookup& lookup = {});
/// The case with newer evidence of the same pair: everything of the finding is replaced, history
/// and a person's judgement stay. What was known of a read is kept where `lookup` knows no more.
/// \return invalid_argument for another pair.
[[nodiscard]] Result<Case> update_case(Case known, const Finding& finding, WallTime at,
                                       const CaseVersions& versions, const ReadLookup& lookup = {});
/// The case after the step. \param who 1..kMaxCaseWho bytes, \param why 0..kMaxCaseWhy bytes,
/// UTF-8. \return invalid_argument, as next_state() or for texts out of bounds.
[[nodiscard]] Result<Case> change_case(Case known, CaseStep step, WallTime at, std::string_view who,
                                       std::string_view why);

/// What people's judgements say of the cases that one version of the score opened. It is published;
/// the score never learns from it by itself.
struct CasePrecision {
    std::string score; ///< version
    std::uint64_t cases = 0;
    std::uint64_t confirmed = 0;
    std::uint64_t dismissed = 0;
    /// confirmed / (confirmed + dismissed), and Wilson's interval of 95 % around it (Wilson 1927).
    /// Nothing before the first judgement.
    std::optional<double> precision;
    double low = 0;
    double high = 1;
    friend bool operator==(const CasePrecision&, const CasePrecision&) = default;
};
[[nodiscard]] CasePrecision precision_of(std::string_view score, std::uint64_t cases,
                                         std::uint64_t confirmed, std::uint64_t dismissed);
/// One for each version of the score, in order of versions.
[[nodiscard]] std::vector<CasePrecision> precision_of(std::span<const Case> cases);

/// Form 1 of schema/following_case.v1.json, one line, UTF-8. Numbers read back as the same bits;
/// those that are not finite are written as null and not read back.
[[nodiscard]] std::string case_to_json(const Case& value);
/// \return invalid_argument naming the member and what it must be.
[[nodiscard]] Result<Case> case_from_json(std::string_view json);

/// The whole evidence, by the same rules (schema/following_evidence.v1.json).
/// \return invalid_argument for evidence with a number that is not finite, or more than
///   kMaxEvidenceSightings.
[[nodiscard]] Result<std::string> evidence_to_json(const FollowingEvidence& evidence);
[[nodiscard]] Result<FollowingEvidence> evidence_from_json(std::string_view json);
inline constexpr std::size_t kMaxEvidenceSightings = 100'000;

} // namespace vedette::analysis
