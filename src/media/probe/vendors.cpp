#include "vedette/media/vendors.h"

#include <array>

#include "vedette/base/text.h"

namespace vedette::media {
namespace {

struct Mark {
    std::string_view text; ///< lower case, anywhere in what it calls itself
    VendorPaths paths;
};

constexpr VendorPaths kHikvision{"Hikvision", "/Streaming/Channels/101", "/Streaming/Channels/102"};
constexpr VendorPaths kDahua{"Dahua or Amcrest", "/cam/realmonitor?channel=1&subtype=0",
                             "/cam/realmonitor?channel=1&subtype=1"};
constexpr VendorPaths kReolink{"Reolink", "/h264Preview_01_main", "/h264Preview_01_sub"};
constexpr VendorPaths kAxis{"Axis", "/axis-media/media.amp",
                            "/axis-media/media.amp?resolution=640x360"};
constexpr VendorPaths kTapo{"TP-Link Tapo", "/stream1", "/stream2"};
constexpr VendorPaths kUniview{"Uniview", "/media/video1", "/media/video2"};
constexpr VendorPaths kFoscam{"Foscam", "/videoMain", "/videoSub"};
constexpr VendorPaths kServer{"a relay (go2rtc, MediaMTX)", "/NAME-OF-THE-STREAM", ""};

constexpr std::array kMarks{
    Mark{"hikvision", kHikvision}, Mark{"ip camera(", kHikvision},
    Mark{"app-webs", kHikvision},  Mark{"dahua", kDahua},
    Mark{"amcrest", kDahua},       Mark{"login to ", kDahua},
    Mark{"reolink", kReolink},     Mark{"axis", kAxis},
    Mark{"tp-link", kTapo},        Mark{"tapo", kTapo},
    Mark{"uniview", kUniview},     Mark{"foscam", kFoscam},
    Mark{"go2rtc", kServer},       Mark{"mediamtx", kServer},
    Mark{"gortsplib", kServer},
};

} // namespace

std::optional<VendorPaths> vendor_called(std::string_view name) {
    const std::string lower = lower_ascii(name);
    for (const Mark& mark : kMarks)
        if (lower.find(mark.text) != std::string::npos)
            return mark.paths;
    return std::nullopt;
}

} // namespace vedette::media
