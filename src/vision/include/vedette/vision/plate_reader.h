#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/registry.h"
#include "vedette/base/result.h"
#include "vedette/domain/plate.h"
#include "vedette/imaging/image_view.h"
#include "vedette/infer/model_loader.h"

namespace vedette::vision {

/// Reads the text of straightened plate crops.
///
/// Thread-compatible. Gives text, confidence and characters; corners, detection_score and height_px
/// are the caller's.
class PlateReader {
public:
    virtual ~PlateReader() = default;
    /// \param crops each holds one plate, any format and size. \return one read per crop, in order.
    [[nodiscard]] virtual Result<std::vector<domain::PlateRead>>
    read(std::span<const imaging::ImageView> crops) = 0;
    /// How many lines of text it reads in one crop; a plate with more is given to it in one line.
    [[nodiscard]] virtual int most_lines() const { return 2; }
    [[nodiscard]] virtual const std::string& model_id() const = 0;
};

/// The manifest's `decoder` -> factory: fixed-slot, ctc, tesseract.
using PlateReaderRegistry =
    Registry<PlateReader, const infer::Manifest&, const infer::ModelLoader&>;

Status register_builtin_ocr(PlateReaderRegistry& registry);

} // namespace vedette::vision
