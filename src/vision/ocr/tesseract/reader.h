#pragma once

#include <memory>

#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"
#include "vedette/vision/plate_reader.h"

namespace vedette::vision {

/// Reads plates with the Tesseract library and its trained data of the system: no model file is
/// needed.
///
/// Options: language ("eng"), whitelist (default A-Z 0-9), data (folder of *.traineddata; default:
/// the library's own). Confidence: the product of the symbols' confidences, which Tesseract sets
/// too high on short lines; compare reads of this reader only among themselves. \return not_found
/// if the language's data is not there.
[[nodiscard]] Result<std::unique_ptr<PlateReader>>
make_tesseract_reader(const infer::Manifest& manifest);

} // namespace vedette::vision
