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

void print_lines(const KeptRecordings& kept, const std::vector<ports::TierExtent>& extents,
                 const std::vector<ports::RecordingExtent>& cameras, std::ostream& out) {
    out << "camera            files       size  of events  from                  to\n";
    for (const ports::RecordingExtent& camera : cameras) {
        std::uint64_t event_bytes = 0;
        for (const ports::TierExtent& one : extents)
            event_bytes += one.camera == camera.camera ? one.event_bytes : 0;
        out << std::left << std::setw(16) << camera.camera.value() << std::right << std::setw(7)
            << camera.segments << std::setw(11) << amount_of(static_cast<double>(camera.bytes))
            << std::setw(11) << amount_of(static_cast<double>(event_bytes)) << "  "
            << second_of(camera.oldest) << "  " << second_of(camera.newest) << '\n';
    }
    for (const recording::TierStatus& tier : kept.tiers()) {
        std::uint64_t bytes = 0;
        for (const ports::TierExtent& one : extents)
            bytes += one.tier == tier.id && (tier.number == 1 || tier.here) ? one.bytes : 0;
        if (begin_tier_line(tier, out))
            out << amount_of(static_cast<double>(bytes)) << ", "
                << (tier.space ? amount_of(static_cast<double>(tier.space->free_bytes)) : "?")
                << " free\n";
    }
}

/// `recordings list`: how much of which camera is kept, and where.
class RecordingsListCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Watch"; }
    [[nodiscard]] std::string summary() const override {
        return "List how much is recorded of each camera, and on which tier it is";
    }
    void declare(CLI::App& options) override {
        declare_data_folder(options, folder_.root);
        options.add_option("--config", config_,
                           "The server's configuration: where recordings lie that are not in the "
                           "data folder");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Works beside a running server.");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto place, place_of_recordings(config_));
        VEDETTE_TRY(const auto kept,
                    open_kept_recordings(folder_, place, environment.clock, environment.log));
        VEDETTE_TRY(const auto extents, kept.index->tier_extents());
        if (json_) {
            environment.out << api::kept_json(extents, kept.tiers()) << '\n';
            return ExitCode::ok;
        }
        VEDETTE_TRY(const auto cameras, kept.index->extents());
        print_lines(kept, extents, cameras, environment.out);
        return ExitCode::ok;
    }

private:
    DataFolder folder_;
    std::filesystem::path config_;
    bool json_ = false;
};

} // namespace

Status register_recordings_list(CommandRegistry& registry);
Status register_recordings_list(CommandRegistry& registry) {
    return registry.add("recordings list", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<RecordingsListCommand>();
    });
}

} // namespace vedette::app
