#pragma once

#include <mutex>
#include <stop_token>
#include <vector>

#include "vedette/api/recording_parts.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/recording/clip_export.h"

namespace vedette::api {

/// Time lapses for those who ask by HTTP: one at a time, of so many pictures that it takes a
/// minute at most; `vedette export --timelapse` makes larger ones.
///
/// Thread-safe.
class TimelapseMaker {
public:
    static constexpr double kLeastSpeed = 20; ///< key frames alone
    static constexpr int kMostPictures = 1'500;

    /// \param manifest  camera, times, program and made are set; the rest is filled in
    /// \return the MP4; invalid_argument for too many pictures, saying from which speed on it
    ///   works; unavailable while another one is made; as recording::export_timelapse().
    [[nodiscard]] Result<std::vector<std::byte>>
    make(const RecordingParts& parts, double speed, const imaging::PictureMask& mask,
         const Clock& clock, recording::ExportManifest& manifest, const std::stop_token& stop);

private:
    std::mutex busy_;
};

} // namespace vedette::api
