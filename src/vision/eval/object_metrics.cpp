#include "vedette/vision/eval/object_metrics.h"

#include <map>
#include <optional>

#include "eval/label_table.h"

namespace vedette::vision {

Result<std::vector<ObjectPicture>> load_object_pictures(const std::filesystem::path& folder) {
    VEDETTE_TRY(const LabelTable table, LabelTable::load(folder / "labels.tsv"));
    std::vector<ObjectPicture> pictures;
    std::map<std::filesystem::path, std::size_t> index;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto [where, is_new] = index.try_emplace(table.picture(row), pictures.size());
        if (is_new)
            pictures.push_back({table.picture(row), {}});
        VEDETTE_TRY(const std::optional<PixelBox> box, table.box(row));
        std::string label = table.field(row, "label");
        if (box.has_value() == label.empty())
            return table.wrong(row, "has a box without a label, or a label without a box");
        if (box)
            pictures[where->second].things.push_back({*box, std::move(label)});
    }
    return pictures;
}

void ObjectTally::add(const ObjectPicture& truth, std::span<const LabelledBox> found) {
    std::vector<bool> taken(truth.things.size(), false);
    bool nothing_else = true;
    for (const LabelledBox& box : found) {
        std::size_t best = truth.things.size();
        double best_iou = least_iou_;
        for (std::size_t i = 0; i < truth.things.size(); ++i) {
            const double overlap = iou(truth.things[i].box, box.box);
            if (!taken[i] && truth.things[i].label == box.label && overlap >= best_iou) {
                best = i;
                best_iou = overlap;
            }
        }
        if (best == truth.things.size())
            nothing_else = false;
        else
            taken[best] = true;
    }
    things_.insert(things_.end(), taken.begin(), taken.end());
    nothing_else_.push_back(nothing_else);
}

} // namespace vedette::vision
