#include "traffic/plate_maker.h"

#include <array>
#include <string_view>

namespace vedette::analysis {
namespace {

/// A: letter, 9: digit, B: letter of those that a country uses where some are left out, ?: perhaps
/// one more letter, #: perhaps one more digit; all else stands for itself.
struct Form {
    std::string_view pattern;
    int weight;
};

constexpr std::array<Form, 14> kForms{{
    {"A?AB99#", 18}, // Germany, one- and two-letter districts
    {"A??AB999#", 22},
    {"AAB999", 6},
    {"AA99AAA", 6},  // Great Britain
    {"AA999AA", 12}, // France, Italy
    {"99AAA9", 4},   // the Netherlands
    {"A999AA", 4},
    {"AA9999#", 6}, // Poland
    {"AAA9999", 5},
    {"9999BBB", 4}, // Spain
    {"9A99999", 4}, // Czechia
    {"W9999#A", 4}, // Austria, Vienna
    {"1AAA999", 3}, // Belgium
    {"AAA999", 2},  // Sweden, Hungary
}};
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kConsonants = "BCDFGHJKLMNPRSTVWXYZ";
constexpr std::string_view kDigits = "0123456789";

const Form& form_by_weight(Random& random) {
    int total = 0;
    for (const Form& form : kForms)
        total += form.weight;
    int left = static_cast<int>(random.below(static_cast<std::uint64_t>(total)));
    for (const Form& form : kForms) {
        left -= form.weight;
        if (left < 0)
            return form;
    }
    return kForms.front();
}

/// Adds one to the last run of digits. \return false where all are nines.
bool count_up(std::string& plate) {
    std::size_t at = plate.find_last_of(kDigits);
    for (; at != std::string::npos && plate[at] >= '0' && plate[at] <= '9'; --at) {
        if (plate[at] != '9') {
            ++plate[at];
            return true;
        }
        plate[at] = '0';
        if (at == 0)
            break;
    }
    return false;
}

} // namespace

std::string PlateMaker::draw() {
    const auto one_of = [this](std::string_view signs) {
        return signs[random_.index(signs.size())];
    };
    std::string plate;
    for (const char c : form_by_weight(random_).pattern) {
        switch (c) {
        case 'A': plate += one_of(kLetters); break;
        case 'B': plate += one_of(kConsonants); break;
        case '9': plate += one_of(kDigits); break;
        case '?':
            if (random_.chance(0.5))
                plate += one_of(kLetters);
            break;
        case '#':
            if (random_.chance(0.5))
                plate += one_of(kDigits);
            break;
        default: plate += c;
        }
    }
    return plate;
}

std::string PlateMaker::next() {
    for (;;) {
        std::string plate = draw();
        if (given_.insert(plate).second)
            return plate;
    }
}

std::string PlateMaker::next_of_fleet() {
    constexpr double kNewFleet = 0.05;
    while (!fleet_.empty() && !random_.chance(kNewFleet) && count_up(fleet_))
        if (given_.insert(fleet_).second)
            return fleet_;
    fleet_ = next();
    return fleet_;
}

} // namespace vedette::analysis
