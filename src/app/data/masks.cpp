#include "app/data/masks.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "app/data/bounded_file.h"
#include "vedette/base/files.h"

namespace vedette::app {
namespace {

using imaging::MaskPolygon;
using imaging::PictureMask;
using Json = nlohmann::ordered_json;

constexpr std::size_t kLargest_bytes = std::size_t{16} << 20U;

Json to_json(const PictureMask& mask) {
    Json polygons = Json::array();
    for (const MaskPolygon& polygon : mask.polygons()) {
        Json numbers = Json::array();
        for (const imaging::MaskCorner& corner : polygon) {
            numbers.push_back(corner.x);
            numbers.push_back(corner.y);
        }
        polygons.push_back(std::move(numbers));
    }
    return polygons;
}

/// A share of a picture, as the configuration takes no other. \return nothing for what is none
std::optional<float> share_in(const Json& json) {
    if (!json.is_number())
        return std::nullopt;
    const double value = json.get<double>();
    return value >= 0 && value <= 1 ? std::optional{static_cast<float>(value)} : std::nullopt;
}

/// \return nothing for what is none
std::optional<PictureMask> mask_in(const Json& json) {
    if (!json.is_array())
        return std::nullopt;
    std::vector<MaskPolygon> polygons;
    for (const Json& numbers : json) {
        if (!numbers.is_array() || numbers.size() % 2 != 0 || numbers.size() < 6)
            return std::nullopt; // of fewer than three corners, which would cover nothing
        MaskPolygon& polygon = polygons.emplace_back();
        for (std::size_t i = 0; i < numbers.size(); i += 2) {
            const auto x = share_in(numbers[i]);
            const auto y = share_in(numbers[i + 1]);
            if (!x || !y)
                return std::nullopt;
            polygon.push_back({*x, *y});
        }
    }
    return PictureMask{std::move(polygons)};
}

/// What is in a damaged file nobody else knows: it stays beside.
Status put_aside(const std::filesystem::path& file, Log& log) {
    const std::filesystem::path aside = file.string() + ".damaged";
    VEDETTE_CHECK_OK(move_into_place(file, aside));
    log.error("the file of privacy masks is damaged and was put aside: recordings of cameras that "
              "are not configured any more are shown without their masks; configure such cameras "
              "again, or put the file right and back while the server is stopped",
              {{"file", aside.string()}});
    return {};
}

} // namespace

imaging::PictureMask mask_of(const PrivacyMasks& masks, const std::string& camera) {
    const auto found = masks.find(camera);
    return found == masks.end() ? imaging::PictureMask{} : found->second;
}

Result<PrivacyMasks> known_masks(const DataFolder& folder) {
    std::error_code ignored; // then reading it says more
    if (!std::filesystem::exists(folder.masks(), ignored) && !ignored)
        return PrivacyMasks{};
    VEDETTE_TRY(const auto text, read_bounded(folder.masks(), kLargest_bytes));
    const Json json = Json::parse(text, nullptr, false);
    const Error damaged{ErrorCode::data_loss,
                        folder.masks().string() +
                            ": is damaged; start the server with its configuration, or remove the "
                            "file: pictures of recordings have no privacy masks then"};
    if (!json.is_object())
        return damaged;
    PrivacyMasks out;
    for (const auto& [camera, polygons] : json.items()) {
        auto mask = mask_in(polygons);
        if (!mask)
            return damaged;
        out[camera] = *std::move(mask);
    }
    return out;
}

Result<PrivacyMasks> remember_masks(const DataFolder& folder, const PrivacyMasks& configured,
                                    Log& log) {
    auto known = known_masks(folder);
    if (!known && known.error().code() != ErrorCode::data_loss)
        return known;
    if (!known)
        VEDETTE_CHECK_OK(put_aside(folder.masks(), log));
    PrivacyMasks merged = known.value_or(PrivacyMasks{});
    for (const auto& [camera, mask] : configured)
        if (mask.empty())
            merged.erase(camera);
        else
            merged[camera] = mask;
    if (known && merged == *known)
        return merged;
    Json json = Json::object();
    for (const auto& [camera, mask] : merged)
        json[camera] = to_json(mask);
    VEDETTE_CHECK_OK(replace_file(
        folder.masks(), json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"));
    return merged;
}

} // namespace vedette::app
