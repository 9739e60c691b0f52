#include "app/commands/eval_objects/setup.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/model_set.h"
#include "vedette/media/picture.h"

namespace vedette::app {
namespace {

/// Enough for the low end of a curve; below it there is noise alone.
constexpr float kLeastScore = 0.01F;
constexpr std::array<std::string_view, 3> kTasks{"object", "plate", "face"};

/// "left=right", both not empty.
std::optional<std::pair<std::string, std::string>> pair_of(const std::string& word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size())
        return std::nullopt;
    return std::pair{word.substr(0, equals), word.substr(equals + 1)};
}

std::string renamed(const std::string& label, const Renames& renames) {
    const auto found = renames.find(label);
    return found == renames.end() ? label : found->second;
}

} // namespace

Result<DetectorChoice> choose_detector(const std::vector<std::string>& words) {
    if (words.empty())
        return DetectorChoice{};
    const auto pair = pair_of(words.front());
    if (!pair || words.size() > 1)
        return Error{ErrorCode::invalid_argument,
                     "--model " + words.back() +
                         ": write one TASK=ID, like object=yolox-nano; another model goes to "
                         "--against"};
    if (std::find(kTasks.begin(), kTasks.end(), pair->first) == kTasks.end())
        return Error{ErrorCode::invalid_argument,
                     "--model " + words.front() + ": models for " + pair->first +
                         " find nothing; those for object, plate and face do"};
    return DetectorChoice{pair->first, pair->second};
}

Result<LoadedDetector> DetectorShop::load(const DetectorChoice& choice) const {
    VEDETTE_TRY(const auto manifests, infer::load_manifests(folder_));
    std::map<std::string, std::string> wanted;
    if (!choice.id.empty())
        wanted[choice.task] = choice.id;
    VEDETTE_TRY(const infer::Manifest* found, choose_manifest(manifests, choice.task, wanted));
    if (found == nullptr)
        return Error{ErrorCode::not_found, "no model for " + choice.task + " in " +
                                               folder_.string() + "; see vedette models list"};
    infer::Manifest manifest = *found;
    for (std::string& label : manifest.labels)
        label = renamed(label, renames_);
    VEDETTE_TRY(auto detector,
                vision::load_detector(environment_.registries.detectors, manifest,
                                      {.min_score = kLeastScore}, default_loader(environment_)));
    return LoadedDetector{choice.task, std::move(detector), std::move(manifest.labels)};
}

Result<Renames> parse_renames(const std::vector<std::string>& words) {
    Renames out;
    for (const std::string& word : words) {
        const auto pair = pair_of(word);
        if (!pair || !out.insert(*pair).second)
            return Error{ErrorCode::invalid_argument,
                         "--map " + word + ": write each label once, like van=car"};
    }
    return out;
}

void rename_labels(std::vector<vision::LabelledBox>& boxes, const Renames& renames) {
    for (vision::LabelledBox& one : boxes)
        one.label = renamed(one.label, renames);
}

Result<Ignored> Ignored::read(const std::vector<std::string>& words) {
    Ignored out;
    for (const std::string& word : words) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(word, ignored)) {
            out.labels_.insert(word);
            continue;
        }
        VEDETTE_TRY(const auto pictures, vision::load_ignored_parts(word));
        for (const vision::LabelledPicture& picture : pictures) {
            auto& parts = out.parts_[picture.file.filename().string()];
            parts.insert(parts.end(), picture.boxes.begin(), picture.boxes.end());
        }
    }
    return out;
}

void Ignored::apply(const std::filesystem::path& picture,
                    std::vector<vision::LabelledBox>& boxes) const {
    for (vision::LabelledBox& one : boxes)
        if (labels_.contains(one.label))
            one = {one.box, "", true};
    if (const auto parts = parts_.find(picture.filename().string()); parts != parts_.end())
        boxes.insert(boxes.end(), parts->second.begin(), parts->second.end());
}

Result<std::vector<std::filesystem::path>> pictures_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        if (media::looks_like_picture(entry.path()))
            out.push_back(entry.path());
    if (error)
        return Error{ErrorCode::not_found,
                     "cannot list " + folder.string() + ": " + error.message()};
    if (out.empty())
        return Error{ErrorCode::not_found, folder.string() + " holds no pictures"};
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace vedette::app
