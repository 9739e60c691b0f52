#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/data/data_folder.h"
#include "app/data/masks.h"
#include "app/data/recordings_place.h"
#include "app/environment.h"
#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/recording/clip_export.h"

namespace vedette::app {

/// What is to be taken out of which recordings, and into which file.
struct ExportOrder {
    DataFolder folder;
    RecordingsPlace recordings;
    std::string camera;
    WallTime from;
    WallTime to;
    bool exact = false;
    std::optional<double> speed;              ///< a time lapse
    std::optional<imaging::PictureMask> mask; ///< nothing: as the server last had it
    std::filesystem::path output;             ///< a new file
};

/// What came of it.
struct ExportOutcome {
    recording::ExportManifest manifest;
    std::filesystem::path manifest_file;
    std::optional<recording::Continuation> goes_on; ///< what of that time is not in the file
    bool has_mask = false; ///< the camera has a privacy mask, in the file or not
};

/// "2026-11-28T14:00:00Z", with a zone of its own, or without one as this machine's clock.
/// \return invalid_argument, naming `option` and what it must be.
[[nodiscard]] Result<WallTime> export_time(const std::string& option, const std::string& text);

/// "60x" or "60". \return invalid_argument, saying what it must be.
[[nodiscard]] Result<double> timelapse_speed(const std::string& text);

/// Writes the file and its manifest beside it, both new and for their owner alone; after an error
/// or a crash neither is there, or a FILE.part. A server may run on the data meanwhile.
/// \return already_exists; not_found if nothing is recorded there; invalid_argument for a wrong
///   span, or what can only be exported exactly; data_loss if a source is not what was recorded;
///   cancelled; errors of the disk.
[[nodiscard]] Result<ExportOutcome> export_recording(const ExportOrder& order,
                                                     const Environment& environment);

} // namespace vedette::app
