#pragma once

#include <string>

#include "vedette/base/result.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// SHA-256 of a whole file, read in pieces: 64 hexadecimal digits. \return errors of the disk.
[[nodiscard]] Result<std::string> digest_of(const RecordingFiles& files, const std::string& file);

} // namespace vedette::recording
