#pragma once

#include <string>
#include <vector>

#include "app/commands/discover/login.h"
#include "app/commands/discover/suggestion.h"
#include "app/environment.h"

namespace vedette::app {

/// What is looked for.
struct SearchOptions {
    bool usb = true;
    bool network = true;
    std::vector<std::string> interfaces; ///< empty: all
    std::vector<std::string> hosts;      ///< asked by name, beside those that are found
    std::chrono::milliseconds timeout{3'000};
    net::TlsOptions tls;
    Login login;
};

struct FoundCameras {
    std::vector<Named<media::UsbCamera>> usb;
    std::vector<Named<media::OnvifCamera>> onvif;
    std::vector<Error> errors; ///< of what could not be looked for
};

/// Asks the devices that are found eight at a time. Stopped by Environment::stop.
[[nodiscard]] FoundCameras search_cameras(const SearchOptions& options,
                                          const Environment& environment);

} // namespace vedette::app
