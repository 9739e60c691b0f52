#pragma once

#include <cstdint>
#include <string_view>

#include "following/state_bytes.h"
#include "vedette/analysis/pass.h"

namespace vedette::analysis {

void save_pass(const Pass& pass, StateWriter& out);
/// What it gives counts for nothing once the reader has failed.
[[nodiscard]] Pass load_pass(StateReader& in);

/// Of bytes that may have been damaged on disk (FNV-1a); no protection against malice.
[[nodiscard]] std::uint64_t state_checksum(std::string_view bytes);

} // namespace vedette::analysis
