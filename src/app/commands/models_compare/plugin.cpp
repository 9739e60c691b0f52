#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/catalogue/mlflow_arguments.h"
#include "app/catalogue/mlflow_models.h"
#include "app/command.h"
#include "app/commands/models_compare/comparing.h"
#include "app/lifecycle/models_in_use.h"

namespace vedette::app {
namespace {

using vision::PairedCounts;

void write_counts(const std::string& what, const ModelComparison& comparison,
                  const PairedCounts& counts, std::ostream& out) {
    const vision::PairedTest test = vision::mcnemar(counts);
    const auto column = static_cast<int>(
        std::max({comparison.first.size(), comparison.second.size(), std::size_t{8}}) + 8);
    const auto row = [&](const std::string& name, const std::string& a, const std::string& b) {
        out << "  " << std::left << std::setw(column) << name << std::setw(column) << a << b
            << '\n';
    };
    out << what << ", " << counts.total() << " in all\n";
    row("", comparison.first + " yes", comparison.first + " no");
    row(comparison.second + " yes", std::to_string(counts.both),
        std::to_string(counts.only_second));
    row(comparison.second + " no", std::to_string(counts.only_first),
        std::to_string(counts.neither));
    out << "  p = " << std::setprecision(3) << test.p << " (McNemar, "
        << (test.exact ? "exact" : "chi-square with continuity correction") << ")\n";
}

/// `models compare FIRST SECOND --on DIR`
class CompareCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Look after"; }
    [[nodiscard]] std::string summary() const override {
        return "Compare two models for one task on labelled pictures (McNemar's test)";
    }
    void declare(CLI::App& options) override {
        options.add_option("FIRST", first_, "Model that is used now: its id, or its manifest")
            ->required();
        options.add_option("SECOND", second_, "Model that may take its place")->required();
        options
            .add_option("--on", wish_.folder,
                        "Folder with labels.tsv: file x y w h, and text (plate, ocr) or label "
                        "(object)")
            ->required();
        options.add_option("--models", models_,
                           "Folder of model manifests (default: those of the program)");
        options
            .add_option("--model", wanted_,
                        "Model for the other task that plates need: plate=ID, ocr=ID (default: by "
                        "preference)")
            ->allow_extra_args(false);
        options
            .add_option("--regions", wish_.regions,
                        "Plate grammars to try: eu, gb, us, br, … (default: all)")
            ->delimiter(',')
            ->allow_extra_args(false);
        options.add_option("--limit", wish_.limit, "Only the first pictures; 0: all")
            ->check(CLI::NonNegativeNumber);
        declare_data_folder(options, data_);
        mlflow_.declare(options, "Note the result at SECOND on this MLflow server as well");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Example:\n  vedette models compare plate-reader cct-xs-v1 --on labelled/");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        const DataFolder data{data_};
        wish_.models.folder = models_.empty() ? environment.paths.models : models_;
        for (const std::string& text : wanted_) {
            const auto equals = text.find('=');
            if (equals == std::string::npos)
                return Error{ErrorCode::invalid_argument,
                             "--model " + text + ": write TASK=ID, like ocr=cct-xs-v1"};
            wish_.models.wanted[text.substr(0, equals)] = text.substr(equals + 1);
        }
        wish_.models.live = live_models(data, environment.log);
        VEDETTE_TRY(const auto known, load_model_register(data));
        VEDETTE_TRY(const auto manifests, manifests_of(wish_.models.folder, known));
        VEDETTE_TRY(const infer::Manifest first, named_manifest(first_, manifests));
        VEDETTE_TRY(const infer::Manifest second, named_manifest(second_, manifests));
        VEDETTE_TRY(const ComparisonReport report,
                    compare_models(first, second, wish_, environment));
        VEDETTE_TRY(const StagedModel* staged, known.named(second.full_id()));
        if (staged != nullptr)
            VEDETTE_CHECK_OK(change_model_register(data, [&](ModelRegister& in) -> Status {
                in.note(report.comparison);
                return {};
            }));
        tell(report, staged != nullptr, environment);
        if (mlflow_.given()) {
            VEDETTE_TRY(MlflowClient client, mlflow_.client(environment));
            VEDETTE_TRY(const MlflowVersion version, note_in_mlflow(client, report.comparison));
            environment.err << "vedette: noted at mlflow:" << version.title() << '\n';
        }
        return report.unreadable.empty() ? ExitCode::ok : ExitCode::failed;
    }

private:
    void tell(const ComparisonReport& report, bool is_kept, const Environment& environment) const {
        const ModelComparison& comparison = report.comparison;
        for (const std::string& line : report.unreadable)
            environment.err << "vedette: " << line << '\n';
        std::ostream& out = environment.out;
        if (json_) {
            nlohmann::ordered_json json = to_json(comparison);
            json["pictures"] = report.pictures;
            json["alpha"] = vision::kWorseAlpha;
            json["second_is_worse"] = speaks_against_second(comparison);
            json["kept"] = is_kept;
            out << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
            return;
        }
        out << comparison.task << " on " << comparison.folder << ", " << report.pictures
            << " pictures\n";
        write_counts(comparison.task == "ocr" ? "plates read" : "labels found", comparison,
                     comparison.labels, out);
        write_counts("pictures in which nothing else was " +
                         std::string{comparison.task == "ocr" ? "read" : "found"},
                     comparison, comparison.nothing_else, out);
        out << comparison.second
            << (speaks_against_second(comparison)
                    ? " is worse, by more than chance explains at "
                    : " is not worse, as far as these pictures can tell, at ")
            << vision::kWorseAlpha * 100 << " %.\n";
        if (comparison.labels.total() < kLeastLabels)
            out << "These are few labels: " << kLeastLabels << " are wanted for a promotion.\n";
        out << (is_kept ? "Kept as evidence for `vedette models promote "
                        : "Not kept: first `vedette models register ")
            << comparison.second << "`.\n";
    }

    std::string first_;
    std::string second_;
    ComparisonWish wish_;
    std::filesystem::path models_;
    std::filesystem::path data_;
    std::vector<std::string> wanted_;
    MlflowArguments mlflow_;
    bool json_ = false;
};

} // namespace

Status register_models_compare(CommandRegistry& registry);
Status register_models_compare(CommandRegistry& registry) {
    return registry.add("models compare", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<CompareCommand>();
    });
}

} // namespace vedette::app
