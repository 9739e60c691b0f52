#pragma once

#include <filesystem>
#include <string>

#include "vedette/base/result.h"
#include "vedette/base/secret.h"

namespace vedette::app {

/// Who logs in to cameras. A password never stands on the command line, where every user of the
/// machine could read it.
struct Login {
    std::string user; ///< empty: nobody
    Secret<std::string> password;
};

/// The password of `user`: the first line of `password_file` if there is one, else what
/// VEDETTE_CAMERA_PASSWORD says, else what is typed, without an echo, if there is a terminal.
/// \return invalid_argument if there is none of these; not_found, permission_denied for the file
Result<Login> ask_login(const std::string& user, const std::filesystem::path& password_file);

/// `location` with that user and password, unless it has some of its own, or is no address.
[[nodiscard]] std::string with_login(const std::string& location, const Login& login);

} // namespace vedette::app
