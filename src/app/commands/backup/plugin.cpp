#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/backup/backup.h"

namespace vedette::app {
namespace {

/// "/mnt/backups/monday/" names the same folder as without the last slash.
std::filesystem::path without_last_slash(const std::filesystem::path& path) {
    return path.has_filename() ? path : path.parent_path();
}

class BackupCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override {
        return "Copy all that a server keeps into a new folder, while it runs";
    }
    void declare(CLI::App& options) override {
        options.add_option("FOLDER", to_, "New folder for the backup, best on another disk")
            ->required();
        declare_data_folder(options, data_);
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const auto to = without_last_slash(std::filesystem::absolute(to_));
        VEDETTE_TRY(const auto report,
                    make_backup(DataFolder{data_}, to, environment.clock, environment.stop));
        const BackupManifest& made = report.manifest;
        for (const std::string& warning : report.warnings)
            environment.err << "vedette: damage went along: " << warning << '\n';
        if (json_)
            environment.out << to_json(made) << '\n';
        else
            environment.out << "backed up " << made.sightings << " sightings, the event log up to "
                            << made.log_last.value() << " and " << made.pictures << " pictures ("
                            << made.bytes / 1'000'000 << " MB) to " << to.string() << '\n';
        return ExitCode::ok;
    }

private:
    std::filesystem::path to_;
    std::filesystem::path data_;
    bool json_ = false;
};

} // namespace

Status register_backup(CommandRegistry& registry);
Status register_backup(CommandRegistry& registry) {
    return registry.add("backup", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<BackupCommand>();
    });
}

} // namespace vedette::app
