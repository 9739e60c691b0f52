#include "app/data/places.h"

#include <map>
#include <system_error>
#include <utility>

#include "app/data/bounded_file.h"
#include "vedette/analysis/place_file.h"

namespace vedette::app {

Result<std::vector<analysis::Place>> known_places(const DataFolder& folder) {
    std::error_code ignored; // then reading it says more
    if (!std::filesystem::exists(folder.places(), ignored) && !ignored)
        return std::vector<analysis::Place>{};
    return analysis::read_places(folder.places());
}

Status remember_places(const DataFolder& folder, const std::vector<analysis::Place>& places) {
    VEDETTE_TRY(const auto known, known_places(folder));
    std::map<domain::CameraId, analysis::Place> all;
    for (const analysis::Place& place : known)
        all.insert_or_assign(place.camera, place);
    for (const analysis::Place& place : places)
        all.insert_or_assign(place.camera, place);
    std::vector<analysis::Place> merged;
    merged.reserve(all.size());
    for (auto& [camera, place] : all)
        merged.push_back(std::move(place));
    if (merged == known)
        return {};
    return replace_file(folder.places(), analysis::places_to_csv(merged));
}

} // namespace vedette::app
