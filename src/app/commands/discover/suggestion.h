#pragma once

#include <string>
#include <vector>

#include "vedette/media/onvif.h"
#include "vedette/media/usb_cameras.h"

namespace vedette::app {

/// Which of a camera's profiles to use for what. Indices into OnvifCamera::profiles; the same one
/// if there is only one, -1 if none has a stream.
struct ProfileChoice {
    int record = -1; ///< the largest picture
    int detect = -1; ///< the smallest that is at least 640 pixels wide: enough to find things, and
                     ///< cheap to decode
};
[[nodiscard]] ProfileChoice choose_profiles(const media::OnvifCamera& camera);

/// A found camera and the name that it was given for the configuration.
template <class Camera>
struct Named {
    std::string name; ///< a key of `cameras`: letters, digits, '-'; each only once
    Camera camera;
};

/// Gives names that a configuration takes: from what a camera is called, or from `otherwise`.
class Names {
public:
    [[nodiscard]] std::string fresh(std::string_view wanted, std::string_view otherwise);

private:
    std::vector<std::string> taken_;
};

/// The `cameras` section of a configuration, to be pasted; empty if none has pictures. User and
/// password come from variables of the environment.
/// \param with_login  whether the cameras ask for a user
[[nodiscard]] std::string
suggested_configuration(const std::vector<Named<media::UsbCamera>>& usb,
                        const std::vector<Named<media::OnvifCamera>>& onvif, bool with_login);

} // namespace vedette::app
