#include <CLI/CLI.hpp>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>

#include "app/command.h"
#include "app/data/following_data.h"
#include "vedette/analysis/case_keeper.h"
#include "vedette/analysis/pass_file.h"

namespace vedette::app {
namespace {

using analysis::Case;
using analysis::format_pass_time;
using analysis::TermKind;

constexpr double kNearlySure = 0.999; ///< more digits would promise more than a model can keep
constexpr double kWorthSaying = 0.05; ///< smaller parts of a score are left out of the text

/// Two digits, however small.
std::string rare(double value) {
    std::ostringstream text;
    text << std::setprecision(2) << value;
    return text.str();
}

void print_terms(const Case& about, std::ostream& out) {
    out << "\nWhy: parts of the score, for (+) and against (-)\n";
    for (std::size_t i = 1; i <= analysis::kTermKinds; ++i) {
        const auto kind = static_cast<TermKind>(i);
        const double value = about.score.term(kind);
        if (std::abs(value) >= kWorthSaying)
            out << std::right << std::showpos << std::setw(8) << std::setprecision(1) << value
                << std::noshowpos << "  " << explain(kind) << '\n';
    }
}

void print_sightings(const Case& about, std::ostream& out) {
    out << "\nRead together (not all of them need to count)\n";
    for (const analysis::CaseSighting& one : about.sightings) {
        const double lag_s = std::chrono::duration<double>(one.vehicle_at - one.subject_at).count();
        out << "  trip " << one.trip + 1 << "  " << format_pass_time(one.vehicle_at) << "  "
            << std::left << std::setw(16) << one.camera.value() << std::right << std::setw(6)
            << std::abs(lag_s) << " s " << (lag_s < 0 ? "ahead " : "behind")
            << (one.merged ? "  (doubtful read, one character off)" : "") << '\n';
    }
    if (about.sightings_dropped > 0)
        out << "  " << about.sightings_dropped << " older ones are not listed\n";
}

void print_case(const Case& about, std::ostream& out) {
    out << std::fixed << std::setprecision(1) << "Case " << about.id << ", "
        << to_string(about.state) << "\n"
        << about.vehicle << " was read with " << about.subject << ": " << about.score.co_sightings
        << " reads at " << about.score.places << " places on " << about.score.sessions
        << " trips, score " << about.score.llr << "\nBy chance "
        << rare(about.chance.expected_sightings)
        << " such reads were to be expected at these cameras; "
        << rare(about.chance.false_alarms_per_month)
        << " innocent vehicles a month score as high. Probability that it follows: "
        << (about.chance.probability > kNearlySure ? "more than 0.999"
                                                   : rare(about.chance.probability))
        << '\n';
    print_terms(about, out);
    print_sightings(about, out);
    out << "\nHistory\n";
    for (const analysis::CaseChange& change : about.history)
        out << "  " << format_pass_time(change.at) << "  " << to_string(change.to) << " by "
            << change.who << (change.why.empty() ? "" : ": ") << change.why << '\n';
    out << "\nScore " << about.versions.score << ", plates by "
        << (about.versions.grammar.empty() ? "unknown rules" : about.versions.grammar)
        << ", Vedette " << about.versions.program << '\n';
}

/// `following show CASE`: all that a case says, and why.
class FollowingShowCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Show a case: sightings, parts of the score in words, chance, history";
    }
    void declare(CLI::App& options) override {
        options.add_option("CASE", id_, "As `vedette following cases` lists it")->required();
        declare_data_folder(options, folder_.root);
        options.add_flag("--json", json_, "Print JSON (schema/following_case.v1.json)");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto store, open_following(folder_));
        VEDETTE_TRY(const auto record, store->find(id_));
        VEDETTE_TRY(const auto about, analysis::case_in(record));
        if (json_)
            environment.out << case_to_json(about) << '\n';
        else
            print_case(about, environment.out);
        return ExitCode::ok;
    }

private:
    DataFolder folder_;
    std::string id_;
    bool json_ = false;
};

} // namespace

Status register_following_show(CommandRegistry& registry);
Status register_following_show(CommandRegistry& registry) {
    return registry.add("following show", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingShowCommand>();
    });
}

} // namespace vedette::app
