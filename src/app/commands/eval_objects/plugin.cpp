#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "app/command.h"
#include "app/commands/eval_objects/gallery.h"
#include "app/commands/eval_objects/setup.h"

namespace vedette::app {
namespace {

/// `eval objects DIR`: how well labelled things are found.
class EvalObjectsCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Measure"; }
    [[nodiscard]] std::string summary() const override {
        return "Score a detector on a labelled folder, or against another";
    }
    void declare(CLI::App& options) override {
        options
            .add_option("DIR", folder_,
                        "Folder with labels.tsv (file x y w h label, pixels); with --against: any "
                        "folder of pictures")
            ->required();
        options.add_option("--models", models_,
                           "Folder of model manifests (default: those of the program)");
        options
            .add_option("--model", wanted_,
                        "Model to score: object=ID, plate=ID or face=ID (default: the object "
                        "detector by preference)")
            ->allow_extra_args(false);
        options
            .add_option("--map", renames_,
                        "Take a label for another, the folder's and the model's: van=car")
            ->allow_extra_args(false);
        options
            .add_option("--ignore", ignored_,
                        "A label that is neither asked for nor false, or a file like labels.tsv "
                        "with the parts of pictures that are not judged")
            ->allow_extra_args(false);
        options.add_flag("--partial", score_.partial,
                         "Not everything is labelled: only what is labelled is judged");
        options
            .add_option("--score", score_.operating_score,
                        "Score from which recall and precision count")
            ->check(CLI::Range(0.0, 1.0));
        options.add_option("--iou", score_.least_iou, "Overlap that counts as found")
            ->check(CLI::Range(0.01, 1.0));
        options.add_option("--heights", heights_, "Edges of groups by height in pixels: 20,40,80")
            ->delimiter(',')
            ->allow_extra_args(false);
        options.add_option("--against", teacher_,
                           "Model whose answers are the labels: agreement, not accuracy");
        options
            .add_option("--teacher-score", teacher_score_,
                        "Score from which the other model's answers must be found; weaker ones "
                        "are ignored")
            ->check(CLI::Range(kDoubtfulScore, 1.0));
        options.add_option("--limit", limit_, "Only the first pictures; 0: all")
            ->check(CLI::NonNegativeNumber);
        options.add_option("--gallery", gallery_,
                           "Write a page with what was missed and what is false, the worst first");
        options.add_flag("--json", json_, "Print JSON for programs");
        options.footer("Examples:\n"
                       "  vedette eval objects labelled/ --models DIR --map van=car\n"
                       "  vedette eval objects pictures/ --models DIR --against yolox-s");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        if (!teacher_.empty() && score_.partial)
            return Error{ErrorCode::invalid_argument,
                         "--partial is of labels, --against of pictures without: choose one"};
        VEDETTE_TRY(const DetectorChoice choice, choose_detector(wanted_));
        VEDETTE_TRY(ObjectReport report, new_report());
        const std::filesystem::path models = models_.empty() ? environment.paths.models : models_;
        const DetectorShop shop{models, report.renamed, environment};
        VEDETTE_TRY(const LoadedDetector model, shop.load(choice));
        report.model = choice.task + " " + model.detector->model_id();
        VEDETTE_TRY(report.evaluation, teacher_.empty()
                                           ? look(*model.detector, report, environment)
                                           : compare(model, shop, report, environment));
        sort_labels(report, model.labels);
        return tell(report, environment);
    }

private:
    Result<ObjectReport> new_report() const {
        ObjectReport report;
        report.folder = folder_.string();
        report.options = score_;
        VEDETTE_TRY(report.renamed, parse_renames(renames_));
        report.sizes = vision::coco_sizes();
        if (!std::is_sorted(heights_.begin(), heights_.end(), std::less_equal<>{}) ||
            (!heights_.empty() && !(heights_.front() > 0)))
            return Error{ErrorCode::invalid_argument,
                         "--heights: write rising numbers of pixels, like 20,40,80"};
        for (vision::SizeBin& bin : vision::height_bins(heights_))
            report.sizes.push_back(std::move(bin));
        return report;
    }

    Result<ObjectEvaluation> look(vision::Detector& detector, const ObjectReport& report,
                                  const Environment& environment) const {
        VEDETTE_TRY(auto pictures, vision::load_labelled_pictures(folder_ / "labels.tsv"));
        keep_first(pictures);
        VEDETTE_TRY(const Ignored ignored, Ignored::read(ignored_));
        for (vision::LabelledPicture& picture : pictures) {
            rename_labels(picture.boxes, report.renamed);
            ignored.apply(picture.file, picture.boxes);
        }
        return look_at_labelled(pictures, detector, environment);
    }

    Result<ObjectEvaluation> compare(const LoadedDetector& model, const DetectorShop& shop,
                                     ObjectReport& report, const Environment& environment) const {
        VEDETTE_TRY(auto pictures, pictures_in(folder_));
        VEDETTE_TRY(const Ignored ignored, Ignored::read(ignored_));
        keep_first(pictures);
        VEDETTE_TRY(const LoadedDetector teacher, shop.load({model.task, teacher_}));
        report.teacher = model.task + " " + teacher.detector->model_id();
        report.teacher_score = teacher_score_;
        VEDETTE_TRY(ObjectEvaluation evaluation,
                    look_with_teacher(pictures, *model.detector,
                                      {*teacher.detector, teacher_score_, kDoubtfulScore},
                                      environment));
        for (std::size_t i = 0; i < evaluation.files.size(); ++i)
            ignored.apply(evaluation.files[i], evaluation.pictures[i].truth);
        return evaluation;
    }

    template <class Picture>
    void keep_first(std::vector<Picture>& pictures) const {
        if (limit_ > 0 && pictures.size() > limit_)
            pictures.erase(pictures.begin() + static_cast<std::ptrdiff_t>(limit_), pictures.end());
    }

    [[nodiscard]] Result<ExitCode> tell(const ObjectReport& report,
                                        Environment& environment) const {
        for (const std::string& line : report.evaluation.unreadable)
            environment.err << "vedette: " << line << '\n';
        json_ ? write_json(report, environment.out) : write_table(report, environment.out);
        if (!gallery_.empty()) {
            VEDETTE_TRY(const GallerySummary summary, write_gallery(report, gallery_));
            environment.err << gallery_.string() << ": " << summary.shown
                            << " pictures with mistakes";
            if (summary.left_out > 0)
                environment.err << ", " << summary.left_out << " more left out";
            environment.err << '\n';
        }
        return report.evaluation.unreadable.empty() ? ExitCode::ok : ExitCode::failed;
    }

    std::filesystem::path folder_;
    std::filesystem::path models_;
    std::filesystem::path gallery_;
    std::vector<std::string> wanted_;
    std::vector<std::string> renames_;
    std::vector<std::string> ignored_;
    std::vector<double> heights_;
    std::string teacher_;
    double teacher_score_ = kTeacherScore;
    vision::DetectionScoringOptions score_;
    std::size_t limit_ = 0;
    bool json_ = false;
};

} // namespace

Status register_eval_objects(CommandRegistry& registry);
Status register_eval_objects(CommandRegistry& registry) {
    return registry.add("eval objects", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<EvalObjectsCommand>();
    });
}

} // namespace vedette::app
