#pragma once

#include "following/gather.h"

namespace vedette::analysis {

/// The numbers of the score where the subject carries its cameras. The same formulas take them:
/// what is read is always near (the lag says nothing), a car in a row of cars is not in view all
/// the time, and places come so quickly after one another that nobody decides anew at each.
[[nodiscard]] FollowingScoreOptions carried_options(FollowingScoreOptions options);

/// Evidence for a subject that carries its cameras. Its reads are the places where it came; who
/// was seen in the minutes after that was there with it. What is usual is what this subject met:
///
/// - how often the vehicle was met at all, per place that the subject came to;
/// - how often it was there when the subject came to that place before (who lives or works there,
///   who makes the same way at the same hour);
/// - turns of the subject's way, and long stops, between two co-sightings: to be there after a
///   straight stretch proves nothing.
[[nodiscard]] FollowingEvidence gather_carried(const GatherFrom& from, VehicleIndex subject,
                                               VehicleIndex vehicle);

} // namespace vedette::analysis
