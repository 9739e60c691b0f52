#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/version.h"

namespace vedette::app {
namespace {

class VersionCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override { return "Say which version this is"; }
    void declare(CLI::App&) override {}
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        environment.out << "vedette " << kVersion << '\n';
        return ExitCode::ok;
    }
};

} // namespace

Status register_version(CommandRegistry& registry);
Status register_version(CommandRegistry& registry) {
    return registry.add("version", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<VersionCommand>();
    });
}

} // namespace vedette::app
