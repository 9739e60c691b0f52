#include <CLI/CLI.hpp>
#include <iomanip>

#include "app/command.h"
#include "app/data/kept_recordings.h"
#include "app/output/amounts.h"
#include "app/output/tier_lines.h"
#include "app/server/recording_options.h"
#include "vedette/api/recording_json.h"

namespace vedette::app {
namespace {

constexpr std::size_t kNamed = 100; ///< deletions, one by one, in JSON

const char* in_words(recording::DeletionReason reason) {
    switch (reason) { // no default: a new reason needs words
    case recording::DeletionReason::age: return "is old enough";
    case recording::DeletionReason::size: return "is beyond max_size";
    case recording::DeletionReason::free_space: return "goes for min_free";
    }
    return "";
}

void print_lines(const std::vector<recording::TierPlan>& plan,
                 const std::vector<recording::TierStatus>& tiers, std::ostream& out) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
        if (!begin_tier_line(tiers[i], out))
            continue;
        if (!plan[i].here) {
            out << "not known: its disk does not say how much is free\n";
            continue;
        }
        out << plan[i].deletions.size() << " files go\n";
        for (const recording::DeletionGroup& one : recording::grouped(plan[i].deletions))
            out << "  " << one.camera.value() << ", " << to_string(one.worth) << ": "
                << one.segments << " files, " << amount_of(static_cast<double>(one.bytes))
                << ", of " << second_of(one.from) << " to " << second_of(one.to) << ", from "
                << second_of(one.first_due) << " on: " << in_words(one.reason) << '\n';
    }
}

/// `recordings plan`: what the server deletes next, when and why. Deletes nothing.
class RecordingsPlanCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Say which recordings go next, when and why; nothing is deleted";
    }
    void declare(CLI::App& options) override {
        declare_data_folder(options, folder_.root);
        options.add_option("--config", config_,
                           "The server's configuration: tiers, their limits and all ages");
        options.add_option("--within", hours_, "Hours to look ahead, up to 744 (default: 24)")
            ->check(CLI::Range(0.0, 744.0));
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("If cameras go on sending what they sent lately. What is kept (PUT "
                       "/recordings/{camera}/keep) never goes. Works beside a running server.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto settings, settings_of_recordings(config_));
        VEDETTE_TRY(const auto kept, open_kept_recordings(folder_, settings.place,
                                                          environment.clock, environment.log));
        const auto tiers = kept.tiers();
        const WallTime now = environment.clock.wall_now();
        const auto within = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::duration<double, std::ratio<3'600>>{hours_});
        VEDETTE_TRY(
            const auto plan,
            recording::plan_tiers(*kept.index, rooms_of(settings.tiers, tiers), now, within));
        if (json_)
            environment.out << api::plan_json(plan, now, within, kNamed) << '\n';
        else
            print_lines(plan, tiers, environment.out);
        return ExitCode::ok;
    }

private:
    DataFolder folder_;
    std::filesystem::path config_;
    double hours_ = 24;
    bool json_ = false;
};

} // namespace

Status register_recordings_plan(CommandRegistry& registry);
Status register_recordings_plan(CommandRegistry& registry) {
    return registry.add("recordings plan", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<RecordingsPlanCommand>();
    });
}

} // namespace vedette::app
