#include <CLI/CLI.hpp>
#include <optional>

#include "app/command.h"
#include "app/commands/replay/replay.h"
#include "app/configuration_check.h"
#include "app/output/watch_json.h"
#include "app/watchlist_options.h"
#include "vedette/config/document.h"
#include "vedette/domain/plate_text.h"

namespace vedette::app {
namespace {

using analysis::WatchMatch;
using analysis::WatchVerdict;

void print_match(const WatchMatch& match, std::ostream& out) {
    out << match.list << " (" << analysis::to_string(match.kind) << ", "
        << analysis::to_string(match.rule) << "): " << match.plate << ": " << match.why;
    if (!match.note.empty())
        out << "; " << match.note;
    out << '\n';
}

void print_lines(const std::string& plate, const WatchVerdict& verdict, std::ostream& out) {
    for (const WatchMatch& match : verdict.matches)
        print_match(match, out);
    if (verdict.ignored_by) {
        out << "ignored by ";
        print_match(*verdict.ignored_by, out);
        if (verdict.suppressed > 0)
            out << verdict.suppressed << " other lists are silent because of that\n";
    } else if (verdict.matches.empty()) {
        out << plate << " is on no list\n";
    }
}

/// `watchlist check PLATE`: what a sighting of it would match, and why.
class WatchlistCheckCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Configure"; }
    [[nodiscard]] std::string summary() const override {
        return "Say which watch lists a plate would match, and why";
    }
    void declare(CLI::App& options) override {
        options.add_option("PLATE", plate_, "As a reader would give it")->required();
        options.add_option("-c,--config", config_, "Configuration file with `watchlists`")
            ->required();
        options.add_option("--camera", camera_, "Seen there (default: wherever it counts)");
        options.add_option("--at", at_,
                           "Seen at this time: 2026-11-21T10:15:00Z, or how long ago (default: "
                           "whenever it counts)");
        options
            .add_option("--confidence", confidence_,
                        "0..1, of the read; strict lists ask for 0.9 (default: 1)")
            ->check(CLI::Range(0.0, 1.0));
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto document, config::Document::load(config_));
        config::Problems problems;
        check_configuration(document.root(), problems);
        if (!problems.empty())
            return problems.summary();
        VEDETTE_TRY(const auto index, watch_index(document.root()));
        domain::PlateText plate;
        plate.observed = plate_;
        plate.normalized = domain::normalize_plate(plate_);
        plate.resolved = plate.normalized;
        plate.confidence = static_cast<float>(confidence_);
        if (plate.resolved.empty())
            return Error{ErrorCode::invalid_argument,
                         "PLATE: '" + plate_ + "' has no letter or digit"};
        std::optional<domain::CameraId> camera;
        if (!camera_.empty())
            camera = domain::CameraId{camera_};
        std::optional<WallTime> at;
        if (!at_.empty()) {
            VEDETTE_TRY(at, parse_moment(at_, environment.clock.wall_now()));
        }
        const WatchVerdict verdict = analysis::judge(index.match(plate, camera, at));
        if (json_)
            environment.out << watch_check_json(plate.resolved, verdict, 2) << '\n';
        else
            print_lines(plate.resolved, verdict, environment.out);
        return ExitCode::ok;
    }

private:
    std::string plate_;
    std::filesystem::path config_;
    std::string camera_;
    std::string at_;
    double confidence_ = 1;
    bool json_ = false;
};

} // namespace

Status register_watchlist_check(CommandRegistry& registry);
Status register_watchlist_check(CommandRegistry& registry) {
    return registry.add("watchlist check", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<WatchlistCheckCommand>();
    });
}

} // namespace vedette::app
