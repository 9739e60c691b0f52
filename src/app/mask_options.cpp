#include "app/mask_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::app {
namespace {

using imaging::MaskCorner;
using imaging::MaskPolygon;
using imaging::PictureMask;

constexpr std::size_t kMostCorners = 200;
constexpr double kMostPolygons = 64;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// \return nothing for what is no number
std::optional<float> number_in(std::string_view text) {
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// "x,y,x,y,…". \return what is wrong with it, for people.
Result<MaskPolygon> polygon_in(std::string_view text) {
    const auto wrong = [](std::string why) {
        return Error{ErrorCode::invalid_argument, std::move(why)};
    };
    std::vector<float> numbers;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        const std::string_view part = trimmed(text.substr(from, comma - from));
        const auto number = number_in(part);
        if (!number)
            return wrong("must be numbers x,y,x,y,… with commas between; '" +
                         std::string{part.substr(0, 32)} + "' is none");
        if (*number < 0 || *number > 1)
            return wrong("must be shares of the picture from 0 to 1; " + std::string{part} +
                         " is outside of it (divide pixels by the width and height)");
        numbers.push_back(*number);
        from = comma + 1;
    }
    if (numbers.size() % 2 != 0)
        return wrong("must have an x and a y for each corner, and has " +
                     std::to_string(numbers.size()) + " numbers");
    if (numbers.size() < 6)
        return wrong("must have three corners or more, and has " +
                     std::to_string(numbers.size() / 2));
    if (numbers.size() > 2 * kMostCorners)
        return wrong("may have " + std::to_string(kMostCorners) + " corners, and has " +
                     std::to_string(numbers.size() / 2));
    MaskPolygon polygon;
    for (std::size_t i = 0; i < numbers.size(); i += 2)
        polygon.push_back({numbers[i], numbers[i + 1]});
    return polygon;
}

void read_mask(const config::Node& node, PictureMask& mask, config::Problems& problems) {
    std::vector<MaskPolygon> polygons;
    for (const config::Node& item : node.items()) {
        if (item.is_withheld())
            continue;
        const auto text = item.as_string();
        if (!text) {
            problems.add(text.error());
            continue;
        }
        auto polygon = polygon_in(*text);
        if (polygon)
            polygons.push_back(*std::move(polygon));
        else
            problems.add(item.invalid(polygon.error().message()));
    }
    mask = PictureMask{std::move(polygons)};
}

config::Codec<PictureMask> mask_codec() {
    return {[](const PictureMask&) {
                config::Schema schema{.kind = config::Schema::Kind::list, .max = kMostPolygons};
                schema.item = std::make_shared<const config::Schema>(
                    config::Schema{.kind = config::Schema::Kind::text});
                return schema;
            },
            read_mask, [](const PictureMask&) { return std::string{"[]"}; }};
}

} // namespace

config::OptionSet<MaskOptions> mask_option_set() {
    return config::OptionSet<MaskOptions>{
        "Parts of the picture that are left out: each a text of its corners x,y,x,y,… as shares "
        "of the picture, from its top left corner."}
        .field("privacy", &MaskOptions::privacy,
               "Black in every picture that is decoded: nothing is detected there, and pictures, "
               "exact exports and encoded recordings do not show it; recordings that are the "
               "camera's packets do",
               mask_codec())
        .field("motion", &MaskOptions::motion, "Movement here does not count", mask_codec());
}

MaskOptions read_masks(const config::Node& camera, config::Problems& problems) {
    return mask_option_set().read({camera["masks"]}, problems);
}

} // namespace vedette::app
