#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/domain/ids.h"

namespace vedette::analysis {

/// A point on the earth: WGS 84, degrees.
struct GeoPoint {
    double latitude_deg = 0;  ///< -90..90, north is positive
    double longitude_deg = 0; ///< -180..180, east is positive
    friend bool operator==(const GeoPoint&, const GeoPoint&) = default;
};

/// Whether both numbers are in their range, and are numbers.
[[nodiscard]] bool is_on_earth(const GeoPoint& at) noexcept;

/// Great-circle distance by the haversine formula on a sphere of 6 371 009 m (mean radius, IUGG);
/// within 0.6 % of the ellipsoid.
[[nodiscard]] double distance_m(const GeoPoint& a, const GeoPoint& b) noexcept;

/// A camera as analyses know it: where it is and how well it keeps time.
struct Place {
    domain::CameraId camera;
    GeoPoint at;
    std::optional<double> bearing_deg;        ///< 0..360 clockwise from north: where it looks
    std::chrono::milliseconds clock_error{0}; ///< one standard deviation against true time
    friend bool operator==(const Place&, const Place&) = default;
};

/// One read plate at one camera: all that following, convoys and patterns are told of a sighting.
/// The same form comes from the store, from the live event log, from imported files and from the
/// simulator.
struct Pass {
    domain::EventId id; ///< of the event it stands for; unique, a repeat is the same pass
    domain::CameraId camera;
    WallTime at;                             ///< when the vehicle was seen best
    std::string plate;                       ///< resolved text, upper case, letters and digits only
    float confidence = 1;                    ///< 0..1, that `plate` is right as a whole
    std::vector<float> character_confidence; ///< one per character, or empty: not known
    std::optional<GeoPoint>
        position; ///< of a camera that moves, at that moment; overrides its place
    friend bool operator==(const Pass&, const Pass&) = default;
};

/// The order in which analyses take passes: by time, then by id, so that equal times are no matter
/// of chance.
[[nodiscard]] bool comes_before(const Pass& a, const Pass& b) noexcept;

} // namespace vedette::analysis
