#include <CLI/CLI.hpp>
#include <system_error>

#include "app/command.h"
#include "app/commands/eval_faces/report.h"
#include "app/model_set.h"

namespace vedette::app {
namespace {

/// `eval faces DIR`: how well faces are found, and persons told apart.
class EvalFacesCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Score faces: persons told apart, or faces found";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("DIR", folder_,
                        "Folder with a folder of pictures per person, one face each; or with "
                        "labels.tsv (file faces nose_points)")
            ->required();
        options.add_option("--models", models_,
                           "Folder of model manifests (default: those of the program)");
        options
            .add_option("--model", wanted_words_,
                        "Model for a task: face=ID, face-embedding=ID (default: by preference)")
            ->allow_extra_args(false);
        options.add_flag("--aligned", aligned_,
                         "The pictures are aligned faces: no face is looked for");
        options.add_option("--score", score_, "Score from which something is a face")
            ->check(CLI::Range(0.0, 1.0));
        options.add_option("--seed", scoring_.seed, "For what is drawn by chance");
        options.add_option("--limit", limit_, "Only the first persons or pictures; 0: all")
            ->check(CLI::NonNegativeNumber);
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Example:\n  vedette eval faces persons/ --models DIR");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(wanted_, parse_wanted_models(wanted_words_, "face=yunet-2023mar"));
        std::error_code ignored;
        const std::filesystem::path labels = folder_ / "labels.tsv";
        return std::filesystem::is_regular_file(labels, ignored)
                   ? score_counted(labels, environment)
                   : score_persons(environment);
    }

private:
    Result<ExitCode> score_persons(Environment& environment) {
        VEDETTE_TRY(std::vector<PersonPictures> persons, load_persons(folder_));
        if (limit_ > 0 && persons.size() > limit_)
            persons.resize(limit_);
        PersonsReport report;
        report.folder = folder_.string();
        report.persons = persons.size();
        report.options = scoring_;
        std::unique_ptr<vision::Detector> detector;
        if (!aligned_) {
            VEDETTE_TRY(detector, load_detector(environment));
            report.models.push_back("face " + detector->model_id());
        }
        VEDETTE_TRY(const auto embedder, load_embedder(environment));
        report.models.push_back("face-embedding " + embedder->model_id());
        VEDETTE_TRY(report.evaluation,
                    embed_persons(persons, {detector.get(), *embedder}, environment));
        VEDETTE_TRY(report.verification,
                    vision::score_verification(report.evaluation.samples, scoring_));
        VEDETTE_TRY(report.identification,
                    vision::score_identification(report.evaluation.samples, scoring_));
        return tell(report, report.evaluation.unreadable, environment);
    }

    Result<ExitCode> score_counted(const std::filesystem::path& labels, Environment& environment) {
        VEDETTE_TRY(auto pictures, vision::load_counted_faces(labels));
        if (limit_ > 0 && pictures.size() > limit_)
            pictures.resize(limit_);
        VEDETTE_TRY(const auto detector, load_detector(environment));
        CountedReport report{folder_.string(), "face " + detector->model_id(), score_, {}};
        VEDETTE_TRY(report.evaluation, count_faces(pictures, *detector, environment));
        return tell(report, report.evaluation.unreadable, environment);
    }

    /// \return not_found if there is none for the task
    Result<infer::Manifest> choose(const std::string& task, const Environment& environment) const {
        const std::filesystem::path& folder = models_.empty() ? environment.paths.models : models_;
        VEDETTE_TRY(const auto manifests, infer::load_manifests(folder));
        VEDETTE_TRY(const infer::Manifest* manifest, choose_manifest(manifests, task, wanted_));
        if (manifest == nullptr)
            return Error{ErrorCode::not_found, "no model for " + task + " among those in " +
                                                   folder.string() + "; see vedette models list"};
        return *manifest;
    }

    Result<std::unique_ptr<vision::Detector>> load_detector(const Environment& environment) const {
        VEDETTE_TRY(const infer::Manifest manifest, choose("face", environment));
        return vision::load_detector(environment.registries.detectors, manifest,
                                     {.min_score = static_cast<float>(score_)},
                                     default_loader(environment));
    }

    Result<std::unique_ptr<vision::FaceEmbedder>>
    load_embedder(const Environment& environment) const {
        VEDETTE_TRY(const infer::Manifest manifest, choose("face-embedding", environment));
        return vision::load_face_embedder(environment.registries.embedders, manifest,
                                          default_loader(environment));
    }

    template <class Report>
    [[nodiscard]] Result<ExitCode> tell(const Report& report,
                                        const std::vector<std::string>& unreadable,
                                        Environment& environment) const {
        for (const std::string& line : unreadable)
            environment.err << "vedette: " << line << '\n';
        json_ ? write_json(report, environment.out) : write_table(report, environment.out);
        return unreadable.empty() ? ExitCode::ok : ExitCode::failed;
    }

    std::filesystem::path folder_;
    std::filesystem::path models_;
    std::vector<std::string> wanted_words_;
    std::map<std::string, std::string> wanted_;
    vision::FaceScoringOptions scoring_;
    double score_ = 0.5;
    std::size_t limit_ = 0;
    bool aligned_ = false;
    bool json_ = false;
};

} // namespace

Status register_eval_faces(CommandRegistry& registry);
Status register_eval_faces(CommandRegistry& registry) {
    return registry.add("eval faces", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalFacesCommand>();
    });
}

} // namespace vedette::app
