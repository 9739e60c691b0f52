#include "app/commands/models/model_check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/command.h"
#include "app/lifecycle/models_in_use.h"
#include "app/lifecycle/shadow_tally.h"
#include "vedette/base/iso_time.h"

namespace vedette::app {
namespace {

/// What `models list` and `models verify` have in common: the folder, and what they print.
class ModelsCommand : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    void declare(CLI::App& options) override {
        options.add_option("--models", folder_,
                           "Folder of manifests; default: the ones that came with the program");
        declare_data_folder(options, data_);
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const auto folder =
            folder_.empty() ? environment.paths.models : std::filesystem::path{folder_};
        const auto known = load_model_register(DataFolder{data_});
        if (!known)
            environment.err << "vedette: " << known.error().message() << '\n';
        const ModelRegister staged = known.value_or(ModelRegister{});
        VEDETTE_TRY(const auto manifests, manifests_of(folder, staged));
        std::vector<ModelState> states;
        for (const auto& manifest : manifests) {
            if (environment.stop.stop_requested())
                return Error{ErrorCode::cancelled, "stopped"};
            states.push_back(as_registered(manifest, staged, look_at(manifest, environment)));
        }
        if (json_)
            print_json(manifests, states, staged, DataFolder{data_}, environment.out);
        else
            print_table(manifests, states, staged, environment.out);
        name_missing(manifests, staged, environment.err);
        if (!json_)
            print_shadows(DataFolder{data_}, environment);
        if (manifests.empty())
            environment.err << "vedette: no *.model.yaml in " << folder.string() << '\n';
        return exit_code(states);
    }

protected:
    [[nodiscard]] virtual ModelState look_at(const infer::Manifest& manifest,
                                             const Environment& environment) const = 0;
    [[nodiscard]] virtual ExitCode exit_code(const std::vector<ModelState>& states) const = 0;

private:
    static std::string size_of(const infer::Manifest& manifest) {
        const auto& input = manifest.input;
        return input.width_px == 0
                   ? "-"
                   : std::to_string(input.width_px) + "x" + std::to_string(input.height_px);
    }

    static const StagedModel* staged_as(const infer::Manifest& manifest,
                                        const ModelRegister& staged) {
        const auto found = staged.named(manifest.full_id());
        return found ? *found : nullptr;
    }

    /// What stands in the manifest now may not be what was registered.
    static ModelState as_registered(const infer::Manifest& manifest, const ModelRegister& staged,
                                    ModelState state) {
        const StagedModel* known = staged_as(manifest, staged);
        if (!state.ok || known == nullptr || known->model.sha256 == manifest.sha256)
            return state;
        return {false, "other weights than were registered (SHA-256 " + known->model.sha256 +
                           "): put those back, or count up its version"};
    }

    /// A model may be live whose manifest is nowhere any more.
    static void name_missing(const std::vector<infer::Manifest>& manifests,
                             const ModelRegister& staged, std::ostream& err) {
        for (const StagedModel& one : staged.models()) {
            const bool is_there =
                std::any_of(manifests.begin(), manifests.end(), [&one](const auto& manifest) {
                    return manifest.full_id() == one.model.id;
                });
            if (!is_there && one.stage() != ModelStage::retired)
                err << "vedette: " << one.model.id << " is registered (" << to_string(one.stage())
                    << "), and its manifest is gone: " << one.model.manifest.string() << '\n';
        }
    }

    /// How far the shadows agree, as a server last wrote it.
    static void print_shadows(const DataFolder& data, const Environment& environment) {
        const auto tallies = load_shadow_tallies(data);
        if (!tallies)
            environment.err << "vedette: " << tallies.error().message() << '\n';
        else
            for (const ShadowTally& tally : *tallies)
                environment.out << describe(tally) << '\n';
    }

