#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/ids.h"

/// What speaks for and against "this vehicle follows that one", and the arithmetic on it. Evidence
/// is complete: the score is a function of it alone, so that it can be checked elsewhere and later
/// without the traffic that it was gathered from. Formulas and sources: docs/design/following.md.
namespace vedette::analysis {

/// Raised whenever the same evidence would get another score. Kept with every finding.
inline constexpr std::string_view kFollowingModel = "following-1";

/// Numbers of the score. All are assumptions about people, not about one town, and are stated in
/// docs/design/following.md; a site has no reason to change them, an examiner may.
struct FollowingScoreOptions {
    std::chrono::milliseconds max_lag{120'000}; ///< 1 s..1 h; further apart is not together
    double read_rate = 0.8; ///< 0.3..0.99: how often a camera reads a vehicle that passes
    /// 0..1: share of innocent vehicles that make the subject's whole journey for a reason of their
    /// own. Bounds what the turns of one journey can prove.
    double same_journey = 0.02;
    /// 0..1: share of the innocent among those seen on a journey once that make it again at the
    /// subject's times. Bounds what like journeys (same cameras, same time of day) add to the
    /// strongest of them.
    double same_habit = 0.03;
    /// 0..1: share of the innocent among those seen on a journey once that go where the subject
    /// goes for the rest of that day. Bounds what a day's journeys add to the strongest of them.
    double same_day = 0.02;
    double leave = 0.3;   ///< 0..1: chance at each camera that a follower gives up or hands over
    double close_s = 10;  ///< seconds, scale of the lag of a close follower
    double loose_s = 40;  ///< seconds, scale of the lag of a careful one
    double steady_s = 12; ///< seconds, scale of a follower's change of lag between two cameras

    friend bool operator==(const FollowingScoreOptions&, const FollowingScoreOptions&) = default;
};

/// One camera that read the subject and, soon before or after, the other vehicle.
struct CoSighting {
    domain::CameraId camera;
    std::uint32_t place = 0; ///< equal for cameras that stand together
    std::uint32_t index = 0; ///< of this camera among the subject's passes of the session, from 0
    WallTime subject_at;
    WallTime vehicle_at;
    double confidence = 1; ///< 0..1, that the vehicle's plate was read right
    bool merged = false;   ///< a doubtful read was taken for this plate, one character away

    // How often the vehicle would be here now if it went its own way, as passes per second.
    double expected_hz = 0; ///< from how much it drives and how busy this camera is at this hour
    double flow = 1;        ///< traffic here now over what is usual; a jam is far above 1
    double habit_hz = 0;    ///< from its own passes here at this time on other days
    double misread_hz = 0;  ///< from plates that are easily read as this one

    // From the co-sighting before it in this session; not used for the first one.
    double turn_chance = 1;     ///< 0..1 that an innocent vehicle goes on as this one did
    std::uint32_t missed = 0;   ///< cameras in between that read only one of the two
    double travel_spread_s = 0; ///< seconds, mean deviation of travel times on this stretch
    double clock_error_s = 0;   ///< seconds, of both cameras together
    [[nodiscard]] double lag_s() const noexcept {
        return std::chrono::duration<double>(vehicle_at - subject_at).count();
    }
    friend bool operator==(const CoSighting&, const CoSighting&) = default;
};

/// One trip of the subject on which the two were seen together.
struct SessionEvidence {
    WallTime begins; ///< first read of the subject
    WallTime ends;   ///< last read of the subject
    std::uint32_t subject_passes = 0;
    std::uint32_t habit = 0; ///< equal for like journeys: cameras in common at the same time of day
    std::uint32_t day = 0;   ///< equal for sessions of one day
    std::vector<CoSighting> together; ///< in time order
    friend bool operator==(const SessionEvidence&, const SessionEvidence&) = default;
};

/// Everything that the score of one pair is made of.
struct FollowingEvidence {
    std::string subject;
    std::string vehicle;
    std::uint32_t subject_sessions = 0;    ///< trips of the subject in the horizon, all of them
    std::vector<SessionEvidence> sessions; ///< those with a co-sighting, in time order
    FollowingScoreOptions options;
    friend bool operator==(const FollowingEvidence&, const FollowingEvidence&) = default;
};

/// What a part of the score speaks about.
enum class TermKind {
    chance = 1,    ///< there at all, for a vehicle that drives as much, at so busy a place
    flow,          ///< more traffic than usual: a jam, an event
    habit,         ///< it is often there at that time anyway
    ambiguity,     ///< a plate that is easily mistaken for this one is often there
    lag,           ///< how close behind or ahead
    turns,         ///< took the same turns
    steadiness,    ///< kept its distance
    missed,        ///< cameras that read one of the two only
    stretch,       ///< came late or left early
    reading,       ///< doubt about the read
    one_journey,   ///< a journey proves only so much, however long
    like_journeys, ///< like journeys prove only so much, however many
    one_day,       ///< a day proves only so much
    one_trip,      ///< who joined one trip only follows nobody
    absence,       ///< trips of the subject without the vehicle
};
inline constexpr std::size_t kTermKinds = 15;

/// One word for programs ("turns"); a sentence for people.
[[nodiscard]] std::string_view to_string(TermKind kind) noexcept;
[[nodiscard]] std::string_view explain(TermKind kind) noexcept;

/// Natural logarithm of P(seen so | follows) / P(seen so | goes its own way), and its parts.
struct FollowingScore {
    double llr = 0;                         ///< the sum of `terms`
    std::array<double, kTermKinds> terms{}; ///< by TermKind - 1
    std::uint32_t sessions = 0;             ///< that count for more than nothing
    std::uint32_t places = 0;               ///< distinct, over the counted stretches
    std::uint32_t co_sightings = 0;         ///< in them
    [[nodiscard]] double term(TermKind kind) const noexcept {
        return terms[static_cast<std::size_t>(kind) - 1];
    }
    friend bool operator==(const FollowingScore&, const FollowingScore&) = default;
};

/// The score of evidence: the one place where it is computed. Pure; any evidence gives a finite
/// score, also one that was tampered with. Takes O(sessions x co-sightings²) time.
[[nodiscard]] FollowingScore score_following(const FollowingEvidence& evidence);

/// \return invalid_argument, naming the number, its value and the allowed range.
[[nodiscard]] Status check(const FollowingScoreOptions& options);

} // namespace vedette::analysis
