#include "detect/glyph_row/detector.h"

namespace vedette::vision {

Status register_glyph_row(DetectorRegistry& registry);
Status register_glyph_row(DetectorRegistry& registry) {
    return registry.add("glyph_row", [](const infer::Manifest& manifest,
                                        const DetectorOptions& options, const infer::ModelLoader&) {
        return make_glyph_row_detector(manifest, options);
    });
}

} // namespace vedette::vision
