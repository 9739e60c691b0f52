#include "vedette/domain/plate_text.h"

#include <algorithm>

#include "vedette/base/utf8.h"

namespace vedette::domain {
namespace {

char32_t upper(char32_t c) {
    if ((c >= U'a' && c <= U'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7))
        return c - 0x20; // ASCII, Latin-1
    if (c == 0xFF)
        return 0x178; // ÿ
    if (c >= 0x100 && c <= 0x137)
        return c & ~char32_t{1}; // Latin extended-A in pairs: even is upper
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
        return c % 2 == 0 ? c - 1 : c; // odd is upper
    if (c >= 0x14A && c <= 0x177)
        return c & ~char32_t{1};
    if (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2)
        return c - 0x20; // Greek
    if (c >= 0x430 && c <= 0x44F)
        return c - 0x20; // Cyrillic
    if (c >= 0x450 && c <= 0x45F)
        return c - 0x50;
    return c;
}

/// Full-width forms, as East Asian input methods write them, are the same signs.
char32_t narrow(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

bool is_sign(char32_t c) {
    if (c < 0x80)
        return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z');
    if (c < 0xC0 || c == 0xD7 || c == 0xF7)
        return false; // controls and punctuation of Latin-1, × and ÷
    struct Range {
        char32_t first, last;
    };
    constexpr Range kNoSigns[] = {{0x2B0, 0x36F},   {0x2000, 0x2BFF}, {0x3000, 0x303F},
                                  {0xE000, 0xF8FF}, {0xFE00, 0xFE6F}, {0xFF00, 0xFFFF}};
    return std::none_of(std::begin(kNoSigns), std::end(kNoSigns),
                        [c](const Range& range) { return c >= range.first && c <= range.last; });
}

} // namespace

std::string normalize_plate(std::string_view text) {
    std::string out;
    for (const char32_t point : decode_utf8(text)) {
        const char32_t sign = upper(narrow(point));
        if (is_sign(sign))
            append_utf8(out, sign);
    }
    return out;
}

std::string fold_plate(std::string_view normalized) {
    std::string out{normalized};
    std::replace(out.begin(), out.end(), 'O', '0');
    std::replace(out.begin(), out.end(), 'I', '1');
    return out;
}

} // namespace vedette::domain
