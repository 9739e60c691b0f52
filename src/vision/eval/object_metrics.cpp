#include "vedette/vision/eval/object_metrics.h"

namespace vedette::vision {

void ObjectTally::add(const LabelledPicture& truth, std::span<const FoundBox> found) {
    const std::vector<LabelledBox>& boxes = truth.boxes;
    std::vector<bool> taken(boxes.size(), false);
    bool nothing_else = true;
    for (const FoundBox& one : found) {
        std::size_t best = boxes.size();
        double best_iou = least_iou_;
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            const double overlap = iou(boxes[i].box, one.box);
            if (!taken[i] && !boxes[i].ignored && boxes[i].label == one.label &&
                overlap >= best_iou) {
                best = i;
                best_iou = overlap;
            }
        }
        if (best < boxes.size())
            taken[best] = true;
        else if (!lies_in_ignored(boxes, one.box, one.label))
            nothing_else = false;
    }
    for (std::size_t i = 0; i < boxes.size(); ++i)
        if (!boxes[i].ignored)
            things_.push_back(taken[i]);
    nothing_else_.push_back(nothing_else);
}

} // namespace vedette::vision
