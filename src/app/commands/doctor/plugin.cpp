#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/command.h"
#include "app/commands/doctor/checks.h"
#include "app/commands/doctor/data_checks.h"
#include "app/server/recording_options.h"
#include "app/version.h"
#include "vedette/media/ffmpeg_log.h"

namespace vedette::app {
namespace {

std::string_view word_for(Check::State state) {
    switch (state) {
    case Check::State::ok: return "ok";
    case Check::State::absent: return "absent";
    case Check::State::warn: return "warn";
    case Check::State::fail: return "fail";
    }
    return "?";
}

std::vector<Check> examine(const Environment& environment) {
    std::vector<Check> all;
    for (auto checks : {check_machine(), check_engines(environment), check_decoders(),
                        check_encoders(environment), check_inputs(environment),
                        check_models(environment), check_cache(environment)})
        std::move(checks.begin(), checks.end(), std::back_inserter(all));
    return all;
}

void print_lines(const std::vector<Check>& checks, std::ostream& out) {
    constexpr std::size_t kWordWidth = 8;
    for (const Check& check : checks) {
        std::string word{word_for(check.state)};
        word.resize(kWordWidth, ' ');
        out << word << check.topic << ": " << check.finding << '\n';
        if (!check.advice.empty())
            out << std::string(kWordWidth, ' ') << "-> " << check.advice << '\n';
    }
}

void print_json(const std::vector<Check>& checks, std::ostream& out) {
    auto list = nlohmann::json::array();
    for (const Check& check : checks)
        list.push_back({{"state", word_for(check.state)},
                        {"topic", check.topic},
                        {"finding", check.finding},
                        {"advice", check.advice}});
    const nlohmann::json report{{"version", kVersion}, {"checks", list}};
    out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

class DoctorCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override {
        return "Say what works on this machine and what to do about the rest";
    }
    void declare(CLI::App& options) override {
        options.add_flag("--json", json_, "Print JSON for programs");
        auto* data = options.add_option(
            "--data", data_,
            "Also read all that lies in this folder of `vedette run`, or in a backup: event log, "
            "store, pictures");
        options
            .add_flag("--repair", repair_,
                      "Mend it while no server runs: a damaged store is made anew from what can be "
                      "read; beside a sound one, pictures that no sighting names are removed")
            ->needs(data);
        options
            .add_option("--config", config_,
                        "The server's configuration: where recordings lie that are not in --data, "
                        "and the key of those that are encrypted")
            ->needs(data);
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const media::FfmpegLogGuard libav_log{
            environment.log}; // it complains about every absent device
        VEDETTE_TRY(const RecordingsPlace recordings, place_of_recordings(config_));
        auto checks = examine(environment);
        if (repair_) {
            VEDETTE_TRY(const auto repaired, repair_data(DataFolder{data_}, recordings));
            checks.insert(checks.end(), repaired.begin(), repaired.end());
        }
        if (!data_.empty()) {
            const auto found = check_data(DataFolder{data_}, environment.clock, recordings);
            checks.insert(checks.end(), found.begin(), found.end());
        }
        json_ ? print_json(checks, environment.out) : print_lines(checks, environment.out);
        const bool failed = std::any_of(checks.begin(), checks.end(), [](const Check& check) {
            return check.state == Check::State::fail;
        });
        return failed ? ExitCode::failed : ExitCode::ok;
    }

private:
    bool json_ = false;
    bool repair_ = false;
    std::filesystem::path data_;
    std::filesystem::path config_;
};

} // namespace

Status register_doctor(CommandRegistry& registry);
Status register_doctor(CommandRegistry& registry) {
    return registry.add("doctor", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<DoctorCommand>();
    });
}

} // namespace vedette::app