    static void print_table(const std::vector<infer::Manifest>& manifests,
                            const std::vector<ModelState>& states, const ModelRegister& staged,
                            std::ostream& out) {
        std::vector<std::vector<std::string>> rows{
            {"MODEL", "TASK", "STAGE", "DECODER", "SIZE", "LICENCE", "STATE"}};
        for (std::size_t i = 0; i < manifests.size(); ++i) {
            const StagedModel* known = staged_as(manifests[i], staged);
            rows.push_back({manifests[i].full_id(), manifests[i].task,
                            known == nullptr ? "-" : std::string{to_string(known->stage())},
                            manifests[i].decoder, size_of(manifests[i]), manifests[i].licence,
                            states[i].text()});
        }
        std::vector<std::size_t> widths(rows.front().size());
        for (const auto& row : rows)
            for (std::size_t column = 0; column + 1 < row.size(); ++column)
                widths[column] = std::max(widths[column], row[column].size() + 2);
        for (const auto& row : rows) {
            for (std::size_t column = 0; column < row.size(); ++column)
                out << std::left << std::setw(static_cast<int>(widths[column])) << row[column];
            out << '\n';
        }
    }

    /// Members that say where it stands; null where the register doesn't know it.
    static void add_stage(const StagedModel* known, nlohmann::json& to) {
        to["stage"] = nullptr;
        if (known == nullptr)
            return;
        to["stage"] = to_string(known->stage());
        to["since"] = format_iso_time(known->since().at, SecondDigits::as_needed);
        to["evidence"] = known->since().evidence;
    }

    static void print_json(const std::vector<infer::Manifest>& manifests,
                           const std::vector<ModelState>& states, const ModelRegister& staged,
                           const DataFolder& data, std::ostream& out) {
        auto models = nlohmann::json::array();
        for (std::size_t i = 0; i < manifests.size(); ++i) {
            const auto& m = manifests[i];
            models.push_back({{"id", m.id},
                              {"version", m.version},
                              {"title", m.title},
                              {"task", m.task},
                              {"decoder", m.decoder},
                              {"preference", m.preference},
                              {"width", m.input.width_px},
                              {"height", m.input.height_px},
                              {"licence", m.licence},
                              {"origin", m.origin},
                              {"file", m.file.string()},
                              {"sha256", m.sha256},
                              {"manifest", m.path.string()},
                              {"ok", states[i].ok},
                              {"detail", states[i].detail}});
            add_stage(staged_as(m, staged), models.back());
        }
        nlohmann::json report{{"models", models}};
        if (const auto tallies = load_shadow_tallies(data))
            report["shadows"] = nlohmann::json::parse(to_json(*tallies))["tallies"];
        out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    }

    std::string folder_;
    std::filesystem::path data_;
    bool json_ = false;
};

class ListCommand final : public ModelsCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "List the models, their stages, and whether their files are there";
    }

protected:
    [[nodiscard]] ModelState look_at(const infer::Manifest& manifest,
                                     const Environment&) const override {
        return presence_of(manifest);
    }
    [[nodiscard]] ExitCode exit_code(const std::vector<ModelState>&) const override {
        return ExitCode::ok;
    }
};

class VerifyCommand final : public ModelsCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "Check hashes, load every model, compare its shapes";
    }

protected:
    [[nodiscard]] ModelState look_at(const infer::Manifest& manifest,
                                     const Environment& environment) const override {
        return try_model(manifest, environment);
    }
    [[nodiscard]] ExitCode exit_code(const std::vector<ModelState>& states) const override {
        const bool all = std::all_of(states.begin(), states.end(),
                                     [](const ModelState& state) { return state.ok; });
        return all && !states.empty() ? ExitCode::ok : ExitCode::failed;
    }
};

} // namespace

Status register_models(CommandRegistry& registry);
Status register_models(CommandRegistry& registry) {
    VEDETTE_CHECK_OK(registry.add("models list", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ListCommand>();
    }));
    return registry.add("models verify", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<VerifyCommand>();
    });
}

} // namespace vedette::app
