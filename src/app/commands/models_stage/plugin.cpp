#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/catalogue/mlflow_arguments.h"
#include "app/catalogue/mlflow_models.h"
#include "app/command.h"
#include "app/commands/models/model_check.h"
#include "app/lifecycle/models_in_use.h"
#include "app/lifecycle/promotion.h"

namespace vedette::app {
namespace {

using Json = nlohmann::ordered_json;

/// What the commands have in common that move a model from stage to stage.
class StageCommand : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    void declare(CLI::App& options) override {
        options
            .add_option("MODEL", name_,
                        "Its id, as `vedette models list` shows it, or the file of its manifest")
            ->required();
        options.add_option("--models", models_,
                           "Folder of manifests; default: the ones that came with the program");
        declare_data_folder(options, data_);
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const DataFolder data{data_};
        const auto folder =
            models_.empty() ? environment.paths.models : std::filesystem::path{models_};
        VEDETTE_TRY(const auto known, load_model_register(data));
        VEDETTE_TRY(const auto manifests, manifests_of(folder, known));
        VEDETTE_TRY(const infer::Manifest manifest, named_manifest(name_, manifests));
        VEDETTE_TRY(const std::string checked, check(manifest, environment));
        std::vector<StageMove> moves;
        VEDETTE_CHECK_OK(change_model_register(data, [&](ModelRegister& in) -> Status {
            VEDETTE_TRY(moves,
                        take(in, manifest, manifests, checked, environment.clock.wall_now()));
            return {};
        }));
        tell(manifest, moves, environment);
        VEDETTE_CHECK_OK(afterwards(manifest, environment));
        return ExitCode::ok;
    }

protected:
    /// What is to be done once it stands in the register.
    [[nodiscard]] virtual Status afterwards(const infer::Manifest&, const Environment&) const {
        return {};
    }
    /// \param checked  what its check said
    [[nodiscard]] virtual Result<std::vector<StageMove>>
    take(ModelRegister& in, const infer::Manifest& manifest,
         const std::vector<infer::Manifest>& manifests, const std::string& checked,
         WallTime now) const = 0;
    /// Nobody is to find out from a server that a file is damaged.
    [[nodiscard]] virtual Result<std::string> check(const infer::Manifest& manifest,
                                                    const Environment& environment) const {
        ModelState state = try_model(manifest, environment);
        if (!state.ok)
            return Error{ErrorCode::data_loss,
                         manifest.full_id() +
                             " can't be used, and stays where it is: " + state.detail};
        return std::move(state.detail);
    }
    [[nodiscard]] virtual std::string advice(const infer::Manifest&) const { return {}; }

private:
    void tell(const infer::Manifest& manifest, const std::vector<StageMove>& moves,
              const Environment& environment) const {
        if (json_) {
            Json moved = Json::array();
            for (const StageMove& move : moves) {
                Json one{{"id", move.id}};
                one["from"] = move.from ? Json(to_string(*move.from)) : Json();
                one["to"] = to_string(move.to);
                moved.push_back(std::move(one));
            }
            environment.out << Json{{"id", manifest.full_id()},
                                    {"task", manifest.task},
                                    {"stage", to_string(moves.front().to)},
                                    {"moved", std::move(moved)}}
                                   .dump(2)
                            << '\n';
            return;
        }
        for (const StageMove& move : moves)
            environment.out << move.id << " (" << manifest.task
                            << "): " << (move.from ? to_string(*move.from) : "unknown") << " -> "
                            << to_string(move.to) << '\n';
        if (const std::string text = advice(manifest); !text.empty())
            environment.out << text << '\n';
    }

    std::string name_;
    std::string models_;
    std::filesystem::path data_;
    bool json_ = false;
};

/// `models register MODEL`
class RegisterCommand final : public StageCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "Check a model and enter it as a candidate for its task";
    }
    void declare(CLI::App& options) override {
        StageCommand::declare(options);
        mlflow_.declare(options, "Give it to this MLflow server as well, as a new version");
        options.add_option("--mlflow-name", mlflow_name_,
                           "Name of the registered model there (default: its id)");
    }

