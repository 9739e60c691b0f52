#include <CLI/CLI.hpp>
#include <iomanip>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/data/following_data.h"
#include "vedette/analysis/case_keeper.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/domain/plate_text.h"

namespace vedette::app {
namespace {

using analysis::CasePrecision;

void print_lines(const ports::FollowingPage& page, const std::vector<CasePrecision>& precision,
                 std::ostream& out) {
    out << "case                         state      score  subject     vehicle     updated\n";
    for (const ports::FollowingRecord& one : page.records)
        out << std::left << std::setw(29) << one.id << std::setw(10) << one.state << std::right
            << std::fixed << std::setprecision(1) << std::setw(6) << one.llr << "  " << std::left
            << std::setw(12) << one.subject << std::setw(12) << one.vehicle
            << analysis::format_pass_time(one.updated) << '\n';
    if (!page.next.empty())
        out << "There are more: --cursor " << page.next << '\n';
    for (const CasePrecision& one : precision) {
        out << one.score << ": " << one.cases << " cases, " << one.confirmed << " confirmed, "
            << one.dismissed << " dismissed";
        if (one.precision)
            out << ": precision " << std::setprecision(2) << *one.precision << " (95 %: " << one.low
                << " to " << one.high << ')';
        out << '\n';
    }
}

void print_json(const ports::FollowingPage& page, const std::vector<CasePrecision>& precision,
                std::ostream& out) {
    auto cases = nlohmann::ordered_json::array();
    for (const ports::FollowingRecord& one : page.records)
        cases.push_back({{"id", one.id},
                         {"subject", one.subject},
                         {"vehicle", one.vehicle},
                         {"state", one.state},
                         {"llr", one.llr},
                         {"model", one.score},
                         {"opened", analysis::format_pass_time(one.opened)},
                         {"updated", analysis::format_pass_time(one.updated)}});
    auto judged = nlohmann::ordered_json::array();
    for (const CasePrecision& one : precision) {
        nlohmann::ordered_json json{{"model", one.score},
                                    {"cases", one.cases},
                                    {"confirmed", one.confirmed},
                                    {"dismissed", one.dismissed}};
        json["precision"] =
            one.precision ? nlohmann::ordered_json(*one.precision) : nlohmann::ordered_json{};
        json["low"] = one.low;
        json["high"] = one.high;
        judged.push_back(std::move(json));
    }
    const nlohmann::ordered_json all{
        {"cases", std::move(cases)}, {"next", page.next}, {"precision", std::move(judged)}};
    out << all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

/// `following cases`: which cases there are, the last changed first.
class FollowingCasesCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "List the cases: which vehicle may follow which subject";
    }
    void declare(CLI::App& options) override {
        declare_data_folder(options, folder_.root);
        options.add_option("--subject", subject_, "Only those of this plate");
        options.add_option("--vehicle", vehicle_, "Only those of this plate");
        options
            .add_option("--state", query_.states,
                        "Only in this state: open, updated, closed, confirmed, dismissed; several "
                        "are fine")
            ->check(CLI::IsMember({"open", "updated", "closed", "confirmed", "dismissed"}));
        options.add_option("--limit", query_.limit, "At most so many, 1 to 500")
            ->capture_default_str();
        options.add_option("--cursor", query_.cursor, "Go on behind an earlier list");
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        if (!subject_.empty())
            query_.subject = analysis::subject_from(subject_);
        if (!vehicle_.empty())
            query_.vehicle = domain::normalize_plate(vehicle_);
        VEDETTE_TRY(const auto store, open_following(folder_));
        VEDETTE_TRY(const auto page, store->list(query_));
        VEDETTE_TRY(const auto precision, analysis::precision_in(*store));
        json_ ? print_json(page, precision, environment.out)
              : print_lines(page, precision, environment.out);
        return ExitCode::ok;
    }

private:
    DataFolder folder_;
    ports::FollowingQuery query_;
    std::string subject_;
    std::string vehicle_;
    bool json_ = false;
};

} // namespace

Status register_following_cases(CommandRegistry& registry);
Status register_following_cases(CommandRegistry& registry) {
    return registry.add("following cases", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingCasesCommand>();
    });
}

} // namespace vedette::app
