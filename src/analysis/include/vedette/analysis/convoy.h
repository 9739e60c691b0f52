#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/base/result.h"
#include "vedette/ports/pass_index.h"

namespace vedette::analysis {

/// How a convoy is searched. What is out of range is refused by find_convoy().
struct ConvoyOptions {
    std::chrono::seconds max_lag{120};    ///< 1 s..1 h; further apart is not together
    std::chrono::minutes session_gap{30}; ///< 1 min..24 h; so long a silence ends a journey
    int min_places = 2;                   ///< 1..100; distinct places together, at least
    int min_sessions = 1;                 ///< 1..100; journeys together, at least
    double place_radius_m = 250;          ///< cameras nearer than this are one place, if known
    double max_session_llr = 8;           ///< 1..50 nats; more than this no one journey says
    double read_rate = 0.85;              ///< 0.5..0.99; share of vehicles that cameras read
    std::size_t most_companions = 50;     ///< 1..500; of the report, the best ones
    std::size_t most_passes = 2'000;      ///< 1..20 000; of the subject
    std::size_t most_around = 2'000;      ///< 1..10 000; vehicles around one of its passes
    std::size_t most_candidates = 5'000;  ///< 1..50 000; vehicles that are scored
    std::size_t most_own_passes = 20'000; ///< 1..100 000; of one of them
    /// Cameras that a car carries: where they were is not known here, so their passes are left out.
    std::set<domain::CameraId> carried{};
};

/// Where an LLR comes from, in nats. They add up to it, but for what a cap took away.
struct ConvoyTerms {
    double meeting = 0;  ///< that they met at all, against flow and the other's own habits
    double turns = 0;    ///< that they went on the same way, against what others there did
    double missed = 0;   ///< places between, and after, where the other was not seen
    double capped = 0;   ///< what was taken away because one journey is one piece of evidence
    double sessions = 0; ///< that just these journeys, of all of the subject's, are shared
    double lag = 0;      ///< that the distance is alike from journey to journey
};

/// Both at one camera.
struct CoPass {
    domain::EventId subject;
    domain::EventId companion;
    domain::CameraId camera;
    WallTime at;                   ///< of the subject
    std::chrono::milliseconds lag; ///< of the companion: positive is behind
    int session = 0;               ///< counted from 0 over the subject's journeys
};

enum class ConvoySide { ahead = 1, behind, both };

/// A vehicle that travels with the subject, perhaps.
struct Companion {
    std::string plate;
    double llr = 0; ///< log-likelihood ratio, nats, of "travels with it" against "goes its own way"
    ConvoyTerms terms;
    int sessions = 0;                        ///< journeys together that speak for it
    int places = 0;                          ///< distinct ones, together
    int missed = 0;                          ///< places between where it was not seen
    double expected_sessions = 0;            ///< together by chance
    std::chrono::milliseconds median_lag{0}; ///< positive: behind
    std::chrono::milliseconds lag_spread{0}; ///< median distance from the median
    ConvoySide side = ConvoySide::both;      ///< one of ahead and behind at nine of ten places
    std::vector<CoPass> passes;              ///< in order of time
};

/// The subject and two or more that travel with it and with each other.
struct ConvoyGroup {
    std::vector<std::string> plates; ///< the companions, best first
    std::vector<int> sessions;       ///< in which all of them were together
};

struct ConvoyReport {
    std::string plate; ///< of the subject
    ports::TimeSpan span;
    std::size_t passes = 0;     ///< of the subject, repeats at one camera once
    int sessions = 0;           ///< journeys of it
    std::size_t around = 0;     ///< vehicles that were near it at all
    std::size_t candidates = 0; ///< of those, scored
    std::uint64_t traffic = 0;  ///< passes of all vehicles at its cameras in the whole window
    /// ln(traffic): of so many innocent vehicles, and there cannot be more, the best one reaches
    /// this LLR once in a while. Only a larger one is remarkable.
    double chance_llr = 0;
    std::vector<Companion> companions; ///< best first
    std::vector<ConvoyGroup> groups;
    std::vector<std::string> limits; ///< what was cut off, in words; empty: nothing
};

/// Which vehicles travelled with this one, over a whole store. An ad-hoc question: a few hundred
/// index look-ups, no state. Method, formulas and sources: docs/design/convoy.md.
///
/// A pure function of what the index says: the same passes give the same report bit for bit.
///
/// \param plate  normalized, see domain::normalize_plate()
/// \param places  where cameras are; may be empty or lack some: those are places of their own
/// \return invalid_argument naming an option out of range; errors of the index.
[[nodiscard]] Result<ConvoyReport> find_convoy(const ports::PassIndex& index,
                                               std::string_view plate, const ports::TimeSpan& span,
                                               const ConvoyOptions& options = {},
                                               const std::vector<Place>& places = {});

/// Why this companion stands where it does, for people: one sentence each.
[[nodiscard]] std::vector<std::string> in_words(const Companion& companion,
                                                const ConvoyReport& report);

} // namespace vedette::analysis
