#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "vedette/analysis/case.h"
#include "vedette/analysis/following_stream.h"
#include "vedette/analysis/watchlist.h"
#include "vedette/config/node.h"
#include "vedette/config/problems.h"
#include "vedette/config/schema.h"

namespace vedette::app {

/// A car that carries cameras: where it is comes from a GPS receiver.
struct MobileNode {
    std::string name;
    enum class Source { gpsd = 1, nmea, api } source = Source::gpsd;
    std::string host;                      ///< of gpsd
    std::uint16_t port = 0;                ///< of gpsd
    std::string path;                      ///< of a device or file with NMEA
    int baud = 9'600;                      ///< of a serial device
    std::vector<domain::CameraId> cameras; ///< in order
    friend bool operator==(const MobileNode&, const MobileNode&) = default;

    /// Under this name it is a subject; no plate is written so.
    [[nodiscard]] std::string subject() const {
        return std::string{analysis::kMobileSubject} + name;
    }
};

/// The subject that a list of a person's plates is; no plate is written so.
[[nodiscard]] std::string person_subject(const std::string& list);

/// What a whole configuration says of following.
struct FollowingSettings {
    bool enabled = false;
    analysis::FollowingStreamOptions stream;
    std::vector<analysis::Place> places; ///< as read_camera_places()
    /// Lists whose plates may be followed, and whose plates nobody wants to be told of. Hours and
    /// cameras of a list mean its own matches and are left out.
    std::vector<analysis::WatchList> subjects;
    std::vector<analysis::WatchList> persons; ///< each list is one subject
    std::vector<MobileNode> mobiles;          ///< in order of names
    /// Cameras that a car carries or carried before: not in the configuration alone, see
    /// data/carried_cameras.h.
    std::set<domain::CameraId> carried;
    std::vector<analysis::WatchList> ignore;
    /// How long a case stays that was closed or dismissed: as long as any plate.
    std::chrono::microseconds keep_ended{std::chrono::days{30}};
};

/// `following:`
[[nodiscard]] config::Schema following_schema();
/// `cameras.NAME.mobile:`
[[nodiscard]] config::Schema mobile_schema();
/// `cameras.NAME.location:`
[[nodiscard]] config::Schema location_schema();

/// What is wrong with it goes to `problems`, with its line and key: beside what does not fit the
/// schema, when it is enabled, subjects that nobody is, cameras that read plates and have no place,
/// fewer places than it needs, and plates remembered longer than `privacy.retain.plates` allows.
/// \pre it fits the schema
[[nodiscard]] FollowingSettings read_following(const config::Node& root,
                                               config::Problems& problems);

/// Of the cameras that have a place, by name; also of those that are off, as what they read before
/// is remembered. \pre it fits the schema
[[nodiscard]] std::vector<analysis::Place> read_camera_places(const config::Node& root,
                                                              config::Problems& problems);

} // namespace vedette::app
