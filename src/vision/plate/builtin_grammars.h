#pragma once

#include <vector>

#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {

/// The files of plate/grammars, as the build put them into the binary.
[[nodiscard]] std::vector<PlateGrammars::Source> builtin_grammars();

} // namespace vedette::vision
