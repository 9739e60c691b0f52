#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/command.h"
#include "app/commands/convoy/report.h"
#include "app/commands/replay/replay.h"
#include "app/data/data_folder.h"
#include "app/output/convoy_json.h"
#include "vedette/config/units.h"
#include "vedette/domain/plate_text.h"
#include "vedette/storage/pass_view.h"

namespace vedette::app {
namespace {

constexpr auto kUsualWindow = std::chrono::hours{24 * 30};

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
        options.add_option("PLATE", plate_, "Whose company is looked for")->required();
        declare_data_folder(options, data_);
        options.add_option("--from", from_,
                           "From this time on: 2026-11-21T10:15:00Z, 2026-11-21, or how long ago, "
                           "for example 12h or 90d (default: 30d)");
        options.add_option("--to", to_, "Before this time (default: now)");
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
        const WallTime now = environment.clock.wall_now();
        ports::TimeSpan span{now - kUsualWindow, now};
        if (!from_.empty()) {
            VEDETTE_TRY(span.from, parse_moment(from_, now));
        }
        if (!to_.empty()) {
            VEDETTE_TRY(span.to, parse_moment(to_, now));
        }
        VEDETTE_CHECK_OK(read_duration(max_lag_, "--max-lag", search_.max_lag));
        VEDETTE_CHECK_OK(read_duration(session_gap_, "--session-gap", search_.session_gap));
        const std::string plate = domain::normalize_plate(plate_);
        if (plate.empty())
            return Error{ErrorCode::invalid_argument,
                         "PLATE: '" + plate_ + "' has no letter or digit"};
        const DataFolder folder{data_};
        VEDETTE_CHECK_OK(folder.must_be_used());
        VEDETTE_TRY(const auto index, storage::PassView::open(folder.store()));
        VEDETTE_TRY(const auto report, analysis::find_convoy(*index, plate, span, search_));
        if (json_)
            environment.out << convoy_json(report, 2) << '\n';
        else
            write_convoy(report, explained_, environment.out);
        return ExitCode::ok;
    }

private:
    std::string plate_;
    std::filesystem::path data_;
    std::string from_;
    std::string to_;
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
