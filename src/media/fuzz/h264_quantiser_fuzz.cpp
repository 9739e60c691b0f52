// Whatever a camera sends as H.264, its quantiser is in its range or not told, and reading it ends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "h264/slice_quantiser.h"

/// Units, each with its length in two bytes before it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::span<const std::uint8_t> rest{data, size};
    vedette::media::h264::SliceQuantiser quantiser;
    while (rest.size() > 2) {
        const std::size_t wanted = std::size_t{rest[0]} << 8U | rest[1];
        rest = rest.subspan(2);
        const auto unit = rest.first(std::min(wanted, rest.size()));
        const auto found = quantiser.read(unit);
        if (found && (*found < -36 || *found > 51))
            std::abort();
        rest = rest.subspan(unit.size());
    }
    return 0;
}
