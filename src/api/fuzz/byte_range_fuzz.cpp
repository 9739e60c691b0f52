// Whatever stands in a field Range gives the whole, nothing, or bytes that are there.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "byte_range.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vedette::api; // NOLINT(google-build-using-namespace): a program of its own
    const std::string_view field{reinterpret_cast<const char*>(data), size};
    for (const std::uint64_t bytes : {0ULL, 1ULL, 1'000ULL, ~0ULL}) {
        const ByteRange range = read_range(field, bytes);
        const bool sane =
            range.kind != ByteRange::Kind::part ||
            (range.bytes > 0 && range.from < bytes && range.bytes <= bytes - range.from);
        if (!sane)
            std::abort();
    }
    return 0;
}
