#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/plate_question.h"
#include "vedette/analysis/patterns.h"
#include "vedette/events/event_json.h"

namespace vedette::app {
namespace {

using analysis::Pattern;
using analysis::PatternReport;

void print_json(const PatternReport& report, std::ostream& out) {
    nlohmann::ordered_json patterns = nlohmann::ordered_json::array();
    for (const Pattern& one : report.patterns) {
        nlohmann::ordered_json passes = nlohmann::ordered_json::array();
        for (const domain::EventId& id : one.passes)
            passes.push_back(id.value());
        patterns.push_back({{"kind", analysis::to_string(one.kind)},
                            {"camera", one.camera.value()},
                            {"from", events::format_time(one.from)},
                            {"to", events::format_time(one.to)},
                            {"why", one.why},
                            {"passes", std::move(passes)}});
    }
    const nlohmann::ordered_json json{{"plate", report.plate},
                                      {"passes", report.passes},
                                      {"complete", report.complete},
                                      {"patterns", std::move(patterns)}};
    out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void print_lines(const PatternReport& report, std::ostream& out) {
    out << report.plate << ": " << report.passes << " passes\n";
    if (!report.complete)
        out << "note: later passes were cut off: give a shorter time\n";
    for (const Pattern& one : report.patterns)
        out << events::format_time(one.from) << "  " << analysis::to_string(one.kind) << ": "
            << one.why << '\n';
}

/// "the depot=in,out"
Result<analysis::Site> site_in(const std::string& text) {
    const auto equals = text.find('=');
    const auto comma = equals == std::string::npos ? equals : text.find(',', equals);
    if (comma == std::string::npos || equals == 0 || comma == equals + 1 ||
        comma + 1 == text.size())
        return Error{ErrorCode::invalid_argument,
                     "--site: '" + text + "' is not NAME=CAMERA_IN,CAMERA_OUT"};
    return analysis::Site{text.substr(0, equals),
                          domain::CameraId{text.substr(equals + 1, comma - equals - 1)},
                          domain::CameraId{text.substr(comma + 1)}};
}

/// `patterns PLATE`: what one plate did that a person would notice.
class PatternsCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Say what one plate did: new here, often here, circling, staying";
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
        options.add_flag("--json", json_, "Print JSON for programs");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        for (const std::string& text : sites_) {
            VEDETTE_TRY(auto site, site_in(text));
            search_.sites.push_back(std::move(site));
        }
        VEDETTE_TRY(const auto asked, question_.open(environment.clock.wall_now()));
        VEDETTE_TRY(const auto report,
                    analysis::find_patterns(*asked.index, asked.plate, asked.span, search_));
        json_ ? print_json(report, environment.out) : print_lines(report, environment.out);
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
