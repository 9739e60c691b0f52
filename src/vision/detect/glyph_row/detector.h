#pragma once

#include <memory>

#include "vedette/base/result.h"
#include "vedette/vision/detector.h"

namespace vedette::vision {

/// Finds plates by the row of dark signs on them: no engine, no weights, one label, four corners.
/// Its score is not a probability: it says how much the row looks like a plate's.
///
/// Options: min_glyphs (4), min_contrast (12 grey levels), max_width (1600: wider pictures are
/// reduced to it). \return invalid_argument for options or labels it can't use.
[[nodiscard]] Result<std::unique_ptr<Detector>>
make_glyph_row_detector(const infer::Manifest& manifest, const DetectorOptions& options);

} // namespace vedette::vision
