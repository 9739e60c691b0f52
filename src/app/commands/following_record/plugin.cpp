#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/command.h"
#include "app/data/data_folder.h"
#include "app/data/places.h"
#include "app/place_source.h"
#include "app/version.h"
#include "vedette/analysis/case_keeper.h"
#include "vedette/analysis/following.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/domain/plate_text.h"
#include "vedette/storage/following_db.h"

namespace vedette::app {
namespace {

/// `following record FILE --subject PLATE`: alerts in reads of some system, as cases.
class FollowingRecordCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Make cases of the vehicles that plate reads of some system show as followers";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("SIGHTINGS", file_,
                        "CSV with a header (plate,camera,time,confidence) or JSON Lines, times "
                        "ISO 8601; sorted in memory")
            ->required();
        options
            .add_option("--cameras", cameras_,
                        "CSV with camera,lat,lon,bearing,clock_error_ms, or a configuration "
                        "(.yaml) with a location for each camera: places decide what an alert is")
            ->required();
        options.add_option("--subject", subjects_, "Plate that may be followed; several are fine")
            ->required();
        options.add_option("--utc-offset", utc_offset_,
                           "Minutes that local time is ahead of UTC, for habits by hour and day");
        options.add_flag("--skip-bad-lines", skip_bad_, "Leave out lines that cannot be read");
        declare_data_folder(options, folder_.root);
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("The same reads again change nothing; reads of more days update the cases.\n"
                       "Example:\n  vedette following record sightings.csv --cameras cameras.csv "
                       "--subject AB123");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto places, places_in(cameras_));
        VEDETTE_TRY(const auto alerts, find_alerts(places, environment));
        VEDETTE_TRY(const auto store, storage::FollowingDb::open(folder_.following()));
        VEDETTE_CHECK_OK(remember_places(folder_, places));
        analysis::CaseVersions versions;
        versions.program = kVersion;
        analysis::CaseKeeper keeper{*store, versions};
        VEDETTE_TRY(const auto kept, keeper.keep(alerts, {}, /*announce=*/false));
        tell(kept, environment);
        return ExitCode::ok;
    }

private:
    /// What is an alert once all reads are known, habits of innocent vehicles among them.
    Result<std::vector<analysis::Finding>> find_alerts(const std::vector<analysis::Place>& places,
                                                       const Environment& environment) const {
        analysis::FollowingOptions options;
        options.utc_offset = std::chrono::minutes{utc_offset_};
        VEDETTE_TRY(auto following, analysis::FollowingAnalysis::make(options, places));
        for (const std::string& subject : subjects_)
            VEDETTE_CHECK_OK(following.add_subject(domain::normalize_plate(subject)));
        analysis::PassReadOptions reading;
        reading.skip_bad_lines = skip_bad_;
        VEDETTE_TRY(const auto passes, analysis::read_passes(file_, reading));
        for (const analysis::Pass& pass : passes) {
            following.on_pass(pass);
            // What is an alert is asked at the end, when all is known.
            [[maybe_unused]] const auto early = following.take_alerts();
            if (environment.stop.stop_requested())
                return Error{ErrorCode::cancelled, "stopped"};
        }
        if (!passes.empty())
            following.on_watermark(passes.back().at + std::chrono::microseconds{1});
        following.calibrate();
        return alerts_of(following);
    }

    static Result<std::vector<analysis::Finding>>
    alerts_of(const analysis::FollowingAnalysis& following) {
        std::vector<analysis::Finding> alerts;
        for (const std::string& subject : following.subjects()) {
            VEDETTE_TRY(auto findings, following.findings(subject));
            for (analysis::Finding& finding : findings)
                if (finding.alert)
                    alerts.push_back(std::move(finding));
        }
        return alerts;
    }

    void tell(const analysis::CaseKeeper::Kept& kept, const Environment& environment) const {
        if (json_) {
            const nlohmann::ordered_json json{
                {"opened", kept.opened}, {"updated", kept.updated}, {"known", kept.known}};
            environment.out << json.dump(2) << '\n';
            return;
        }
        environment.out << "Cases: " << kept.opened << " opened, " << kept.updated << " updated, "
                        << kept.known << " as they were\n";
        if (kept.opened + kept.updated + kept.known > 0)
            environment.out << "See vedette following cases --data " << folder_.root.string()
                            << '\n';
    }

    DataFolder folder_;
    std::filesystem::path file_;
    std::filesystem::path cameras_;
    std::vector<std::string> subjects_;
    int utc_offset_ = 0;
    bool skip_bad_ = false;
    bool json_ = false;
};

} // namespace

Status register_following_record(CommandRegistry& registry);
Status register_following_record(CommandRegistry& registry) {
    return registry.add("following record", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<FollowingRecordCommand>();
    });
}

} // namespace vedette::app
