#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/analysis/track.h"
#include "vedette/base/result.h"
#include "vedette/ports/following_store.h"

namespace vedette::api {

/// What became of positions that somebody sent.
struct TrackTaken {
    std::size_t taken = 0;
    std::size_t left_out = 0; ///< not later than those before, or saying nothing new
};

/// Cases of following, as the server shows them. Functions are called on several threads at once,
/// on workers alone: they may wait. Empty ones are answered with 501.
struct FollowingParts {
    /// Asked for by each request, so that a store which appears later is found.
    /// \return not_found, saying what makes cases, as long as there are none; errors of the store.
    std::function<Result<std::shared_ptr<ports::FollowingStore>>()> store{};
    /// Where cameras are, as far as it is known. Empty: of none.
    std::function<Result<std::vector<analysis::Place>>()> places{};
    /// A case as a signed archive (analysis/evidence_pack.h), bounded in size.
    /// \return not_found; resource_exhausted, saying what else to do, for one that is too large.
    std::function<Result<std::string>(const ports::FollowingStore& store, const std::string& id)>
        evidence{};
    /// Cars that carry cameras, and how it stands with their positions: a JSON object.
    std::function<std::string()> mobiles{};
    /// Where such a car was; durable when it returns. \return not_found for no car's name;
    /// already_exists if a receiver says where that car is; invalid_argument; errors of the log.
    std::function<Result<TrackTaken>(const std::string& name,
                                     std::vector<analysis::TrackFix> fixes)>
        track{};
};

} // namespace vedette::api
