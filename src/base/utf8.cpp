#include "vedette/base/utf8.h"

#include <cstddef>
#include <cstdint>

namespace vedette {
namespace {

/// Bytes of the sequence that starts with `lead`; 0 for a byte that starts none.
std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80U)
        return 1;
    if (lead >= 0xC2U && lead <= 0xDFU)
        return 2;
    if (lead >= 0xE0U && lead <= 0xEFU)
        return 3;
    return lead >= 0xF0U && lead <= 0xF4U ? 4 : 0;
}

bool is_scalar(char32_t point, std::size_t length) {
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    return point >= kLeast[length] && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

} // namespace

std::u32string decode_utf8(std::string_view text) {
    std::u32string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = sequence_length(lead);
        if (length == 0 || at + length > text.size()) {
            ++at;
            continue;
        }
        char32_t point = length == 1 ? lead : lead & (0x7FU >> length);
        bool whole = true;
        for (std::size_t i = 1; i < length; ++i) {
            const auto byte = static_cast<unsigned char>(text[at + i]);
            whole = whole && (byte & 0xC0U) == 0x80U;
            point = (point << 6U) | (byte & 0x3FU);
        }
        if (!whole || !is_scalar(point, length)) {
            ++at;
            continue;
        }
        out.push_back(point);
        at += length;
    }
    return out;
}

void append_utf8(std::string& to, char32_t point) {
    const auto byte = [&to](char32_t value) {
        to.push_back(static_cast<char>(static_cast<std::uint8_t>(value)));
    };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0 | (point >> 6U));
        byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        byte(0xE0 | (point >> 12U));
        byte(0x80 | ((point >> 6U) & 0x3F));
        byte(0x80 | (point & 0x3F));
    } else {
        byte(0xF0 | (point >> 18U));
        byte(0x80 | ((point >> 12U) & 0x3F));
        byte(0x80 | ((point >> 6U) & 0x3F));
        byte(0x80 | (point & 0x3F));
    }
}

std::string encode_utf8(std::u32string_view points) {
    std::string out;
    for (const char32_t point : points)
        append_utf8(out, point);
    return out;
}

} // namespace vedette
