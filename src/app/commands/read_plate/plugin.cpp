#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/commands/read_plate/report.h"
#include "app/model_set.h"
#include "vedette/media/picture.h"

namespace vedette::app {
namespace {

/// `read-plate IMAGE…`: every plate of every picture. A picture that can't be read is reported; the
/// others go on.
class ReadPlateCommand final : public Command {
public:
    [[nodiscard]] std::string group() const override { return "Read"; }
    [[nodiscard]] std::string summary() const override {
        return "Read the licence plates in pictures";
    }
    void declare(CLI::App& options) override {
        options.add_option("IMAGE", images_, "Picture: JPEG, PNG, BMP, WebP, TIFF")->required();
        options.add_option("--models", models_,
                           "Folder of model manifests (default: those of the program)");
        options
            .add_option("--regions", regions_,
                        "Plate grammars to try: eu, gb, us, br, de, us-ca, … (default: all)")
            ->delimiter(',')
            ->allow_extra_args(false);
        options.add_option("--min-confidence", min_confidence_, "Leave out weaker plates, 0..1")
            ->check(CLI::Range(0.0, 1.0));
        options.add_flag("--json", json_, "One JSON object per picture");
        options.footer(
            "Example:\n  vedette read-plate car.jpg --models DIR --regions eu,gb --json");
    }

    [[nodiscard]] Result<ExitCode> run(Environment& environment) override {
        VEDETTE_TRY(const auto known, vision::PlateGrammars::builtin());
        VEDETTE_CHECK_OK(known.check(regions_));
        ModelSetOptions options;
        options.folder = models_.empty() ? environment.paths.models : models_;
        options.want_objects = false;
        VEDETTE_TRY(ModelSet models, load_model_set(options, environment));
        if (models.plates == nullptr)
            return Error{ErrorCode::not_found, "no plate detector and reader among the models in " +
                                                   options.folder.string() +
                                                   "; see vedette models list"};
        VEDETTE_TRY(const auto grammars, grammars_for(models));
        ExitCode code = ExitCode::ok;
        for (const std::string& image : images_) {
            if (environment.stop.stop_requested())
                break;
            const auto report = read(image, *models.plates, grammars);
            if (!report) {
                environment.err << "vedette: " << report.error().message() << '\n';
                code = ExitCode::failed;
                continue;
            }
            json_ ? write_json(*report, environment.out) : write_text(*report, environment.out);
        }
        return code;
    }

private:
    Result<PicturePlates> read(const std::string& file, vision::PlateFinder& finder,
                               const vision::PlateGrammars& grammars) const {
        VEDETTE_TRY(const imaging::Image picture, media::load_picture(file));
        auto found = finder.find(picture.view(), {});
        if (!found)
            return std::move(found).error().with_context(file);
        PicturePlates report{file, picture.width_px(), picture.height_px(), {}, found->too_small};
        for (domain::PlateRead& read : found->reads) {
            domain::PlateText text = text_of(read, grammars, regions_);
            if (text.confidence >= min_confidence_)
                report.plates.push_back({std::move(read), std::move(text)});
        }
        return report;
    }

    std::vector<std::string> images_;
    std::vector<std::string> regions_;
    std::filesystem::path models_;
    float min_confidence_ = 0;
    bool json_ = false;
};

} // namespace

Status register_read_plate(CommandRegistry& registry);
Status register_read_plate(CommandRegistry& registry) {
    return registry.add("read-plate", []() -> Result<std::unique_ptr<Command>> {
        return std::make_unique<ReadPlateCommand>();
    });
}

} // namespace vedette::app
