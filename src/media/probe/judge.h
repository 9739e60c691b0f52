#pragma once

#include <vector>

#include "vedette/media/probe.h"

namespace vedette::media {

/// What there is to say of an input that opened: what this program can't use, what costs it, what
/// will surprise. Pure.
/// \param watched  for how long packets were read
[[nodiscard]] std::vector<Finding> judge(const InputReport& report,
                                         std::chrono::milliseconds watched);

/// Problems, then warnings, then notes.
void sort_by_weight(std::vector<Finding>& findings);

} // namespace vedette::media
