#include "ocr/engine_reader.h"
#include "ocr/fixed_slot/decoder.h"

namespace vedette::vision {

Status register_fixed_slot(PlateReaderRegistry& registry);
Status register_fixed_slot(PlateReaderRegistry& registry) {
    return add_engine_reader(registry, "fixed-slot", make_fixed_slot_decoder);
}

} // namespace vedette::vision
