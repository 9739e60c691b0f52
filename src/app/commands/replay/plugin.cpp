#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/replay/replay.h"
#include "app/output/line_file.h"

namespace vedette::app {
namespace {

/// Each event as the line that stands in the log.
Result<ReplayReport> replay_to_lines(const DataFolder& folder, const ReplayRange& range,
                                     const std::filesystem::path& out, Environment& environment) {
    if (out == "-")
        return replay(folder, range, environment.stop, [&](const ports::Envelope& event) -> Status {
            environment.out << event.payload << '\n';
            return environment.out
                       ? Status{}
                       : Error{ErrorCode::unavailable, "standard output could not be written"};
        });
    VEDETTE_TRY(auto file, LineFile::create(out));
    VEDETTE_TRY(auto report,
                replay(folder, range, environment.stop, [&file](const ports::Envelope& event) {
                    return file.append(event.payload);
                }));
    VEDETTE_CHECK_OK(file.sync());
    return report;
}

class ReplayCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override {
        return "Give the events of a time again, as JSON Lines or to the store";
    }
    void declare(CLI::App& options) override {
        declare_data_folder(options, data_);
        options.add_option("--from", from_,
                           "Events from this time on: 2026-11-21T10:15:00Z, 2026-11-21, or how "
                           "long ago, for example 90m or 7d");
        options.add_option("--to", to_, "Events before this time");
        options
            .add_option("--kind", range_.kinds,
                        "Events of this kind alone: sighting, camera, camera.offline, node; "
                        "may be repeated")
            ->allow_extra_args(false);
        options.add_option("--camera", range_.cameras, "Events of this camera; may be repeated")
            ->allow_extra_args(false);
        auto* out = options.add_option("--out", out_, "File for the lines (default: -, stdout)");
        options
            .add_option("--to-subscriber", subscriber_,
                        "Give them to this reader of the log instead, as if they came again: store")
            ->check(CLI::IsMember({"store"}))
            ->excludes(out);
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const WallTime now = environment.clock.wall_now();
        if (!from_.empty()) {
            VEDETTE_TRY(range_.from, parse_moment(from_, now));
        }
        if (!to_.empty()) {
            VEDETTE_TRY(range_.to, parse_moment(to_, now));
        }
        if (range_.from && range_.to && *range_.from >= *range_.to)
            return Error{ErrorCode::invalid_argument, "--from must be before --to"};
        const DataFolder folder{data_};
        VEDETTE_TRY(const auto report, subscriber_.empty()
                                           ? replay_to_lines(folder, range_, out_, environment)
                                           : replay_to_store(folder, range_, environment.stop));
        tell(report, environment);
        return report.damage.empty() ? ExitCode::ok : ExitCode::failed;
    }

private:
    void tell(const ReplayReport& report, Environment& environment) const {
        for (const std::string& damage : report.damage)
            environment.err << "vedette: " << damage << '\n';
        if (subscriber_.empty())
            return;
        environment.out << "the store has taken " << report.events << " sightings again\n";
        if (report.without_picture > 0)
            environment.err << "vedette: the pictures of " << report.without_picture
                            << " of them are gone\n";
    }

    std::filesystem::path data_;
    std::string from_, to_, subscriber_;
    std::string out_ = "-";
    ReplayRange range_;
};

} // namespace

Status register_replay(CommandRegistry& registry);
Status register_replay(CommandRegistry& registry) {
    return registry.add("replay", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ReplayCommand>();
    });
}

} // namespace vedette::app
