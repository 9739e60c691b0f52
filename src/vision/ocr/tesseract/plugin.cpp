#include "ocr/tesseract/reader.h"

namespace vedette::vision {

Status register_tesseract(PlateReaderRegistry& registry);
Status register_tesseract(PlateReaderRegistry& registry) {
    return registry.add("tesseract",
                        [](const infer::Manifest& manifest, const infer::ModelLoader&) {
                            return make_tesseract_reader(manifest);
                        });
}

} // namespace vedette::vision
