#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/commands/restore/restore.h"
#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

void print_lines(const RestoreReport& report, const DataFolder& folder, Environment& environment) {
    for (const std::string& warning : report.warnings)
        environment.err << "vedette: damage that was there before: " << warning << '\n';
    if (report.missing > 0)
        environment.err << "vedette: " << report.missing
                        << " pictures that sightings name are not in the backup\n";
    environment.out << "restored the backup of " << events::format_time(report.manifest.made_at)
                    << " to " << folder.root.string() << ": " << report.manifest.sightings
                    << " sightings, the event log up to " << report.manifest.log_last.value()
                    << '\n';
    if (!report.put_aside.empty())
        environment.out << "what was there before is in " << report.put_aside.string()
                        << "; to go back: vedette restore --undo --data " << folder.root.string()
                        << "; when it is no longer needed, remove that folder\n";
}

void print_json(const RestoreReport& report, std::ostream& out) {
    auto json = nlohmann::ordered_json::parse(to_json(report.manifest));
    json["put_aside"] = report.put_aside.string();
    json["pictures_left_out"] = report.left_out;
    json["pictures_missing"] = report.missing;
    json["warnings"] = report.warnings;
    out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

class RestoreCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override {
        return "Check a backup and put it in the place of what a server keeps";
    }
    void declare(CLI::App& options) override {
        auto* backup = options.add_option("FOLDER", backup_, "What `vedette backup` made");
        declare_data_folder(options, data_);
        auto* replace = options.add_flag(
            "--replace", replace_, "Put data that are there already aside, into before-restore/");
        options
            .add_flag("--undo", undo_,
                      "Put back what the last restore put aside, and put aside what is there")
            ->excludes(backup)
            ->excludes(replace);
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const DataFolder folder{std::filesystem::absolute(data_)};
        if (undo_) {
            VEDETTE_CHECK_OK(undo_restore(folder));
            environment.out << (json_ ? "{\"undone\": true}" : "the data from before are back")
                            << '\n';
            return ExitCode::ok;
        }
        if (backup_.empty())
            return Error{ErrorCode::invalid_argument,
                         "name the folder of a backup; see `vedette restore --help`"};
        VEDETTE_TRY(const auto report,
                    restore_backup(backup_, folder, replace_ ? Replace::put_aside : Replace::refuse,
                                   environment.stop));
        json_ ? print_json(report, environment.out) : print_lines(report, folder, environment);
        return ExitCode::ok;
    }

private:
    std::filesystem::path backup_;
    std::filesystem::path data_;
    bool replace_ = false;
    bool undo_ = false;
    bool json_ = false;
};

} // namespace

Status register_restore(CommandRegistry& registry);
Status register_restore(CommandRegistry& registry) {
    return registry.add("restore", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<RestoreCommand>();
    });
}

} // namespace vedette::app
