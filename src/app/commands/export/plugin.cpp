#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/commands/export/exporting.h"
#include "app/server/recording_options.h"
#include "vedette/base/iso_time.h"

namespace vedette::app {
namespace {

std::string text_of(WallTime time) { return format_iso_time(time, SecondDigits::as_needed); }

/// `export CAMERA --from TIME --to TIME`: recordings as one file, with what proves where it is
/// from.
class ExportCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "Write what was recorded at a time into one MP4 file, with a manifest";
    }
    void declare(CLI::App& options) override {
        options.add_option("CAMERA", order_.camera, "As it was configured")->required();
        options
            .add_option("--from", from_,
                        "2026-11-28T14:00:00Z, or without a zone by this machine's clock")
            ->required();
        options
            .add_option("--to", to_, "The same; 25 hours later at most, of a time lapse 31 days")
            ->required();
        options.add_option("--output", order_.output, "File to write (.mp4)")->required();
        options.add_flag("--exact", order_.exact,
                         "Begin and end exactly then: pictures are encoded again, without sound. "
                         "Otherwise packets are copied as they are, from the key frame before");
        options.add_option("--timelapse", timelapse_,
                           "60x: as a time lapse, so many times as fast, encoded again and without "
                           "sound; 31 days at most. From 20x on of key frames alone");
        declare_data_folder(options, order_.folder.root);
        options.add_option("--config", config_,
                           "The server's configuration: where recordings lie that are not in the "
                           "data folder, and the key of those that are encrypted");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Works beside a running server. The manifest, of the same name with .json, "
                       "names camera, times, every source with its SHA-256, and the result's.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const RecordedBy server, recorded_by(config_));
        order_.recordings = server.settings.place;
        if (const auto mask = server.masks.find(order_.camera); mask != server.masks.end())
            order_.mask = mask->second;
        if (!timelapse_.empty()) {
            VEDETTE_TRY(order_.speed, timelapse_speed(timelapse_));
        }
        if (order_.exact && order_.speed)
            return Error{ErrorCode::invalid_argument,
                         "--exact and --timelapse do not go together: choose one"};
        VEDETTE_TRY(order_.from, export_time("--from", from_));
        VEDETTE_TRY(order_.to, export_time("--to", to_));
        VEDETTE_TRY(const auto outcome, export_recording(order_, environment));
        if (outcome.goes_on)
            environment.err << "vedette: not all of it is in the file; there is more from "
                            << text_of(outcome.goes_on->from) << ": " << outcome.goes_on->why
                            << '\n';
        if (const auto& missing = outcome.manifest.left_out; !missing.empty())
            environment.err
                << "vedette: " << missing.size()
                << " recordings could not be read, or not to their end, and are missing "
                   "in the file; the manifest names them: "
                << missing.front().file << ": " << missing.front().why << '\n';
        if (!order_.exact && !order_.speed && outcome.has_mask)
            environment.err << "vedette: " << order_.camera
                            << " has a privacy mask, which is not in packets that are copied: the "
                               "file may show what is behind it; --exact burns it in\n";
        json_ ? tell_programs(outcome, environment) : tell_people(outcome, environment);
        return ExitCode::ok;
    }

private:
    void tell_people(const ExportOutcome& outcome, const Environment& environment) const {
        const recording::ExportManifest& made = outcome.manifest;
        environment.out << order_.output.string() << ": " << order_.camera << " from "
                        << text_of(made.given_from) << " to " << text_of(made.given_to) << ", "
                        << made.bytes << " bytes of " << made.sources.size() << " recordings, "
                        << made.gaps.size() << " gaps; SHA-256 " << made.sha256 << '\n';
    }
    void tell_programs(const ExportOutcome& outcome, const Environment& environment) const {
        auto json = nlohmann::ordered_json::parse(recording::to_json(outcome.manifest));
        json["manifest"] = outcome.manifest_file.string();
        json["goes_on"] = outcome.goes_on ? nlohmann::ordered_json(text_of(outcome.goes_on->from))
                                          : nlohmann::ordered_json{};
        environment.out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                        << '\n';
    }

    ExportOrder order_;
    std::filesystem::path config_;
    std::string from_;
    std::string to_;
    std::string timelapse_;
    bool json_ = false;
};

} // namespace

Status register_export(CommandRegistry& registry);
Status register_export(CommandRegistry& registry) {
    return registry.add("export", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ExportCommand>();
    });
}

} // namespace vedette::app
