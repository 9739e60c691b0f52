#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/environment.h"
#include "vedette/base/result.h"
#include "vedette/domain/event.h"
#include "vedette/infer/model_loader.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/plate_finder.h"
#include "vedette/vision/plate_grammar.h"
#include "vedette/vision/sign_confusion.h"

namespace vedette::app {

/// The model of a task that was promoted (lifecycle/model_register.h).
struct LiveModel {
    std::string id;                 ///< with version
    std::string sha256;             ///< of the weights that were promoted
    std::filesystem::path manifest; ///< where it was then; need not be in the folder of models
};

/// Which models to use and how.
struct ModelSetOptions {
    std::filesystem::path folder; ///< of manifests
    std::map<std::string, std::string>
        wanted; ///< task -> "id" or "id@version"; the others by `live`, then by preference
    std::map<std::string, LiveModel> live; ///< task -> what was promoted for it
    bool live_or_none = false; ///< a live one that can't be used is an error, and no other is taken
    std::vector<infer::EngineChoice>
        chain;                       ///< empty: every back-end of this binary, the fastest first
    float object_score = 0.1F;       ///< 0..1, weaker detections only keep tracks alive
    float plate_score = 0.3F;        ///< 0..1
    std::vector<std::string> labels; ///< of objects; empty: all the model knows
    bool want_objects = true;
    bool want_plates = true;
    double shadow_share = 0.1; ///< 0..1 of one core, for shadow models
    int object_lanes = 1;      ///< copies of the object detectors, to look at pictures side by side
    vision::PlateFinderOptions finder;
};

/// The models of one pipeline, loaded. Thread-compatible like the engines in it.
struct ModelSet {
    using Lane = std::vector<std::unique_ptr<vision::Detector>>;
    std::vector<Lane> objects; ///< each lane with detectors of its own; none if the folder has none
    std::unique_ptr<vision::PlateFinder> plates; ///< null if it lacks a detector or a reader
    /// What the plate reader confuses, where that was measured; null: by the shape of the signs.
    std::shared_ptr<const vision::SignConfusion> confusion;
    std::vector<domain::ModelUse> used;
};

/// In place of a model's id: the task is done without one.
inline constexpr std::string_view kNoModel = "none";

/// The manifest for a task: the wanted one, else the one with the highest preference among those
/// that need not be named (Manifest::is_network_copyleft()).
/// \return not_found naming what there is; a null pointer if kNoModel is wanted, or if nothing of
/// the task is there and none was wanted.
Result<const infer::Manifest*> choose_manifest(const std::vector<infer::Manifest>& manifests,
                                               const std::string& task,
                                               const std::map<std::string, std::string>& wanted);

/// What a person asks for on the command line: words "TASK=ID".
/// \param example  for the message: "ocr=cct-xs-v1"
/// \return invalid_argument naming the word that is none
[[nodiscard]] Result<std::map<std::string, std::string>>
parse_wanted_models(const std::vector<std::string>& words, const std::string& example);

/// The back-ends that this binary has, fastest first, as one fall-back chain.
[[nodiscard]] std::vector<infer::EngineChoice> default_chain(const Environment& environment);

/// Loads by that chain. The environment is borrowed and must outlive it.
[[nodiscard]] infer::ModelLoader default_loader(const Environment& environment);

/// The models of the folder, and those that are live from elsewhere: one that can't be read there
/// is left out, with a warning. \return errors of the folder
Result<std::vector<infer::Manifest>> known_manifests(const ModelSetOptions& options, Log& log);

/// Who may do a task, best first: the wanted one alone; else the live one and after it, for the
/// case that it can't be loaded, the others by preference; else the preferred one alone. A live
/// model that is gone or has other weights than were promoted is passed over, with a warning.
/// \return as choose_manifest(); empty where that has none; not_found, data_loss if nothing is
/// passed
///   over (ModelSetOptions::live_or_none)
Result<std::vector<const infer::Manifest*>> line_for(const std::vector<infer::Manifest>& manifests,
                                                     const std::string& task,
                                                     const ModelSetOptions& options, Log& log);

/// A live model that can't be loaded doesn't stop the program, unless it is asked to: the log has a
/// warning, and the next in line is used. \return errors of the manifests and of loading, naming
/// the model.
Result<ModelSet> load_model_set(const ModelSetOptions& options, const Environment& environment);

/// The forms of plates, for what the reader of `models` confuses.
Result<vision::PlateGrammars> grammars_for(const ModelSet& models);

} // namespace vedette::app
