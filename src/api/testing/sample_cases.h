#pragma once

#include <string>
#include <vector>

#include "vedette/analysis/pass.h"
#include "vedette/ports/following_store.h"

namespace vedette::api::demo {

/// Three made-up cases of the subject AB12CDE, scored by the real score: CD34EFG on three trips
/// across a town, GH56IJK on two, LM78NOP on two that say little. Their pictures are "gate/0.jpg"
/// to "gate/23.jpg" and "drive/0.jpg" to "drive/23.jpg".
[[nodiscard]] Status keep_sample_cases(ports::FollowingStore& store);

/// Where the cameras of the cases are.
[[nodiscard]] std::vector<analysis::Place> sample_places();

/// Their evidence, signed by a key that everybody knows.
[[nodiscard]] Result<std::string> sample_evidence(const ports::FollowingStore& store,
                                                  const std::string& id);

} // namespace vedette::api::demo
