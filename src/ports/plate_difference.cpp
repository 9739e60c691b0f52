#include "plate_difference.h"

#include <algorithm>
#include <tuple>

#include "vedette/base/utf8.h"

namespace vedette::ports {
namespace {

/// One number per cell, so that less is better: edits first, then confusions.
constexpr int kEdit = 1000;

int cost(char32_t typed, char32_t read) noexcept {
    if (typed == read)
        return 0;
    return fold_confusable(typed) == fold_confusable(read) ? 1 : kEdit;
}

/// Least costs of making the first i typed signs the first j read ones.
class CostTable {
public:
    CostTable(std::u32string_view typed, std::u32string_view read)
        : columns_{read.size() + 1}, cells_((typed.size() + 1) * columns_) {
        for (std::size_t i = 0; i <= typed.size(); ++i)
            for (std::size_t j = 0; j <= read.size(); ++j)
                at(i, j) = least(typed, read, i, j);
    }
    [[nodiscard]] int& at(std::size_t i, std::size_t j) { return cells_[i * columns_ + j]; }

private:
    int least(std::u32string_view typed, std::u32string_view read, std::size_t i, std::size_t j) {
        if (i == 0 || j == 0)
            return static_cast<int>(i + j) * kEdit;
        return std::min({at(i - 1, j) + kEdit, at(i, j - 1) + kEdit,
                         at(i - 1, j - 1) + cost(typed[i - 1], read[j - 1])});
    }
    std::size_t columns_;
    std::vector<int> cells_;
};

} // namespace

char32_t fold_confusable(char32_t sign) noexcept {
    switch (sign) { // a table would be read from memory for every sign of millions of plates
    case U'O':
    case U'Q':
    case U'D': return U'0';
    case U'I': return U'1';
    case U'Z': return U'2';
    case U'S': return U'5';
    case U'G': return U'6';
    case U'B': return U'8';
    default: return sign;
    }
}

char32_t first_sign(std::string_view text) noexcept {
    const auto byte = [text](std::size_t at) -> char32_t {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const char32_t lead = byte(0);
    const auto tail = [&](std::size_t at) { return byte(at) & 0x3FU; };
    if (lead < 0x80)
        return text.empty() ? U'\uFFFD' : lead;
    if (text.size() == 2 && lead < 0xE0)
        return ((lead & 0x1FU) << 6U) | tail(1);
    if (text.size() == 3 && lead < 0xF0)
        return ((lead & 0x0FU) << 12U) | (tail(1) << 6U) | tail(2);
    if (text.size() == 4)
        return ((lead & 0x07U) << 18U) | (tail(1) << 12U) | (tail(2) << 6U) | tail(3);
    return U'\uFFFD';
}

PlateDifference difference(std::string_view typed, std::string_view read) {
    const std::u32string from = decode_utf8(typed);
    const std::u32string to = decode_utf8(read);
    CostTable costs{from, to};
    PlateDifference out;
    std::size_t i = from.size();
    std::size_t j = to.size();
    out.edits = costs.at(i, j) / kEdit;
    while (i > 0 && j > 0) {
        const int here = costs.at(i, j);
        const int replaced = cost(from[i - 1], to[j - 1]);
        if (here == costs.at(i - 1, j - 1) + replaced) {
            if (replaced == 1)
                out.confusions.emplace_back(from[i - 1], to[j - 1]);
            --i;
            --j;
        } else if (here == costs.at(i - 1, j) + kEdit) {
            --i;
        } else {
            --j;
        }
    }
    std::reverse(out.confusions.begin(), out.confusions.end());
    return out;
}

bool is_nearer(const PlateDifference& a, const PlateDifference& b) noexcept {
    return std::tuple{a.edits, a.confusions.size()} < std::tuple{b.edits, b.confusions.size()};
}

std::string in_words(const PlateDifference& difference, std::string_view read) {
    std::vector<std::string> parts;
    if (difference.edits > 0)
        parts.push_back(std::to_string(difference.edits) +
                        (difference.edits == 1 ? " edit" : " edits"));
    for (const auto& [typed, seen] : difference.confusions) {
        std::string part;
        append_utf8(part, typed);
        part += " read as ";
        append_utf8(part, seen);
        if (std::find(parts.begin(), parts.end(), part) == parts.end())
            parts.push_back(std::move(part));
    }
    std::string words;
    for (const std::string& part : parts)
        words += (words.empty() ? "" : ", ") + part;
    if (difference.edits > 0)
        words += ": " + std::string{read};
    return words;
}

} // namespace vedette::ports
