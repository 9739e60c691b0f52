#pragma once

#include <functional>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/janitor.h"
#include "vedette/recording/recorder.h"
#include "vedette/recording/recording_files.h"

namespace vedette::api {

/// What was recorded, as the server shows it. All borrowed; called on several threads at once, on
/// workers alone.
struct RecordingParts {
    const recording::RecordingFiles* files =
        nullptr;                            ///< null: this server has none, which is a 501
    ports::RecordingIndex* index = nullptr; ///< with `files`
    Log* log = nullptr;                     ///< with `files`: what decoders say
    /// How long what there is room for lasts. Empty: nobody knows.
    std::function<Result<recording::RecordingForecast>()> forecast{};
    /// How recording goes now. Empty: nothing is recorded.
    std::function<std::vector<recording::RecordingStatus>()> status{};
};

} // namespace vedette::api
