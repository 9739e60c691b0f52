#include "app/commands/models_compare/comparing.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "app/commands/eval_plates/evaluation.h"
#include "app/lifecycle/models_in_use.h"
#include "app/plate_answers.h"
#include "vedette/media/picture.h"
#include "vedette/vision/eval/object_metrics.h"

namespace vedette::app {
namespace {

using infer::Manifest;

/// From this score on something counts as found: that of `objects.filters` where nobody says
/// another.
constexpr float kObjectScore = 0.5F;

/// What became of labels and pictures with one model.
struct Outcomes {
    std::vector<bool> right;
    std::vector<bool> nothing_else;
    std::vector<std::string> unreadable;
};

infer::ModelLoader loader_of(const ComparisonWish& wish, const Environment& environment) {
    return {environment.registries.backends,
            wish.models.chain.empty() ? default_chain(environment) : wish.models.chain,
            environment.log, environment.metrics, environment.clock};
}

template <class Picture>
void shorten(std::vector<Picture>& pictures, std::size_t limit) {
    if (limit > 0 && pictures.size() > limit)
        pictures.resize(limit);
}

vision::PairedCounts paired(const std::vector<bool>& first, const std::vector<bool>& second) {
    vision::PairedCounts counts;
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
        counts.add(first[i], second[i]);
    return counts;
}

// ---- plates and texts ----

/// The set in which this model does its task; the others as the wish says.
Result<ModelSet> plate_models(const Manifest& model, const ComparisonWish& wish,
                              const Environment& environment) {
    ModelSetOptions options = wish.models;
    options.want_objects = false;
    options.wanted.erase(model.task);
    options.live[model.task] = {model.full_id(), model.sha256, identity_of(model).manifest};
    options.live_or_none = true;
    VEDETTE_TRY(ModelSet set, load_model_set(options, environment));
    if (set.plates == nullptr)
        return Error{
            ErrorCode::not_found,
            "a plate is found by one model and read by another, and one of them is missing "
            "in " +
                options.folder.string() + "; see vedette models list"};
    return set;
}

/// The reader of the set once more, alone: crops are read without a detector.
Result<std::unique_ptr<vision::PlateReader>> reader_alone(const Manifest& model,
                                                          const ModelSet& set,
                                                          const ComparisonWish& wish,
                                                          const Environment& environment) {
    const infer::ModelLoader loader = loader_of(wish, environment);
    if (model.task == "ocr")
        return environment.registries.readers.create(model.decoder, model, loader);
    VEDETTE_TRY(const auto manifests, known_manifests(wish.models, environment.log));
    for (const Manifest& one : manifests)
        for (const domain::ModelUse& use : set.used)
            if (use.task == "ocr" && use.id == one.full_id())
                return environment.registries.readers.create(one.decoder, one, loader);
    return Error{ErrorCode::not_found, "the reader's manifest is gone"};
}

Result<Outcomes> read_plates(const Manifest& model,
                             const std::vector<vision::PlatePicture>& pictures,
                             const ComparisonWish& wish, const Environment& environment) {
    VEDETTE_TRY(const auto grammars, vision::PlateGrammars::builtin());
    VEDETTE_CHECK_OK(grammars.check(wish.regions));
    VEDETTE_TRY(const ModelSet set, plate_models(model, wish, environment));
    VEDETTE_TRY(const auto reader, reader_alone(model, set, wish, environment));
    VEDETTE_TRY(
        PlateEvaluation evaluation,
        evaluate_plates(pictures, {*set.plates, *reader, grammars, wish.regions}, {}, environment));
    const bool finds = model.task == "plate";
    Outcomes out;
    for (const vision::LabelOutcome& label : evaluation.score.labels)
        if (const auto& right = finds ? label.found : label.read)
            out.right.push_back(*right);
    for (const vision::PictureOutcome& picture : evaluation.score.outcomes)
        out.nothing_else.push_back(finds ? picture.nothing_else_found : picture.nothing_else_read);
    out.unreadable = std::move(evaluation.unreadable);
    return out;
}

// ---- objects ----

Result<std::vector<vision::FoundBox>> found_in(const imaging::ImageView& picture,
                                               vision::Detector& detector) {
    VEDETTE_TRY(const auto found, detector.detect({&picture, 1}));
    std::vector<vision::FoundBox> out;
    for (const domain::Detection& one : found.front())
        out.push_back({pixel_box(one.box, picture), one.label, static_cast<double>(one.score)});
    return out;
}

Result<Outcomes> find_objects(const Manifest& model,
                              const std::vector<vision::LabelledPicture>& pictures,
                              const ComparisonWish& wish, const Environment& environment) {
    std::set<std::string> labels; // who labelled cars says nothing of chairs
    for (const vision::LabelledPicture& picture : pictures)
        for (const vision::LabelledBox& thing : picture.boxes)
            if (!thing.ignored)
                labels.insert(thing.label);
    const infer::ModelLoader loader = loader_of(wish, environment);
    VEDETTE_TRY(const auto detector,
                vision::load_detector(
                    environment.registries.detectors, model,
                    {.min_score = kObjectScore, .labels = {labels.begin(), labels.end()}}, loader));
    vision::ObjectTally tally;
    Outcomes out;
    for (const vision::LabelledPicture& truth : pictures) {
        if (environment.stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped before every picture was looked at"};
        const auto picture = media::load_picture(truth.file);
        if (!picture) {
            out.unreadable.push_back(picture.error().message());
            tally.add(truth, {});
            continue;
        }
        auto found = found_in(picture->view(), *detector);
        if (!found)
            return std::move(found).error().with_context(truth.file.string());
        tally.add(truth, *found);
    }
    out.right = tally.things();
    out.nothing_else = tally.nothing_else();
    return out;
}

// ---- both ----

struct Both {
    Outcomes first;
    Outcomes second;
    long pictures = 0;
};

template <class Picture, class Look>
Result<Both> both(const Manifest& first, const Manifest& second, std::vector<Picture> pictures,
                  const ComparisonWish& wish, const Environment& environment, const Look& look) {
    shorten(pictures, wish.limit);
    VEDETTE_TRY(Outcomes of_first, look(first, pictures, wish, environment));
    VEDETTE_TRY(Outcomes of_second, look(second, pictures, wish, environment));
    return Both{std::move(of_first), std::move(of_second), static_cast<long>(pictures.size())};
}

Result<Both> looked_at(const Manifest& first, const Manifest& second, const ComparisonWish& wish,
                       const Environment& environment) {
    if (first.task == "object") {
        VEDETTE_TRY(auto pictures, vision::load_labelled_pictures(wish.folder / "labels.tsv"));
        return both(first, second, std::move(pictures), wish, environment, find_objects);
    }
    VEDETTE_TRY(auto pictures, vision::load_plate_pictures(wish.folder));
    return both(first, second, std::move(pictures), wish, environment, read_plates);
}

} // namespace

Result<ComparisonReport> compare_models(const Manifest& first, const Manifest& second,
                                        const ComparisonWish& wish,
                                        const Environment& environment) {
    if (first.task != second.task)
        return Error{ErrorCode::invalid_argument, first.full_id() + " is for " + first.task + ", " +
                                                      second.full_id() + " for " + second.task +
                                                      ": they can't be compared"};
    if (first.task != "object" && first.task != "plate" && first.task != "ocr")
        return Error{ErrorCode::invalid_argument,
                     "models for " + first.task +
                         " can't be compared yet: those for object, plate and ocr can"};
    VEDETTE_TRY(Both outcomes, looked_at(first, second, wish, environment));
    if (outcomes.first.right.empty())
        return Error{ErrorCode::invalid_argument,
                     wish.folder.string() + ": has no label for " + first.task +
                         (first.task == "ocr" ? " (a column `text`)" : " (columns x y w h)")};
    std::error_code failed; // then as it was given
    const auto folder = std::filesystem::absolute(wish.folder, failed);
    ModelComparison comparison{
        .at = environment.clock.wall_now(),
        .task = first.task,
        .first = first.full_id(),
        .first_sha256 = first.sha256,
        .second = second.full_id(),
        .second_sha256 = second.sha256,
        .folder = (failed ? wish.folder : folder.lexically_normal()).string(),
        .labels = paired(outcomes.first.right, outcomes.second.right),
        .nothing_else = paired(outcomes.first.nothing_else, outcomes.second.nothing_else)};
    return ComparisonReport{std::move(comparison), outcomes.pictures,
                            std::move(outcomes.first.unreadable)};
}

} // namespace vedette::app
