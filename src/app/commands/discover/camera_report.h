#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "app/commands/discover/suggestion.h"

namespace vedette::app {

void print_usb_camera(const media::UsbCamera& camera, std::ostream& out);
void print_onvif_camera(const media::OnvifCamera& camera, std::ostream& out);

[[nodiscard]] nlohmann::ordered_json usb_json(const Named<media::UsbCamera>& camera);
[[nodiscard]] nlohmann::ordered_json onvif_json(const Named<media::OnvifCamera>& camera);

} // namespace vedette::app
