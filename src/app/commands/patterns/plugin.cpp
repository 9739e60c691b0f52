#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/output/patterns_json.h"
#include "app/plate_question.h"
#include "vedette/analysis/patterns.h"
#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

using analysis::Pattern;
using analysis::PatternReport;

void print_lines(const PatternReport& report, std::ostream& out) {
    out << report.plate << ": " << report.passes << " passes\n";
    if (!report.complete)
        out << "note: later passes were cut off: give a shorter time\n";
    if (report.carried > 0)
        out << "note: " << report.carried
            << " of them at cameras that a car carries: they say nothing of a place\n";
    for (const Pattern& one : report.patterns)
        out << events::format_time(one.from) << "  " << analysis::to_string(one.kind) << ": "
            << one.why << '\n';
}

/// `patterns PLATE`: what one plate did that a person would notice.
class PatternsCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Say what one plate did: new here, often here, circling, staying, and with whom";
    }
    void declare(CLI::App& options) override {
        question_.declare(options, "Whose patterns are looked for");
        options.add_option("--frequent-days", search_.frequent_days,
                           "So many days at one camera are frequent (default: 5)");
        options.add_option("--circling", search_.circling_passes,
                           "So many passes at one camera within an hour are circling (default: 3)");
        options
            .add_option("--site", sites_,
                        "NAME=CAMERA_IN,CAMERA_OUT: where a stay is measured; may be repeated")
            ->allow_extra_args(false);
        options.add_option("--together", search_.together_times,
                           "So many stays at one place at the same time as another vehicle are "
                           "co-parking (default: 2)");
        options.footer("A stay lasts half an hour or more: between the two cameras of a site, or "
                       "standing before one camera.");
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        for (const std::string& text : sites_) {
            auto site = site_in(text);
            if (!site)
                return std::move(site.error()).with_context("--site");
            search_.sites.push_back(*std::move(site));
        }
        VEDETTE_TRY(auto asked, question_.open(environment.clock.wall_now()));
        search_.carried = std::move(asked.carried);
        VEDETTE_TRY(const auto report,
                    analysis::find_patterns(*asked.index, asked.plate, asked.span, search_));
        if (json_)
            environment.out << patterns_json(report, 2) << '\n';
        else
            print_lines(report, environment.out);
        return ExitCode::ok;
    }

private:
    PlateQuestion question_;
    std::vector<std::string> sites_;
    analysis::PatternOptions search_;
    bool json_ = false;
};

} // namespace

Status register_patterns(CommandRegistry& registry);
Status register_patterns(CommandRegistry& registry) {
    return registry.add("patterns", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<PatternsCommand>();
    });
}

} // namespace vedette::app
