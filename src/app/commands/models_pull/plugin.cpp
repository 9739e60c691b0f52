#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/catalogue/mlflow_arguments.h"
#include "app/catalogue/mlflow_models.h"
#include "app/catalogue/pull.h"
#include "app/command.h"

namespace vedette::app {
namespace {

using infer::Manifest;
using Json = nlohmann::ordered_json;

std::string megabytes(std::uint64_t bytes) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / 1e6 << " MB";
    return out.str();
}

/// `models pull [NAME]`: models of others, by upstream's own address.
class PullCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override {
        return "Fetch models of others; without a name: which there are";
    }
    void declare(CLI::App& options) override {
        options.add_option("NAME", name_,
                           "Model of the catalogue, such as yolox-nano; or of a model registry: "
                           "mlflow:NAME, mlflow:NAME/VERSION, mlflow:NAME@ALIAS, @STAGE, "
                           "@TAG=VALUE");
        options.add_option("--accept", accepted_,
                           "Licence that you agree to, as it is shown without this option");
        options.add_option("--models", into_,
                           "Folder it goes to; default: that of the program's own models");
        options.add_option("--catalogue", catalogue_,
                           "Folder of manifests with a source; default: the one that came with the "
                           "program");
        mlflow_.declare(options, "MLflow server of mlflow:NAME");
        options.add_flag("--json", json_, "Print JSON for programs");
    }
    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        if (name_.starts_with("mlflow:"))
            return pull_registered(environment);
        const auto folder =
            catalogue_.empty() ? environment.paths.catalogue : std::filesystem::path{catalogue_};
        VEDETTE_TRY(const auto models, load_catalogue(folder));
        if (name_.empty()) {
            list(models, environment);
            return ExitCode::ok;
        }
        VEDETTE_TRY(const Manifest* model, named(models));
        if (accepted_.empty()) {
            describe(*model, environment);
            return ExitCode::failed;
        }
        if (accepted_ != model->licence)
            return Error{ErrorCode::invalid_argument, model->id + " is under " + model->licence +
                                                          ", not " + accepted_ +
                                                          ": read it, and accept that one"};
        return pull(*model, environment);
    }

