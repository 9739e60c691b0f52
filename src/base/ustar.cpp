#include "vedette/base/ustar.h"

#include "vedette/base/assert.h"

namespace vedette {
namespace {

constexpr std::size_t kModeAt = 100;
constexpr std::size_t kUidAt = 108;
constexpr std::size_t kGidAt = 116;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kTimeAt = 136;
constexpr std::size_t kSumAt = 148;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kMajorAt = 329;
constexpr std::size_t kMinorAt = 337;
constexpr std::uint64_t kLargestOctal = 077777777777; ///< eleven digits

void put(std::string& header, std::size_t at, std::string_view bytes) {
    header.replace(at, bytes.size(), bytes);
}

/// Octal digits with a NUL behind them.
void put_number(std::string& header, std::size_t at, std::size_t width, std::uint64_t value) {
    for (std::size_t i = width - 1; i-- > 0; value /= 8)
        header[at + i] = static_cast<char>('0' + value % 8);
}

void put_size(std::string& header, std::uint64_t bytes) {
    if (bytes <= kLargestOctal)
        return put_number(header, kSizeAt, 12, bytes);
    header[kSizeAt] = static_cast<char>(0x80);
    for (std::size_t i = 0; i < sizeof bytes; ++i)
        header[kSizeAt + 11 - i] = static_cast<char>(bytes >> (8 * i) & 0xFFU);
}

} // namespace

std::string ustar_header(std::string_view name, std::uint64_t bytes, std::chrono::seconds changed) {
    VEDETTE_ASSERT(name.size() <= kUstarName_bytes && changed.count() >= 0);
    std::string header(kUstarBlock_bytes, '\0');
    put(header, 0, name);
    put_number(header, kModeAt, 8, 0600);
    put_number(header, kUidAt, 8, 0);
    put_number(header, kGidAt, 8, 0);
    put_size(header, bytes);
    put_number(header, kTimeAt, 12, static_cast<std::uint64_t>(changed.count()));
    put(header, kTypeAt, "0");
    put(header, kMagicAt, std::string_view{"ustar\00000", 8});
    put_number(header, kMajorAt, 8, 0);
    put_number(header, kMinorAt, 8, 0);
    put(header, kSumAt, "        "); // the sum is of a header without its sum
    std::uint64_t sum = 0;
    for (const char byte : header)
        sum += static_cast<unsigned char>(byte);
    put_number(header, kSumAt, 7, sum);
    header[kSumAt + 6] = '\0';
    return header;
}

} // namespace vedette
