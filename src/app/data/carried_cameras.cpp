#include "app/data/carried_cameras.h"

#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

#include "app/data/bounded_file.h"

namespace vedette::app {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargest_bytes = std::size_t{1} << 20U;

Status keep(const DataFolder& folder, const CarriedCameras& cameras) {
    Json names = Json::array();
    for (const domain::CameraId& camera : cameras)
        names.push_back(camera.value());
    return replace_file(folder.carried_cameras(),
                        names.dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace

Result<CarriedCameras> known_carried_cameras(const DataFolder& folder) {
    CarriedCameras cameras;
    const auto file = folder.carried_cameras();
    std::error_code ignored; // then reading it says more
    if (!std::filesystem::exists(file, ignored) && !ignored)
        return cameras;
    VEDETTE_TRY(const auto text, read_bounded(file, kLargest_bytes));
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const Error damaged{ErrorCode::data_loss,
                        file.string() + " is damaged: remove it, the server makes it anew"};
    if (!json.is_array())
        return damaged;
    for (const Json& name : json) {
        if (!name.is_string())
            return damaged;
        cameras.emplace(name.get<std::string>());
    }
    return cameras;
}

CarriedCameras remember_carried_cameras(const DataFolder& folder, const FollowingSettings& settings,
                                        Log& messages) {
    const auto known = known_carried_cameras(folder);
    if (!known)
        messages.warn("which cameras a car carried before is not known any more",
                      {{"reason", known.error().message()}});
    CarriedCameras cameras = known.value_or(CarriedCameras{});
    for (const analysis::Place& place : settings.places)
        cameras.erase(place.camera);
    for (const MobileNode& node : settings.mobiles)
        cameras.insert(node.cameras.begin(), node.cameras.end());
    const bool is_new = known ? cameras != *known : known.error().code() == ErrorCode::data_loss;
    if (!is_new)
        return cameras;
    if (const Status kept = keep(folder, cameras); !kept)
        messages.warn("which cameras a car carries can't be kept beyond this run",
                      {{"reason", kept.error().message()}});
    return cameras;
}

} // namespace vedette::app
