#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vedette::media {

/// Where the cameras of one maker keep their streams, as their manuals and users say.
struct VendorPaths {
    std::string_view name;
    std::string_view main; ///< path of the large stream
    std::string_view sub;  ///< path of the small one; empty: none, or only by another port
};

/// By what a camera calls itself: the server of RTSP or HTTP, the realm that it asks a password
/// for, the manufacturer that ONVIF tells.
[[nodiscard]] std::optional<VendorPaths> vendor_called(std::string_view name);

} // namespace vedette::media
