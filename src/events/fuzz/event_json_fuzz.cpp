// Whatever arrives as an event is refused or comes back the same after being written again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vedette/events/event_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vedette::events;
    const auto event = event_from_json({reinterpret_cast<const char*>(data), size});
    if (!event)
        return 0;
    const std::string once = to_json(*event);
    const auto again = event_from_json(once);
    if (!again || to_json(*again) != once)
        std::abort();
    return 0;
}
