#include "app/commands/eval_objects/evaluation.h"

#include <chrono>
#include <optional>

#include "app/plate_answers.h"
#include "vedette/imaging/image.h"
#include "vedette/media/picture.h"

namespace vedette::app {
namespace {

Result<std::vector<vision::FoundBox>> boxes_of(vision::Detector& detector,
                                               const imaging::ImageView& picture) {
    VEDETTE_TRY(const auto found, detector.detect({&picture, 1}));
    std::vector<vision::FoundBox> out;
    for (const domain::Detection& one : found.front())
        out.push_back({pixel_box(one.box, picture), one.label, static_cast<double>(one.score)});
    return out;
}

std::vector<vision::LabelledBox> truth_of(const std::vector<vision::FoundBox>& said,
                                          const Teacher& teacher) {
    std::vector<vision::LabelledBox> out;
    for (const vision::FoundBox& one : said)
        if (one.score >= teacher.doubtful)
            out.push_back({one.box, one.label, one.score < teacher.score});
    return out;
}

/// Goes through the pictures of an evaluation.
class Looker {
public:
    Looker(vision::Detector& detector, const Environment& environment)
        : detector_{detector}, environment_{environment} {}

    /// \return nothing if the file can't be opened, which is then noted.
    Result<std::optional<imaging::Image>> open(const std::filesystem::path& file) {
        if (environment_.stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped before every picture was looked at"};
        auto picture = media::load_picture(file);
        if (!picture) {
            result.unreadable.push_back(picture.error().message());
            return std::optional<imaging::Image>{};
        }
        return std::optional{*std::move(picture)};
    }

    Result<std::vector<vision::FoundBox>> look(const std::filesystem::path& file,
                                               const imaging::Image& picture) {
        if (result.milliseconds.empty())
            VEDETTE_CHECK_OK(named(boxes_of(detector_, picture.view()), file));
        const auto start = std::chrono::steady_clock::now();
        auto found = named(boxes_of(detector_, picture.view()), file);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        if (found)
            result.milliseconds.push_back(took.count());
        return found;
    }

    static Result<std::vector<vision::FoundBox>> named(Result<std::vector<vision::FoundBox>> found,
                                                       const std::filesystem::path& file) {
        if (!found)
            return std::move(found).error().with_context(file.string());
        return found;
    }

    void add(const std::filesystem::path& file, vision::JudgedPicture picture) {
        result.files.push_back(file);
        result.pictures.push_back(std::move(picture));
    }

    ObjectEvaluation result;

private:
    vision::Detector& detector_;
    const Environment& environment_;
};

} // namespace

Result<ObjectEvaluation> look_at_labelled(const std::vector<vision::LabelledPicture>& pictures,
                                          vision::Detector& detector,
                                          const Environment& environment) {
    Looker looker{detector, environment};
    for (const vision::LabelledPicture& labelled : pictures) {
        VEDETTE_TRY(const std::optional<imaging::Image> picture, looker.open(labelled.file));
        std::vector<vision::FoundBox> found;
        if (picture) {
            VEDETTE_TRY(found, looker.look(labelled.file, *picture));
        }
        looker.add(labelled.file, {labelled.boxes, std::move(found)});
    }
    return std::move(looker.result);
}

Result<ObjectEvaluation> look_with_teacher(const std::vector<std::filesystem::path>& pictures,
                                           vision::Detector& detector, const Teacher& teacher,
                                           const Environment& environment) {
    Looker looker{detector, environment};
    for (const std::filesystem::path& file : pictures) {
        VEDETTE_TRY(const std::optional<imaging::Image> picture, looker.open(file));
        if (!picture)
            continue;
        VEDETTE_TRY(std::vector<vision::FoundBox> found, looker.look(file, *picture));
        VEDETTE_TRY(const std::vector<vision::FoundBox> said,
                    Looker::named(boxes_of(teacher.detector, picture->view()), file));
        looker.add(file, {truth_of(said, teacher), std::move(found)});
    }
    return std::move(looker.result);
}

} // namespace vedette::app
