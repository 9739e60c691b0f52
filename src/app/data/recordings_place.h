#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/recording/recording_files.h"

namespace vedette::app {

/// Where recordings lie, and whether others can read them there.
struct RecordingsPlace {
    std::filesystem::path folder; ///< empty: in the data folder
    bool encrypt = false;
    std::optional<Secret<std::string>> key; ///< 64 hexadecimal digits; without it none are opened
    std::filesystem::path key_file;         ///< that the key was read from, if it was
    friend bool operator==(const RecordingsPlace&, const RecordingsPlace&) = default;
};

/// \param otherwise  the folder, unless the place names one
/// \return errors of the folder; invalid_argument for a key that is none.
[[nodiscard]] Result<std::unique_ptr<recording::RecordingFiles>>
open_recordings(const RecordingsPlace& place, const std::filesystem::path& otherwise, Log& log);

} // namespace vedette::app
