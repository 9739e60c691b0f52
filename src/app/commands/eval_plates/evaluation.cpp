#include "app/commands/eval_plates/evaluation.h"

#include <algorithm>
#include <chrono>

#include "app/commands/eval_plates/failures.h"
#include "app/plate_answers.h"
#include "vedette/base/utf8.h"
#include "vedette/imaging/image.h"
#include "vedette/media/picture.h"

namespace vedette::app {
namespace {

/// Of each sign of the text as observed; empty if the reader's characters are not those of its
/// text.
std::vector<float> sign_confidence(const domain::PlateRead& read, const std::string& observed) {
    std::vector<float> out;
    for (const domain::PlateCharacter& place : read.characters) {
        const domain::SymbolCandidate& best = place.candidates.front();
        const std::size_t signs = decode_utf8(vision::normalize_plate(best.symbol)).size();
        out.insert(out.end(), signs, best.probability);
    }
    return out.size() == decode_utf8(observed).size() ? out : std::vector<float>{};
}

void add_answer(domain::PlateRead read, const vision::PixelBox& box, const PlateEvaluators& with,
                PictureAnswers& to) {
    domain::PlateText text = text_of(read, with.grammars, with.regions);
    to.answers.push_back({box, text.normalized, text.resolved, static_cast<double>(read.confidence),
                          static_cast<double>(text.confidence),
                          sign_confidence(read, text.normalized)});
    to.plates.push_back({std::move(read), std::move(text)});
}

bool is_crop(const vision::PlatePicture& picture) {
    return !picture.plates.empty() && std::none_of(picture.plates.begin(), picture.plates.end(),
                                                   [](const auto& plate) { return plate.box; });
}

Result<PictureAnswers> answer(const vision::PlatePicture& truth, const imaging::ImageView& picture,
                              const PlateEvaluators& with) {
    PictureAnswers out;
    if (is_crop(truth)) {
        VEDETTE_TRY(auto reads, with.reader.read({&picture, 1}));
        add_answer(std::move(reads.front()), pixel_box({0, 0, 1, 1}, picture), with, out);
        return out;
    }
    VEDETTE_TRY(vision::PlateFindings findings, with.finder.find(picture, {}));
    for (const domain::Detection& plate : findings.plates)
        out.found.push_back(pixel_box(plate.box, picture));
    for (domain::PlateRead& read : findings.reads) {
        const vision::PixelBox box = pixel_box(domain::bounding_box(read.corners), picture);
        add_answer(std::move(read), box, with, out);
    }
    return out;
}

} // namespace

Result<PlateEvaluation> evaluate_plates(const std::vector<vision::PlatePicture>& pictures,
                                        const PlateEvaluators& with,
                                        const vision::PlateScoreOptions& options,
                                        const Environment& environment) {
    PlateEvaluation out;
    vision::PlateTally tally{options};
    PassTally passes{with.grammars, with.regions};
    for (const vision::PlatePicture& truth : pictures) {
        if (environment.stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped before every picture was read"};
        const auto picture = media::load_picture(truth.file);
        if (!picture) {
            out.unreadable.push_back(picture.error().message());
            tally.add(truth, {}, {});
            passes.add(truth, {}, options);
            continue;
        }
        const auto start = std::chrono::steady_clock::now();
        auto answers = answer(truth, picture->view(), with);
        if (!answers)
            return std::move(answers).error().with_context(truth.file.string());
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        out.milliseconds.push_back(took.count());
        tally.add(truth, answers->found, answers->answers);
        passes.add(truth, *answers, options);
        if (with.gallery != nullptr)
            VEDETTE_CHECK_OK(
                add_failures(truth, picture->view(), *answers, options, *with.gallery));
    }
    out.score = tally.score();
    out.passes = passes.score();
    return out;
}

} // namespace vedette::app
