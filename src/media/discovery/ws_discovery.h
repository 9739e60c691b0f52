#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vedette/media/onvif.h"

namespace vedette::media {

/// What a device is, by name and namespace.
struct DeviceType {
    std::string_view name;
    std::string_view space;
};

/// The question of WS-Discovery. \param id  a UUID  \param type  of the devices that shall answer
[[nodiscard]] std::string probe_message(std::string_view id, const DeviceType& type);

/// The devices of one answer; none if it is something else.
/// \param id      of the question; an answer to another one is not for us
/// \param sender  the address that it came from: devices are only believed for that
[[nodiscard]] std::vector<OnvifDevice>
parse_probe_matches(std::string_view xml, std::string_view id, std::string_view sender);

} // namespace vedette::media
