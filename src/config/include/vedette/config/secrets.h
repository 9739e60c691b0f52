#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "vedette/base/result.h"

namespace vedette::config {

/// Where `${env:NAME}` and `${file:PATH}` get their values from. Tests bring their own.
struct SecretSource {
    /// \return nothing if the variable is not set.
    std::function<std::optional<std::string>(const std::string& name)> environment;
    /// \return the file's content; an error must not repeat any of it.
    std::function<Result<std::string>(const std::filesystem::path& path)> file;

    /// The process's environment and the file system. A file may have at most 64 KiB and is used
    /// without the line break at its end.
    static SecretSource system();
};

} // namespace vedette::config
