#include "files/fields.h"

#include <algorithm>

#include "files/csv.h"
#include "vedette/analysis/pass_file.h"
#include "vedette/domain/plate_text.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kMaxCameraBytes = 128;
constexpr std::size_t kMaxIdBytes = 256;
constexpr std::size_t kMaxPlateBytes = 64; // the longest plates have some ten characters
/// Equal passes stand close together in any file; further apart they are one pass told twice.
constexpr std::size_t kMaxEquals = 100'000;

Error wrong(std::string_view field, std::string_view found, std::string_view expected) {
    return Error{ErrorCode::invalid_argument,
                 std::string{field} + " " + shown(found) + " " + std::string{expected}};
}

Result<std::string> plate_from(std::string_view text) {
    const bool normal = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
    std::string plate = normal ? std::string{text} : domain::normalize_plate(text);
    if (plate.empty())
        return wrong("plate", text, "has no letter and no digit");
    if (plate.size() > kMaxPlateBytes)
        return wrong("plate", text, "is too long for a plate");
    return plate;
}

Result<std::string> name_from(std::string_view field, std::string_view text, std::size_t longest) {
    if (text.empty())
        return wrong(field, text, "is missing");
    if (text.size() > longest)
        return wrong(field, text, "is longer than " + std::to_string(longest) + " bytes");
    if (!is_plain_text(text))
        return wrong(field, text, "must be UTF-8 without control characters");
    return std::string{text};
}

/// A number from 0 to 1; who writes 87 means a percentage.
Result<double> share_in(std::string_view field, std::string_view text) {
    auto share = number_in(field, text, 0, 1);
    const auto number = number_from(text);
    if (!share && number && *number > 1)
        return Error{share.error().code(),
                     share.error().message() + " (divide a percentage by 100)"};
    return share;
}

std::size_t characters_in(std::string_view plate) {
    return static_cast<std::size_t>(std::count_if(plate.begin(), plate.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // not within a UTF-8 sequence
    }));
}

Result<std::vector<float>> character_confidence_from(std::string_view text,
                                                     std::string_view plate) {
    constexpr std::string_view kBetween = " ,;";
    std::vector<float> out;
    while (!text.empty()) {
        const std::size_t start = std::min(text.find_first_not_of(kBetween), text.size());
        text.remove_prefix(start);
        const std::size_t stop = std::min(text.find_first_of(kBetween), text.size());
        if (stop == 0)
            break;
        VEDETTE_TRY(const double one,
                    number_in("character_confidence", text.substr(0, stop), 0, 1));
        out.push_back(static_cast<float>(one));
        text.remove_prefix(stop);
    }
    if (const std::size_t wanted = characters_in(plate); !out.empty() && out.size() != wanted)
        return wrong("character_confidence", std::to_string(out.size()) + " numbers",
                     "must be one per character of the plate: " + std::to_string(wanted));
    return out;
}

Result<std::optional<GeoPoint>> position_from(const PassFields& fields) {
    if (fields.latitude.empty() && fields.longitude.empty())
        return std::optional<GeoPoint>{};
    VEDETTE_TRY(const double latitude, number_in("lat", fields.latitude, -90, 90));
    VEDETTE_TRY(const double longitude, number_in("lon", fields.longitude, -180, 180));
    return std::optional{GeoPoint{latitude, longitude}};
}

} // namespace

domain::EventId PassMaker::id_of(const Pass& pass) {
    std::string id;
    id.reserve(64);
    id += pass.camera.value();
    id += '.';
    id += format_pass_time(pass.at);
    id += '.';
    id += pass.plate;
    if (equals_.size() >= kMaxEquals)
        equals_.clear();
    const std::uint32_t ordinal = equals_[id]++;
    return domain::EventId{id += '.' + std::to_string(ordinal)};
}

Result<Pass> PassMaker::make(const PassFields& fields) {
    Pass pass;
    VEDETTE_TRY(pass.plate, plate_from(fields.plate));
    VEDETTE_TRY(auto camera, name_from("camera", fields.camera, kMaxCameraBytes));
    pass.camera = domain::CameraId{std::move(camera)};
    auto at = parse_pass_time(fields.time, zone_if_none_);
    if (!at)
        return wrong("time", fields.time, at.error().message());
    pass.at = *at;
    if (!fields.confidence.empty()) {
        VEDETTE_TRY(const double confidence, share_in("confidence", fields.confidence));
        pass.confidence = static_cast<float>(confidence);
    }
    VEDETTE_TRY(pass.character_confidence,
                character_confidence_from(fields.character_confidence, pass.plate));
    VEDETTE_TRY(pass.position, position_from(fields));
    if (fields.id.empty()) {
        pass.id = id_of(pass);
    } else {
        VEDETTE_TRY(auto id, name_from("id", fields.id, kMaxIdBytes));
        pass.id = domain::EventId{std::move(id)};
    }
    return pass;
}

} // namespace vedette::analysis
