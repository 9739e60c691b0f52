#include "following/confusion.h"

#include <array>
#include <cstddef>

namespace vedette::analysis {
namespace {

struct Pair {
    char one;
    char other;
    double rate; ///< either way
};

/// Of one sign of a read that is wrong somewhere.
constexpr std::array kPairs{
    Pair{'0', 'O', 0.02},  Pair{'0', 'D', 0.008}, Pair{'0', 'Q', 0.008}, Pair{'O', 'D', 0.008},
    Pair{'O', 'Q', 0.012}, Pair{'D', 'Q', 0.004}, Pair{'1', 'I', 0.02},  Pair{'1', 'L', 0.006},
    Pair{'I', 'L', 0.006}, Pair{'1', '7', 0.006}, Pair{'2', 'Z', 0.012}, Pair{'5', 'S', 0.015},
    Pair{'6', 'G', 0.01},  Pair{'8', 'B', 0.015}, Pair{'3', '8', 0.005}, Pair{'6', '8', 0.005},
    Pair{'C', 'G', 0.005}, Pair{'E', 'F', 0.004}, Pair{'M', 'N', 0.004}, Pair{'U', 'V', 0.005},
    Pair{'V', 'Y', 0.004}, Pair{'P', 'R', 0.004}, Pair{'H', 'N', 0.003}, Pair{'H', 'M', 0.003},
    Pair{'0', 'C', 0.003}, Pair{'4', 'A', 0.004}, Pair{'K', 'X', 0.003}, Pair{'7', 'T', 0.003},
    Pair{'9', '8', 0.003}, Pair{'3', '5', 0.003}, Pair{'J', 'U', 0.003}, Pair{'7', 'Z', 0.003}};
constexpr double kAnySign = 0.0005;
constexpr double kLostOrAdded = 0.001;

bool one_lost(std::string_view longer, std::string_view shorter) {
    std::size_t i = 0;
    while (i < shorter.size() && longer[i] == shorter[i])
        ++i;
    return longer.substr(i + 1) == shorter.substr(i);
}

} // namespace

double confusion_rate(char truth, char read) noexcept {
    for (const Pair& pair : kPairs)
        if ((pair.one == truth && pair.other == read) || (pair.one == read && pair.other == truth))
            return pair.rate;
    return truth == read ? 1 : kAnySign;
}

double misread_chance(std::string_view truth, std::string_view text) {
    if (truth.size() == text.size() + 1)
        return one_lost(truth, text) ? kLostOrAdded : 0;
    if (text.size() == truth.size() + 1)
        return one_lost(text, truth) ? kLostOrAdded : 0;
    if (truth.size() != text.size())
        return 0;
    double chance = 0;
    int different = 0;
    for (std::size_t i = 0; i < truth.size() && different < 2; ++i)
        if (truth[i] != text[i]) {
            ++different;
            chance = confusion_rate(truth[i], text[i]);
        }
    return different == 1 ? chance : 0;
}

void each_confusable(std::string_view text,
                     const std::function<void(const std::string& plate, std::size_t place)>& take) {
    std::string plate{text};
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const Pair& pair : kPairs) {
            if (pair.one != text[i] && pair.other != text[i])
                continue;
            plate[i] = pair.one == text[i] ? pair.other : pair.one;
            take(plate, i);
        }
        plate[i] = text[i];
    }
}

} // namespace vedette::analysis
