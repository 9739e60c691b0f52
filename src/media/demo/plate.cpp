#include "demo/plate.h"

namespace vedette::media::demo {
namespace {

/// Letters left out are those that the country avoids because they look like digits.
constexpr std::string_view kGermanLetters = "ABCDEFGHJKLMNPRSTUVWXYZ";
constexpr std::string_view kFrenchLetters = "ABCDEFGHJKLMNPQRSTVWXYZ";
constexpr std::string_view kSpanishLetters = "BCDFGHJKLMNPRSTVWXYZ";
constexpr std::string_view kBritishLetters = "ABCDEFGHJKLMNOPRSTUVWXY";
constexpr std::string_view kAllLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string letters(Random& random, std::string_view from, int count) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out += from[static_cast<std::size_t>(random.below(static_cast<int>(from.size())))];
    return out;
}

/// \param first the lowest digit that may come first
std::string digits(Random& random, int count, int first = 0) {
    std::string out;
    for (int i = 0; i < count; ++i)
        out +=
            static_cast<char>('0' + (i == 0 ? first + random.below(10 - first) : random.below(10)));
    return out;
}

std::string german(Random& random) {
    constexpr std::string_view kDistricts[] = {"B",  "M",  "K",  "F",  "S",  "HH", "KA",
                                               "MZ", "HD", "BN", "DO", "LB", "FR", "KS"};
    const std::string district{random.pick(kDistricts)};
    const int letter_count = 1 + random.below(2);
    const int room = 8 - static_cast<int>(district.size()) - letter_count;
    return district + " " + letters(random, kGermanLetters, letter_count) + " " +
           digits(random, std::min(4, 2 + random.below(room - 1)), 1);
}

std::string polish(Random& random) {
    constexpr std::string_view kDistricts[] = {"WA", "WX", "KR", "PO", "GD",
                                               "DW", "EL", "SK", "LU", "RZ"};
    return std::string{random.pick(kDistricts)} + " " + digits(random, 5, 1);
}

std::string british(Random& random) {
    const int year = 5 + random.below(20);
    const int code = random.chance(0.5F) ? year : year + 50;
    std::string age = std::to_string(code);
    if (age.size() == 1)
        age.insert(0, "0");
    return letters(random, "ABCDEFGHKLMNOPRSVWY", 1) + letters(random, kBritishLetters, 1) + age +
           " " + letters(random, kBritishLetters, 3);
}

std::string shown_text(PlateRegion region, Random& random) {
    switch (region) {
    case PlateRegion::germany: return german(random);
    case PlateRegion::france:
        return letters(random, kFrenchLetters, 2) + "-" + digits(random, 3) + "-" +
               letters(random, kFrenchLetters, 2);
    case PlateRegion::poland: return polish(random);
    case PlateRegion::spain: return digits(random, 4) + " " + letters(random, kSpanishLetters, 3);
    case PlateRegion::great_britain: return british(random);
    case PlateRegion::us_california:
        return digits(random, 1, 5) + letters(random, kGermanLetters, 3) + digits(random, 3);
    case PlateRegion::us_new_york:
        return letters(random, kGermanLetters, 3) + " " + digits(random, 4);
    case PlateRegion::brazil:
        return letters(random, kAllLetters, 3) + digits(random, 1) +
               letters(random, "ABCDEFGHIJ", 1) + digits(random, 2);
    case PlateRegion::argentina:
        return letters(random, "A", 1) + letters(random, kAllLetters, 1) + " " + digits(random, 3) +
               " " + letters(random, kAllLetters, 2);
    }
    return {};
}

} // namespace

std::string_view region_code(PlateRegion region) noexcept {
    switch (region) {
    case PlateRegion::germany: return "de";
    case PlateRegion::france: return "fr";
    case PlateRegion::poland: return "pl";
    case PlateRegion::spain: return "es";
    case PlateRegion::great_britain: return "gb";
    case PlateRegion::us_california: return "us-ca";
    case PlateRegion::us_new_york: return "us-ny";
    case PlateRegion::brazil: return "br-mercosur";
    case PlateRegion::argentina: return "ar-mercosur";
    }
    return "";
}

PlateSize Plate::size() const noexcept {
    switch (region) {
    case PlateRegion::germany:
    case PlateRegion::france:
    case PlateRegion::poland:
    case PlateRegion::spain:
    case PlateRegion::great_britain: return {0.52F, 0.11F};
    case PlateRegion::us_california:
    case PlateRegion::us_new_york: return {0.305F, 0.152F};
    case PlateRegion::brazil:
    case PlateRegion::argentina: return {0.40F, 0.13F};
    }
    return {};
}

Plate random_plate(PlateRegion region, Random& random) {
    Plate plate{region, shown_text(region, random), {}};
    for (const char c : plate.shown)
        if (c != ' ' && c != '-')
            plate.text += c;
    return plate;
}

} // namespace vedette::media::demo
