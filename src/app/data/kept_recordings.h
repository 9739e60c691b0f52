#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "app/data/data_folder.h"
#include "app/data/recordings_place.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/tier_keeper.h"
#include "vedette/recording/tiers.h"

namespace vedette::app {

/// Recordings as commands see them, beside a running server.
struct KeptRecordings {
    std::filesystem::path first; ///< folder of the first tier
    std::unique_ptr<recording::TieredFiles> files;
    std::unique_ptr<ports::RecordingIndex> index;

    /// The first one's first.
    [[nodiscard]] std::vector<recording::TierStatus> tiers() const;
};

/// \return not_found where nothing was recorded, saying where that was looked for; errors of the
///   folder and the index.
[[nodiscard]] Result<KeptRecordings> open_kept_recordings(const DataFolder& folder,
                                                          const RecordingsPlace& place,
                                                          const Clock& clock, Log& log);

} // namespace vedette::app
