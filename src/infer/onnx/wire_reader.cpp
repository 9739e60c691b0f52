#include "onnx/wire_reader.h"

namespace vedette::infer {
namespace {

enum class WireType : std::uint64_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

} // namespace

std::optional<WireReader::Field> WireReader::damaged() {
    ok_ = false;
    rest_ = {};
    return std::nullopt;
}

std::optional<std::uint64_t> WireReader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
        const auto byte = std::to_integer<std::uint64_t>(rest_.front());
        rest_ = rest_.subspan(1);
        value |= (byte & 0x7FU) << shift;
        if ((byte & 0x80U) == 0)
            return value;
    }
    return std::nullopt;
}

std::optional<std::span<const std::byte>> WireReader::take(std::uint64_t count) {
    if (count > rest_.size())
        return std::nullopt;
    const auto taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(taken.size());
    return taken;
}

std::optional<WireReader::Field> WireReader::next() {
    if (rest_.empty())
        return std::nullopt;
    const auto all = rest_;
    const auto whole = [&] { return all.first(all.size() - rest_.size()); };
    const auto tag = number();
    if (!tag || (*tag >> 3U) == 0 || (*tag >> 3U) > 0x1FFFFFFFU)
        return damaged();
    Field field{.number = static_cast<std::uint32_t>(*tag >> 3U),
                .is_number = false,
                .value = 0,
                .bytes = {},
                .whole = {}};
    const auto type = static_cast<WireType>(*tag & 7U);
    if (type == WireType::varint) {
        const auto value = number();
        field.is_number = true;
        field.value = value.value_or(0);
        field.whole = whole();
        return value ? std::optional{field} : damaged();
    }
    std::optional<std::uint64_t> length;
    if (type == WireType::length_delimited)
        length = number();
    else if (type == WireType::fixed64 || type == WireType::fixed32)
        length = type == WireType::fixed64 ? 8 : 4;
    const auto bytes = length ? take(*length) : std::nullopt;
    if (!bytes)
        return damaged();
    field.bytes = *bytes;
    field.whole = whole();
    return field;
}

} // namespace vedette::infer
