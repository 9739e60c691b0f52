#include "app/plate_answers.h"

#include <utility>

namespace vedette::app {

domain::PlateText text_of(const domain::PlateRead& read, const vision::PlateGrammars& grammars,
                          const std::vector<std::string>& regions) {
    auto resolution = grammars.resolve(read.characters, regions, read.looks_like);
    domain::PlateText out;
    out.observed = read.text;
    out.normalized = vision::normalize_plate(read.text);
    out.resolved = std::move(resolution.text);
    out.confidence = resolution.confidence;
    out.character_confidence = std::move(resolution.character_confidence);
    out.regions = std::move(resolution.regions);
    out.reads = 1;
    return out;
}

vision::PixelBox pixel_box(const domain::NormBox& box, const imaging::ImageView& picture) {
    const auto width = static_cast<double>(picture.width_px);
    const auto height = static_cast<double>(picture.height_px);
    return {static_cast<double>(box.left) * width, static_cast<double>(box.top) * height,
            static_cast<double>(box.width) * width, static_cast<double>(box.height) * height};
}

} // namespace vedette::app
