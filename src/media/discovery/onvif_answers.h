#pragma once

#include <optional>
#include <string>
#include <vector>

#include "discovery/xml_tree.h"
#include "vedette/base/clock.h"
#include "vedette/media/onvif.h"

/// What is read from the answers of cameras. Pure; anything may be missing or nonsense in them.
namespace vedette::media {

/// The services of a camera that have to do with pictures.
struct MediaServices {
    std::string media;  ///< URL of Media; empty: none
    std::string media2; ///< of Media2, which knows H.265
};

/// \param response  GetServicesResponse or GetCapabilitiesResponse
[[nodiscard]] MediaServices services_in(const XmlNode& response);

/// \param response  GetSystemDateAndTimeResponse. \return nothing without a sensible time
[[nodiscard]] std::optional<WallTime> utc_in(const XmlNode& response);

/// \param response  GetProfilesResponse of Media or Media2. At most 32, the largest first.
[[nodiscard]] std::vector<OnvifProfile> profiles_in(const XmlNode& response);

/// The URI of GetStreamUriResponse or GetSnapshotUriResponse, without user and password; empty if
/// there is none. Where it names no usable host, that of the camera: `host`.
[[nodiscard]] std::string uri_in(const XmlNode& response, const std::string& host);

} // namespace vedette::media
