#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/command.h"
#include "app/commands/convoy/report.h"
#include "app/output/convoy_json.h"
#include "app/plate_question.h"
#include "vedette/config/units.h"

namespace vedette::app {
namespace {

/// "90s", "2m": a length of time of the command line.
template <class Duration>
Status read_duration(const std::string& text, const char* option, Duration& into) {
    if (text.empty())
        return {};
    const auto read = config::parse_duration(text);
    if (!read)
        return Error{ErrorCode::invalid_argument,
                     std::string{option} + ": " + read.error().message()};
    into = std::chrono::duration_cast<Duration>(*read);
    return {};
}

/// `convoy PLATE`: who travels with it, over everything that the store holds.
class ConvoyCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Find the vehicles that travel with one plate";
    }
    void declare(CLI::App& options) override {
        question_.declare(options, "Whose company is looked for");
        options.add_option("--max-lag", max_lag_,
                           "What is further apart is not together (default: 120s)");
        options.add_option("--session-gap", session_gap_,
                           "So long a silence ends a journey (default: 30m)");
        options.add_option("--min-places", search_.min_places,
                           "Distinct places together, at least (default: 2)");
        options.add_option("--min-sessions", search_.min_sessions,
                           "Journeys together, at least (default: 1)");
        options.add_option("--limit", search_.most_companions,
                           "So many companions, the best ones (default: 50)");
        options.add_option("--explain", explained_,
                           "Say of so many of them why they stand there (default: 3)");
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_CHECK_OK(read_duration(max_lag_, "--max-lag", search_.max_lag));
        VEDETTE_CHECK_OK(read_duration(session_gap_, "--session-gap", search_.session_gap));
        VEDETTE_TRY(auto asked, question_.open(environment.clock.wall_now()));
        search_.carried = std::move(asked.carried);
        VEDETTE_TRY(const auto report,
                    analysis::find_convoy(*asked.index, asked.plate, asked.span, search_));
        if (json_)
            environment.out << convoy_json(report, 2) << '\n';
        else
            write_convoy(report, explained_, environment.out);
        return ExitCode::ok;
    }

private:
    PlateQuestion question_;
    std::string max_lag_;
    std::string session_gap_;
    analysis::ConvoyOptions search_;
    std::size_t explained_ = 3;
    bool json_ = false;
};

} // namespace

Status register_convoy(CommandRegistry& registry);
Status register_convoy(CommandRegistry& registry) {
    return registry.add("convoy", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ConvoyCommand>();
    });
}

} // namespace vedette::app
