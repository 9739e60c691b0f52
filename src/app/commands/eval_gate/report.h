#pragma once

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "app/commands/eval_gate/comparison.h"

namespace vedette::app {

/// One clip with every gate; the first run is the one that others are compared with.
struct GateClip {
    std::string name;
    std::chrono::duration<double> length{};
    std::vector<GateRun> runs{};
};

/// A line for each clip and gate, and one for all clips together, for people.
void write_table(const std::vector<GateClip>& clips, std::ostream& out);

/// {"clips": [...], "total": {...}}, for programs.
void write_json(const std::vector<GateClip>& clips, std::ostream& out);

} // namespace vedette::app
