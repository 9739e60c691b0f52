// Whatever lies where a segment or its table of fragments should be is refused, or gives fragments
// that follow each other within the file.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mp4_scan.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

void must(bool holds) {
    if (!holds)
        std::abort();
}

void check_order(const recording::FragmentTable& table) {
    std::uint64_t end = table.head_bytes;
    for (const media::SegmentFragment& one : table.fragments) {
        must(one.offset >= end);
        must(one.from.count() >= 0 && one.length.count() >= 0);
        end = one.offset + one.bytes;
    }
}

void scan(std::string_view file) {
    const auto read = [file](std::uint64_t offset,
                             std::span<std::byte> into) -> Result<std::size_t> {
        const std::size_t from = std::min<std::size_t>(offset, file.size());
        const std::size_t count = std::min(into.size(), file.size() - from);
        std::copy_n(reinterpret_cast<const std::byte*>(file.data()) + from, count, into.begin());
        return count;
    };
    const auto table = recording::scan_mp4(read, file.size());
    if (!table)
        return;
    check_order(*table);
    if (!table->fragments.empty())
        must(table->fragments.back().offset + table->fragments.back().bytes <= file.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    scan(bytes);
    if (const auto table = recording::fragments_from(bytes)) {
        check_order(*table);
        must(recording::fragments_from(recording::to_bytes(*table)).value() == *table);
    }
    return 0;
}
