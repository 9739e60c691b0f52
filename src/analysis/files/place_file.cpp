#include "vedette/analysis/place_file.h"

#include <array>
#include <cmath>
#include <set>

#include "files/csv.h"
#include "files/line_reader.h"
#include "files/open_file.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kMaxLineBytes = 64UL * 1024;
constexpr std::size_t kMaxCameraBytes = 128;
constexpr double kMaxClockErrorMs = 3'600'000;
constexpr std::array<std::string_view, 3> kRequired{"camera", "lat", "lon"};

/// The columns of a file of places and how a row becomes one.
class PlaceRows {
public:
    explicit PlaceRows(const CsvReader& csv)
        : camera_{*csv.column("camera")}, latitude_{*csv.column("lat")},
          longitude_{*csv.column("lon")}, bearing_{csv.column("bearing")}, clock_error_{csv.column(
                                                                               "clock_error_ms")} {}

    [[nodiscard]] Result<Place> place(std::span<const std::string_view> cells) const {
        Place place;
        const std::string_view camera = cells[camera_];
        if (camera.empty() || camera.size() > kMaxCameraBytes || !is_plain_text(camera))
            return Error{ErrorCode::invalid_argument,
                         "camera " + shown(camera) + " must be a name of 1 to " +
                             std::to_string(kMaxCameraBytes) + " bytes of UTF-8"};
        place.camera = domain::CameraId{std::string{camera}};
        VEDETTE_TRY(place.at.latitude_deg, number_in("lat", cells[latitude_], -90, 90));
        VEDETTE_TRY(place.at.longitude_deg, number_in("lon", cells[longitude_], -180, 180));
        if (bearing_ && !cells[*bearing_].empty()) {
            VEDETTE_TRY(place.bearing_deg, number_in("bearing", cells[*bearing_], 0, 360));
        }
        if (clock_error_ && !cells[*clock_error_].empty()) {
            VEDETTE_TRY(const double error,
                        number_in("clock_error_ms", cells[*clock_error_], 0, kMaxClockErrorMs));
            place.clock_error = std::chrono::milliseconds{std::llround(error)};
        }
        return place;
    }

private:
    std::size_t camera_, latitude_, longitude_;
    std::optional<std::size_t> bearing_, clock_error_;
};

} // namespace

Result<std::vector<Place>> read_places(std::istream& in, const std::string& name) {
    LineReader lines{in, name, kMaxLineBytes};
    CsvReader csv{lines};
    VEDETTE_CHECK_OK(csv.read_header(kRequired));
    const PlaceRows rows{csv};
    std::vector<Place> places;
    std::set<std::string> cameras;
    for (;;) {
        VEDETTE_TRY(const auto cells, csv.next());
        if (!cells)
            return places;
        auto place = rows.place(*cells);
        if (!place)
            return lines.bad(place.error().message());
        if (!cameras.insert(place->camera.value()).second)
            return lines.bad("camera " + shown(place->camera.value()) +
                             " has a place already: name each camera once");
        if (places.size() >= kMaxPlaces)
            return lines.bad("more than " + std::to_string(kMaxPlaces) + " cameras");
        places.push_back(*std::move(place));
    }
}

Result<std::vector<Place>> read_places(const std::filesystem::path& file) {
    VEDETTE_TRY(const auto in, open_for_reading(file));
    return read_places(*in, file.string());
}

std::string places_to_csv(std::span<const Place> places) {
    std::string out = "camera,lat,lon,bearing,clock_error_ms\n";
    for (const Place& place : places) {
        out += csv_cell(place.camera.value());
        (out += ',') += shortest(place.at.latitude_deg);
        (out += ',') += shortest(place.at.longitude_deg);
        out += ',';
        if (place.bearing_deg)
            out += shortest(*place.bearing_deg);
        ((out += ',') += std::to_string(place.clock_error.count())) += '\n';
    }
    return out;
}

} // namespace vedette::analysis
