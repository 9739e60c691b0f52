#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/environment.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/eval/detection_metrics.h"

namespace vedette::app {

/// Label -> what it is taken for.
using Renames = std::map<std::string, std::string>;

/// Which detector: of a task the one with this id, or the preferred one.
struct DetectorChoice {
    std::string task = "object";
    std::string id; ///< "yolox-nano" or "yolox-nano@1"; empty: by preference
};

/// From what was written as TASK=ID: at most one. \return invalid_argument for another form, for
/// several, or for a task whose models find nothing.
[[nodiscard]] Result<DetectorChoice> choose_detector(const std::vector<std::string>& words);

struct LoadedDetector {
    std::string task;
    std::unique_ptr<vision::Detector> detector;
    std::vector<std::string> labels; ///< what it can say, renamed
};

/// Loads detectors that say all they see, even with hardly any score, in renamed labels. Labels
/// that become one are one to the detector too: it reduces their overlapping boxes to one. Borrows
/// what it is made of.
class DetectorShop {
public:
    DetectorShop(const std::filesystem::path& folder, const Renames& renames,
                 const Environment& environment)
        : folder_{folder}, renames_{renames}, environment_{environment} {}

    /// \return not_found naming the models there are; errors of loading.
    [[nodiscard]] Result<LoadedDetector> load(const DetectorChoice& choice) const;

private:
    const std::filesystem::path& folder_;
    const Renames& renames_;
    const Environment& environment_;
};

/// From words like "van=car". \return invalid_argument for another form, or if a label is renamed
/// twice.
[[nodiscard]] Result<Renames> parse_renames(const std::vector<std::string>& words);
void rename_labels(std::vector<vision::LabelledBox>& boxes, const Renames& renames);

/// What an evaluation leaves out.
class Ignored {
public:
    /// \param words  each the name of a file (see vision::load_ignored_parts()) or else a label.
    /// \return the files' errors.
    [[nodiscard]] static Result<Ignored> read(const std::vector<std::string>& words);
    /// Makes boxes of the labels ignored, whatever is found there, and adds the picture's parts.
    /// Parts belong to a picture by its name.
    void apply(const std::filesystem::path& picture, std::vector<vision::LabelledBox>& boxes) const;

private:
    std::set<std::string> labels_;
    std::map<std::string, std::vector<vision::LabelledBox>> parts_; ///< by the picture's name
};

/// The pictures of a folder by name. \return not_found if there are none.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
pictures_in(const std::filesystem::path& folder);

} // namespace vedette::app
