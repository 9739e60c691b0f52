#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/base/result.h"
#include "vedette/imaging/mask.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/deletion_plan.h"
#include "vedette/recording/forecast.h"
#include "vedette/recording/recorder.h"
#include "vedette/recording/recording_files.h"
#include "vedette/recording/tier_keeper.h"

namespace vedette::api {

/// POST /recordings/{camera}/trigger, as it was asked.
struct TriggerOrder {
    domain::CameraId camera;
    std::optional<std::chrono::seconds> before{}; ///< nothing: as the configuration says
    std::optional<std::chrono::seconds> after{};
    std::string reason;
    bool keep = false;
    static constexpr std::chrono::seconds kLongest{3'600}; ///< before and after
};

/// What was recorded, as the server shows it. All borrowed; called on several threads at once, on
/// workers alone.
struct RecordingParts {
    const recording::RecordingFiles* files =
        nullptr;                            ///< null: this server has none, which is a 501
    ports::RecordingIndex* index = nullptr; ///< with `files`
    Log* log = nullptr;                     ///< with `files`: what decoders say
    /// What is black in every picture of this camera. Empty: nothing is, of any.
    std::function<imaging::PictureMask(const domain::CameraId&)> mask{};
    /// How long what there is room for lasts. Empty: nobody knows.
    std::function<Result<recording::RecordingForecast>()> forecast{};
    /// How recording goes now. Empty: nothing is recorded.
    std::function<std::vector<recording::RecordingStatus>()> status{};
    /// The tiers, the first one's first. Empty: nobody knows.
    std::function<std::vector<recording::TierStatus>()> tiers{};
    /// What is deleted until then. Empty: nothing ever.
    std::function<Result<std::vector<recording::TierPlan>>(std::chrono::seconds ahead)> plan{};
    /// \return not_found for a camera that is not recorded; resource_exhausted; errors of the
    /// index.
    std::function<Result<ports::RecordingTrigger>(const TriggerOrder&)> trigger{};
};

} // namespace vedette::api