protected:
    [[nodiscard]] Result<std::vector<StageMove>>
    take(ModelRegister& in, const infer::Manifest& manifest, const std::vector<infer::Manifest>&,
         const std::string& checked, WallTime now) const override {
        return in.take(ModelStep::enrol, identity_of(manifest),
                       "its hash is right and it loads: " + checked, now);
    }
    [[nodiscard]] Status afterwards(const infer::Manifest& manifest,
                                    const Environment& environment) const override {
        if (!mlflow_.given())
            return {};
        VEDETTE_TRY(MlflowClient client, mlflow_.client(environment));
        VEDETTE_TRY(
            const MlflowVersion version,
            push_to_mlflow(client, manifest, mlflow_name_.empty() ? manifest.id : mlflow_name_));
        environment.err << "vedette: MLflow has it as mlflow:" << version.title() << '\n';
        return {};
    }

private:
    MlflowArguments mlflow_;
    std::string mlflow_name_;
};

/// `models shadow MODEL`
class ShadowCommand final : public StageCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "Let a candidate look at the same pictures as the live model";
    }

protected:
    [[nodiscard]] Result<std::vector<StageMove>>
    take(ModelRegister& in, const infer::Manifest& manifest, const std::vector<infer::Manifest>&,
         const std::string& checked, WallTime now) const override {
        return in.take(ModelStep::shadow, identity_of(manifest), "asked for; " + checked, now);
    }
};

/// `models promote MODEL`
class PromoteCommand final : public StageCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "Make a model the live one of its task; a retired one: go back to it";
    }
    void declare(CLI::App& options) override {
        StageCommand::declare(options);
        options
            .add_option("--without-evidence", reason_,
                        "Why it is promoted although nothing shows that it isn't worse; recorded")
            ->check([](const std::string& text) {
                return text.empty() ? "says nothing: give a reason" : "";
            });
    }

protected:
    [[nodiscard]] Result<std::vector<StageMove>> take(ModelRegister& in,
                                                      const infer::Manifest& manifest,
                                                      const std::vector<infer::Manifest>& manifests,
                                                      const std::string&,
                                                      WallTime now) const override {
        return promote(in, identity_of(manifest), in_use(in, manifests, manifest.task), reason_,
                       now);
    }
    [[nodiscard]] std::string advice(const infer::Manifest& manifest) const override {
        std::string text =
            "A server that runs on this data takes it within seconds, between two pictures; where "
            "the configuration names a model for " +
            manifest.task + ", that one stays.";
        if (manifest.is_network_copyleft())
            text += "\nNote: it is under " + manifest.licence +
                    ": who lets others use a program with it over a network may have to give them "
                    "its source.";
        return text;
    }

private:
    std::string reason_;
};

/// `models retire MODEL`
class RetireCommand final : public StageCommand {
public:
    [[nodiscard]] std::string summary() const override {
        return "Take a model out of use; without a live one the preferred one is used";
    }

protected:
    /// Also one that is broken can be put away.
    [[nodiscard]] Result<std::string> check(const infer::Manifest&,
                                            const Environment&) const override {
        return std::string{};
    }
    [[nodiscard]] Result<std::vector<StageMove>>
    take(ModelRegister& in, const infer::Manifest& manifest, const std::vector<infer::Manifest>&,
         const std::string&, WallTime now) const override {
        return in.take(ModelStep::retire, identity_of(manifest), "asked for", now);
    }
};

template <class T>
Status add(CommandRegistry& registry, const std::string& name) {
    return registry.add(name,
                        []() -> Result<std::unique_ptr<Command>> { return std::make_unique<T>(); });
}

} // namespace

Status register_models_stage(CommandRegistry& registry);
Status register_models_stage(CommandRegistry& registry) {
    VEDETTE_CHECK_OK(add<RegisterCommand>(registry, "models register"));
    VEDETTE_CHECK_OK(add<ShadowCommand>(registry, "models shadow"));
    VEDETTE_CHECK_OK(add<PromoteCommand>(registry, "models promote"));
    return add<RetireCommand>(registry, "models retire");
}

} // namespace vedette::app
