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

namespace vedette::app {
namespace {

/// What `models list` and `models verify` have in common: the folder, and what they print.
class ModelsCommand : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    void declare(CLI::App& options) override {
        options.add_option("--models", folder_,
                           "Folder of manifests; default: the ones that came with the program");
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const auto folder =
            folder_.empty() ? environment.paths.models : std::filesystem::path{folder_};
        VEDETTE_TRY(const auto manifests, infer::load_manifests(folder));
        std::vector<ModelState> states;
        for (const auto& manifest : manifests) {
            if (environment.stop.stop_requested())
                return Error{ErrorCode::cancelled, "stopped"};
            states.push_back(look_at(manifest, environment));
        }
        if (json_)
            print_json(manifests, states, environment.out);
        else
            print_table(manifests, states, environment.out);
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

    static void print_table(const std::vector<infer::Manifest>& manifests,
                            const std::vector<ModelState>& states, std::ostream& out) {
        std::vector<std::vector<std::string>> rows{
            {"MODEL", "TASK", "DECODER", "SIZE", "LICENCE", "STATE"}};
        for (std::size_t i = 0; i < manifests.size(); ++i)
            rows.push_back({manifests[i].full_id(), manifests[i].task, manifests[i].decoder,
                            size_of(manifests[i]), manifests[i].licence, states[i].text()});
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

    static void print_json(const std::vector<infer::Manifest>& manifests,
                           const std::vector<ModelState>& states, std::ostream& out) {
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
        }
        const nlohmann::json report{{"models", models}};
        out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    }

    std::string folder_;
    bool json_ = false;
};

class ListCommand final : public ModelsCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "List the models and whether their files are there";
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
