#include "sumo/cameras.h"

#include <array>

#include "files/csv.h"
#include "files/line_reader.h"
#include "vedette/analysis/place_file.h"

namespace vedette::analysis {
namespace {

constexpr std::array<std::string_view, 6> kColumns{"camera",        "edge", "position_m",
                                                   "edge_length_m", "lat",  "lon"};

Result<SumoCamera> camera_from(const CsvReader& rows, std::span<const std::string_view> cells) {
    constexpr double kLongestEdgeM = 1e6;
    const auto cell = [&](std::string_view column) { return cells[*rows.column(column)]; };
    SumoCamera camera;
    if (cell("camera").empty() || cell("edge").empty())
        return Error{ErrorCode::invalid_argument, "camera and edge must have names"};
    camera.place.camera = domain::CameraId{std::string{cell("camera")}};
    camera.edge = cell("edge");
    VEDETTE_TRY(camera.length_m,
                number_in("edge_length_m", cell("edge_length_m"), 0.1, kLongestEdgeM));
    VEDETTE_TRY(camera.position_m, number_in("position_m", cell("position_m"), 0, camera.length_m));
    VEDETTE_TRY(camera.place.at.latitude_deg, number_in("lat", cell("lat"), -90, 90));
    VEDETTE_TRY(camera.place.at.longitude_deg, number_in("lon", cell("lon"), -180, 180));
    if (rows.column("bearing") && !cell("bearing").empty()) {
        VEDETTE_TRY(camera.place.bearing_deg, number_in("bearing", cell("bearing"), 0, 360));
    }
    return camera;
}

} // namespace

Result<SumoCameras> SumoCameras::read(std::istream& in, const std::string& name) {
    LineReader lines{in, name, 4096};
    CsvReader rows{lines};
    VEDETTE_CHECK_OK(rows.read_header(kColumns));
    SumoCameras out;
    for (;;) {
        VEDETTE_TRY(const auto cells, rows.next());
        if (!cells)
            break;
        auto camera = camera_from(rows, *cells);
        if (!camera)
            return lines.bad(camera.error().message());
        const auto index = static_cast<std::uint32_t>(out.cameras_.size());
        if (index >= kMaxPlaces)
            return lines.bad("more than " + std::to_string(kMaxPlaces) + " cameras");
        if (!out.by_name_.emplace(camera->place.camera.value(), index).second)
            return lines.bad("camera " + shown(camera->place.camera.value()) + " is there twice");
        if (!out.by_edge_.emplace(camera->edge, index).second)
            return lines.bad("edge " + shown(camera->edge) + " has a camera already");
        out.cameras_.push_back(*std::move(camera));
    }
    if (out.cameras_.empty())
        return Error{ErrorCode::invalid_argument, name + ": names no camera"};
    return out;
}

std::optional<std::uint32_t> SumoCameras::on_edge(std::string_view edge) const {
    const auto found = by_edge_.find(edge);
    return found == by_edge_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::uint32_t> SumoCameras::named(std::string_view camera) const {
    const auto found = by_name_.find(camera);
    return found == by_name_.end() ? std::nullopt : std::optional{found->second};
}

} // namespace vedette::analysis
