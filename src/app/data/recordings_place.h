#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/recording/tiers.h"

namespace vedette::app {

/// Where recordings lie, and whether others can read them there.
struct RecordingsPlace {
    std::filesystem::path folder;              ///< empty: in the data folder
    std::vector<std::filesystem::path> more{}; ///< of further tiers
    bool encrypt = false;
    std::optional<Secret<std::string>> key; ///< 64 hexadecimal digits; without it none are opened
    std::filesystem::path key_file;         ///< that the key was read from, if it was
    friend bool operator==(const RecordingsPlace&, const RecordingsPlace&) = default;
};

/// Who opens them.
enum class TierUse {
    read = 1, ///< looks at once which tiers are there, and claims none
    look_after,
};
/// The tiers behind the first one are found when somebody looks for them.
/// \param otherwise  the first folder, unless the place names one
/// \return errors of the first folder; invalid_argument for a key that is none.
[[nodiscard]] Result<std::unique_ptr<recording::TieredFiles>>
open_recordings(const RecordingsPlace& place, const std::filesystem::path& otherwise,
                const Clock& clock, Log& log, TierUse use);
/// The first folder.
[[nodiscard]] std::filesystem::path folder_of(const RecordingsPlace& place,
                                              const std::filesystem::path& otherwise);

} // namespace vedette::app
