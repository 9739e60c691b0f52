#include <CLI/CLI.hpp>
#include <optional>

#include "app/command.h"
#include "app/commands/eval_plates/gallery.h"
#include "app/commands/eval_plates/report.h"
#include "app/commands/eval_plates/temperature.h"
#include "app/model_set.h"
#include "app/output/line_file.h"

namespace vedette::app {
namespace {

/// `eval plates DIR`: how well labelled plates are found and read.
class EvalPlatesCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Score plate reading on a labelled folder";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("DIR", folder_,
                        "Folder with labels.tsv (file x y w h text pass), or pictures named like "
                        "CCPD's")
            ->required();
        options.add_option("--models", models_,
                           "Folder of model manifests (default: those of the program)");
        options
            .add_option("--model", wanted_,
                        "Model for a task: plate=ID, ocr=ID (default: by preference)")
            ->allow_extra_args(false);
        options
            .add_option("--regions", regions_,
                        "Plate grammars to try: eu, gb, us, br, … (default: all)")
            ->delimiter(',')
            ->allow_extra_args(false);
        options.add_option("--limit", limit_, "Only the first pictures; 0: all")
            ->check(CLI::NonNegativeNumber);
        options
            .add_option("--gate", score_.false_read_gate,
                        "Confidence from which a wrong read counts as false, 0..1")
            ->check(CLI::Range(0.0, 1.0));
        options.add_option("--confusion", confusion_,
                           "Write which signs the reader took for which, where it was sure (0.9 or "
                           "more), as CSV true,read,weight");
        options.add_option(
            "--gallery", gallery_,
            "Write one HTML page with the plates that were misread or not found, and "
            "with false reads; worst first");
        options
            .add_option("--gallery-most", gallery_most_, "So many pictures of each kind, at most")
            ->check(CLI::Range(0, 5000))
            ->capture_default_str();
        options.add_flag("--fit-temperature", fit_temperature_,
                         "Only find by what the reader's logits are to be divided so that its "
                         "confidences keep what they promise");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Example:\n  vedette eval plates labelled/ --models DIR --regions eu");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto known, vision::PlateGrammars::builtin());
        VEDETTE_CHECK_OK(known.check(regions_));
        for (const std::filesystem::path& file : {confusion_, gallery_})
            if (!file.empty())
                VEDETTE_CHECK_OK(check_writable(file)); // told now, not after hours
        VEDETTE_TRY(std::vector<vision::PlatePicture> pictures,
                    vision::load_plate_pictures(folder_));
        if (limit_ > 0 && pictures.size() > limit_)
            pictures.resize(limit_);
        VEDETTE_TRY(const ModelSetOptions options, model_options(environment));
        return fit_temperature_ ? fit_temperature(pictures, options, environment)
                                : evaluate(pictures, options, environment);
    }

private:
    Result<ExitCode> evaluate(const std::vector<vision::PlatePicture>& pictures,
                              const ModelSetOptions& options, Environment& environment) {
        VEDETTE_TRY(const ModelSet models, load_model_set(options, environment));
        VEDETTE_TRY(const auto manifest, reader_manifest(options));
        if (models.plates == nullptr || !manifest)
            return Error{ErrorCode::not_found, "no plate detector and reader among the models in " +
                                                   options.folder.string() +
                                                   "; see vedette models list"};
        VEDETTE_TRY(const auto reader, load_reader(*manifest, environment));
        VEDETTE_TRY(const auto grammars, grammars_for(models));
        FailureGallery gallery{gallery_most_};
        VEDETTE_TRY(PlateEvaluation evaluation,
                    evaluate_plates(pictures,
                                    {*models.plates, *reader, grammars, regions_,
                                     gallery_.empty() ? nullptr : &gallery},
                                    score_, environment));
        const EvaluationReport report{folder_.string(), names_of(models), score_,
                                      std::move(evaluation)};
        if (!confusion_.empty())
            VEDETTE_CHECK_OK(write_text(confusion_, report.evaluation.score.signs.sure.to_csv()));
        if (!gallery_.empty())
            VEDETTE_CHECK_OK(write_text(gallery_, gallery.page(report)));
        return tell(report, environment);
    }

    Result<ExitCode> fit_temperature(const std::vector<vision::PlatePicture>& pictures,
                                     const ModelSetOptions& options, Environment& environment) {
        VEDETTE_TRY(const auto manifest, reader_manifest(options));
        if (!manifest)
            return Error{ErrorCode::not_found, "no plate reader among the models in " +
                                                   options.folder.string() +
                                                   "; see vedette models list"};
        VEDETTE_TRY(const infer::Manifest open, with_every_symbol(*manifest));
        VEDETTE_TRY(const auto reader, load_reader(open, environment));
        VEDETTE_TRY(TemperatureReport report, read_for_temperature(pictures, *reader, environment));
        report.folder = folder_.string();
        report.model = manifest->full_id();
        report.before = temperature_of(*manifest);
        return tell(report, report.unreadable, environment);
    }

    Result<ModelSetOptions> model_options(const Environment& environment) const {
        ModelSetOptions options;
        options.folder = models_.empty() ? environment.paths.models : models_;
        options.want_objects = false;
        VEDETTE_TRY(options.wanted, parse_wanted_models(wanted_, "ocr=cct-xs-v1"));
        return options;
    }

    /// Of the reader that is used; nothing if there is none.
    static Result<std::optional<infer::Manifest>> reader_manifest(const ModelSetOptions& options) {
        VEDETTE_TRY(const auto manifests, infer::load_manifests(options.folder));
        VEDETTE_TRY(const infer::Manifest* manifest,
                    choose_manifest(manifests, "ocr", options.wanted));
        return manifest == nullptr ? std::nullopt : std::optional{*manifest};
    }

    /// The reader once more, alone: crops are read without a detector.
    static Result<std::unique_ptr<vision::PlateReader>>
    load_reader(const infer::Manifest& manifest, const Environment& environment) {
        return environment.registries.readers.create(manifest.decoder, manifest,
                                                     default_loader(environment));
    }

    static std::vector<std::string> names_of(const ModelSet& models) {
        std::vector<std::string> out;
        for (const domain::ModelUse& use : models.used)
            out.push_back(use.task + " " + use.id);
        return out;
    }

    ExitCode tell(const EvaluationReport& report, Environment& environment) const {
        return tell(report, report.evaluation.unreadable, environment);
    }

    template <class Report>
    ExitCode tell(const Report& report, const std::vector<std::string>& unreadable,
                  Environment& environment) const {
        for (const std::string& line : unreadable)
            environment.err << "vedette: " << line << '\n';
        json_ ? write_json(report, environment.out) : write_table(report, environment.out);
        return unreadable.empty() ? ExitCode::ok : ExitCode::failed;
    }

    std::filesystem::path folder_;
    std::filesystem::path models_;
    std::vector<std::string> wanted_;
    std::vector<std::string> regions_;
    std::filesystem::path confusion_;
    std::filesystem::path gallery_;
    std::size_t gallery_most_ = 100;
    std::size_t limit_ = 0;
    vision::PlateScoreOptions score_;
    bool fit_temperature_ = false;
    bool json_ = false;
};

} // namespace

Status register_eval_plates(CommandRegistry& registry);
Status register_eval_plates(CommandRegistry& registry) {
    return registry.add("eval plates", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalPlatesCommand>();
    });
}

} // namespace vedette::app