private:
    Result<const Manifest*> named(const std::vector<Manifest>& models) const {
        std::string known;
        for (const Manifest& model : models) {
            if (model.id == name_ || model.full_id() == name_)
                return &model;
            known += (known.empty() ? "" : ", ") + model.id;
        }
        return Error{ErrorCode::invalid_argument, "the catalogue has no model '" + name_ +
                                                      "'; it has " +
                                                      (known.empty() ? "none" : known)};
    }

    [[nodiscard]] std::filesystem::path target(const Environment& environment) const {
        return into_.empty() ? environment.paths.models : std::filesystem::path{into_};
    }

    Result<ExitCode> pull(const Manifest& model, const Environment& environment) const {
        const bool shown = environment.err_is_terminal;
        const auto pulled = pull_model(model, target(environment), environment.clock,
                                       environment.stop, [&](std::uint64_t done) {
                                           if (shown)
                                               environment.err << '\r' << model.id << ": "
                                                               << done * 100 / model.source.bytes
                                                               << " %" << std::flush;
                                       });
        if (shown)
            environment.err << '\n';
        VEDETTE_TRY(const Pulled how, pulled);
        const auto file = (target(environment) / model.file.filename()).string();
        if (json_)
            environment.out << Json{{"id", model.full_id()},
                                    {"file", file},
                                    {"fetched", how == Pulled::fetched}}
                                   .dump(2)
                            << '\n';
        else
            environment.out << model.full_id()
                            << (how == Pulled::fetched ? " is there: " : " was there: ") << file
                            << '\n';
        return ExitCode::ok;
    }

    /// Whose registry it is decides what is in it: no licence is asked for, and it is said.
    Result<ExitCode> pull_registered(const Environment& environment) const {
        VEDETTE_TRY(const MlflowWish wish, MlflowWish::parse(name_));
        VEDETTE_TRY(MlflowClient client, mlflow_.client(environment));
        VEDETTE_TRY(const MlflowVersion version, client.find(wish));
        VEDETTE_TRY(const FromMlflow model, pull_from_mlflow(client, version, target(environment)));
        const bool fetched = model.how == Pulled::fetched;
        if (json_) {
            environment.out << Json{{"id", model.manifest.full_id()},
                                    {"from", "mlflow:" + version.title()},
                                    {"licence", model.manifest.licence},
                                    {"sha256", model.manifest.sha256},
                                    {"manifest", model.manifest.path.string()},
                                    {"fetched", fetched}}
                                   .dump(2)
                            << '\n';
            return ExitCode::ok;
        }
        environment.out << model.manifest.full_id() << (fetched ? " is there" : " was there")
                        << ", from mlflow:" << version.title() << " (" << model.manifest.task
                        << ", licence " << model.manifest.licence
                        << "): " << model.manifest.path.string() << '\n';
        return ExitCode::ok;
    }

    void list(const std::vector<Manifest>& models, const Environment& environment) const {
        if (json_) {
            auto all = Json::array();
            for (const Manifest& model : models)
                all.push_back(json_of(model));
            environment.out << Json{{"catalogue", std::move(all)}}.dump(2) << '\n';
            return;
        }
        environment.out << std::left << std::setw(22) << "MODEL" << std::setw(8) << "TASK"
                        << std::setw(14) << "LICENCE" << std::setw(10) << "SIZE"
                        << "WHAT\n";
        for (const Manifest& model : models)
            environment.out << std::left << std::setw(22) << model.full_id() << std::setw(8)
                            << model.task << std::setw(14) << model.licence << std::setw(10)
                            << megabytes(model.source.bytes) << model.title << '\n';
        environment.out
            << "\nNone of them comes with Vedette. `vedette models pull NAME` shows what "
               "you agree to, and fetches nothing yet.\n";
    }

    void describe(const Manifest& model, const Environment& environment) const {
        if (json_) {
            environment.out << json_of(model).dump(2) << '\n';
            return;
        }
        std::ostream& out = environment.out;
        out << model.full_id() << ": " << model.title << "\n  for      " << model.task
            << "\n  made by  " << model.origin << "\n  from     " << model.source.url << " ("
            << megabytes(model.source.bytes) << ")\n  licence  " << model.licence << ", "
            << model.source.licence_url << '\n';
        if (!model.source.note.empty())
            out << "  note     " << model.source.note << '\n';
        if (model.is_network_copyleft())
            out << "  note     Who lets others use a program with it over a network may have to "
                   "give "
                   "them its source. It is used only where\n           the configuration names "
                   "it.\n";
        out << "Nothing was fetched. If you agree to the licence: vedette models pull " << model.id
            << " --accept " << model.licence << '\n';
    }

    static Json json_of(const Manifest& model) {
        Json json{{"id", model.id},
                  {"version", model.version},
                  {"title", model.title},
                  {"task", model.task},
                  {"licence", model.licence},
                  {"licence_url", model.source.licence_url},
                  {"origin", model.origin},
                  {"url", model.source.url},
                  {"bytes", model.source.bytes},
                  {"sha256", model.sha256},
                  {"only_if_named", model.is_network_copyleft()}};
        if (!model.source.note.empty())
            json["note"] = model.source.note;
        return json;
    }

    std::string name_;
    std::string accepted_;
    std::string into_;
    std::string catalogue_;
    MlflowArguments mlflow_;
    bool json_ = false;
};

} // namespace

Status register_models_pull(CommandRegistry& registry);
Status register_models_pull(CommandRegistry& registry) {
    return registry.add("models pull", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<PullCommand>();
    });
}

} // namespace vedette::app
