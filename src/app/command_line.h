#pragma once

#include "app/command.h"

namespace vedette::app {

/// Parses the arguments, runs the chosen command, and turns its answer into an exit code and one
/// line on stderr. \return the process's exit code: 0 ok, 1 failed, 2 bad usage.
int run_command_line(int argc, const char* const* argv, const CommandRegistry& registry,
                     Environment& environment);

} // namespace vedette::app
