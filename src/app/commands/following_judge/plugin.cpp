#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string>

#include "app/command.h"
#include "app/data/following_data.h"
#include "vedette/analysis/case_keeper.h"

namespace vedette::app {
namespace {

std::string who_asks() {
    const char* user = std::getenv("USER");
    return user != nullptr && *user != '\0' ? user : "command line";
}

/// `following confirm CASE` and `following dismiss CASE`: what a person says of a case.
class FollowingJudgeCommand final : public Command {
public:
    explicit FollowingJudgeCommand(analysis::CaseStep step) : step_{step} {}
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return step_ == analysis::CaseStep::confirm
                   ? "Say of a case that the vehicle did follow"
                   : "Say of a case that the vehicle did not follow";
    }
    void declare(CLI::App& options) override {
        options.add_option("CASE", id_, "As `vedette following cases` lists it")->required();
        options.add_option("--why", why_, "Reason, for the history of the case");
        options.add_option("--who", who_, "Name for the history (default: the user's)");
        declare_data_folder(options, folder_.root);
        options.add_flag("--json", json_, "Print the case as JSON");
        options.footer("Judgements change the published precision, never the score.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto store, open_following(folder_));
        VEDETTE_TRY(const auto about,
                    analysis::judge_case(*store, id_,
                                         {step_, environment.clock.wall_now(),
                                          who_.empty() ? who_asks() : who_, why_}));
        if (json_)
            environment.out << case_to_json(about) << '\n';
        else
            environment.out << "Case " << about.id << " is " << to_string(about.state) << '\n';
        return ExitCode::ok;
    }

private:
    const analysis::CaseStep step_;
    DataFolder folder_;
    std::string id_;
    std::string why_;
    std::string who_;
    bool json_ = false;
};

Status add(CommandRegistry& registry, const std::string& name, analysis::CaseStep step) {
    return registry.add(name, [step]() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingJudgeCommand>(step);
    });
}

} // namespace

Status register_following_judge(CommandRegistry& registry);
Status register_following_judge(CommandRegistry& registry) {
    VEDETTE_CHECK_OK(add(registry, "following confirm", analysis::CaseStep::confirm));
    return add(registry, "following dismiss", analysis::CaseStep::dismiss);
}

} // namespace vedette::app
