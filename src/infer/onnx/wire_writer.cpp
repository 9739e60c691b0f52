#include "onnx/wire_writer.h"

namespace vedette::infer {
namespace {

constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kLengthDelimited = 2;

std::uint64_t tag(std::uint32_t field, std::uint64_t type) {
    return (std::uint64_t{field} << 3U) | type;
}

} // namespace

void WireWriter::varint(std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U)
        bytes_.push_back(static_cast<std::byte>((value & 0x7FU) | 0x80U));
    bytes_.push_back(static_cast<std::byte>(value));
}

void WireWriter::number(std::uint32_t field, std::uint64_t value) {
    varint(tag(field, kVarint));
    varint(value);
}

void WireWriter::bytes(std::uint32_t field, std::span<const std::byte> content) {
    varint(tag(field, kLengthDelimited));
    varint(content.size());
    copy(content);
}

void WireWriter::copy(std::span<const std::byte> whole) {
    bytes_.insert(bytes_.end(), whole.begin(), whole.end());
}

} // namespace vedette::infer
