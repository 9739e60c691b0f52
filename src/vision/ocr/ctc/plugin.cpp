#include "ocr/ctc/decoder.h"
#include "ocr/engine_reader.h"

namespace vedette::vision {

Status register_ctc(PlateReaderRegistry& registry);
Status register_ctc(PlateReaderRegistry& registry) {
    return add_engine_reader(registry, "ctc", make_ctc_decoder);
}

} // namespace vedette::vision
