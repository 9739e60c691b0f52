#pragma once

#include <array>
#include <cstddef>

#include "vedette/analysis/following_evidence.h"

namespace vedette::analysis {

/// More co-sightings of one session are left out: a journey past 64 cameras proves no more.
inline constexpr std::size_t kMaxTogether = 64;

/// The best stretch of one session: from which co-sighting to which the two went together.
struct SessionScore {
    std::size_t first = 0;
    std::size_t last = 0;
    double llr = 0; ///< given that a follower joined this session
    std::array<double, kTermKinds> parts{};
};

/// \pre session.together is not empty
[[nodiscard]] SessionScore score_session(const SessionEvidence& session,
                                         const FollowingScoreOptions& options);

/// log(1 + e^x), without overflow.
[[nodiscard]] double log_one_plus(double x);
/// log((1 - share) e^x + share): evidence x of which a share is none.
[[nodiscard]] double soft_bound(double x, double share);
/// Evidence x against a hypothesis that a share of the innocent fulfil as well: about x while that
/// is small, never above -log(share).
[[nodiscard]] double bounded(double x, double share);

} // namespace vedette::analysis
