#pragma once

#include <string>

#include "app/environment.h"
#include "vedette/base/registry.h"
#include "vedette/base/result.h"

namespace CLI {
class App;
}

namespace vedette::app {

/// What the shell is told. Errors are returned as values and become kFailed or kBadUsage with one
/// line on stderr.
enum class ExitCode { ok = 0, failed = 1, bad_usage = 2 };

/// One command of the program: declares its options, then runs once.
///
/// Thread-bound to the main thread. A command that works for long looks at Environment::stop.
class Command {
public:
    virtual ~Command() = default;
    /// Heading under which `--help` lists it: "Watch", "Read", "Measure", "Configure", "Look
    /// after".
    [[nodiscard]] virtual std::string group() const = 0;
    /// One line for `--help`.
    [[nodiscard]] virtual std::string summary() const = 0;
    /// Adds options and positionals, bound to members of this command.
    virtual void declare(CLI::App& options) = 0;
    /// \return invalid_argument for bad usage (exit 2); any other error exits 1. Partial success
    /// that was already
    ///   reported on stderr returns ExitCode::failed.
    [[nodiscard]] virtual Result<ExitCode> run(Environment& environment) = 0;
};

/// Full name ("process", "eval plates") -> command. Words before the last are groups of commands.
using CommandRegistry = Registry<Command>;

Status register_builtin_commands(CommandRegistry& registry);

} // namespace vedette::app
