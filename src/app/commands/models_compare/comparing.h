#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/lifecycle/model_comparison.h"
#include "app/model_set.h"
#include "vedette/infer/manifest.h"

namespace vedette::app {

/// On what two models are compared, and with whose help.
struct ComparisonWish {
    std::filesystem::path folder;     ///< with labels.tsv, see load_plate_pictures() and
                                      ///< load_labelled_pictures()
    ModelSetOptions models;           ///< a finder needs a reader, and the other way round
    std::vector<std::string> regions; ///< plate grammars; empty: all
    std::size_t limit = 0;            ///< only so many pictures; 0: all
};

/// What came of it.
struct ComparisonReport {
    ModelComparison comparison;
    long pictures = 0;
    std::vector<std::string> unreadable; ///< pictures that neither could look at, a line each
};

/// Both models on every picture, one after the other. A label counts as right if the thing is found
/// (object, plate: at least half of both boxes together lies in both), or if the plate's text, as
/// the grammars resolve it, is right letter by letter (ocr). \return invalid_argument for models of
/// different or other tasks, and for a folder without labels
///   for this one; errors of the models and the labels; cancelled
[[nodiscard]] Result<ComparisonReport> compare_models(const infer::Manifest& first,
                                                      const infer::Manifest& second,
                                                      const ComparisonWish& wish,
                                                      const Environment& environment);

} // namespace vedette::app
