#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/imaging/frame.h"
#include "vedette/imaging/mask.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::recording {

/// Makes the preview strips of cameras: of each minute once its recordings are finished, and of the
/// last day backwards for what was recorded before it was there. Pictures that were decoded for
/// something else are used where there are some.
///
/// apply() and forget() are thread-safe; work() belongs to one thread.
class PreviewKeeper {
public:
    struct Parts {
        RecordingFiles& files;
        const ports::RecordingIndex& index;
        Metrics& metrics;
        Log& log;
        const Clock& clock;
        /// The newest picture of a camera that was decoded, masked; null if there is none. Empty:
        /// nothing is decoded for anything else.
        std::function<imaging::FramePtr(const domain::CameraId&)> latest{};
    };
    /// How often work() is to be called.
    static constexpr std::chrono::seconds kPause{5};
    /// So far back strips are made that are missing.
    static constexpr std::chrono::hours kBackwards{24};

    explicit PreviewKeeper(const Parts& parts);
    ~PreviewKeeper();
    PreviewKeeper(const PreviewKeeper&) = delete;
    PreviewKeeper& operator=(const PreviewKeeper&) = delete;

    /// From now on strips are made of these, with their privacy masks.
    void apply(std::map<std::string, imaging::PictureMask> cameras);
    /// The strips of the last day of this camera are made anew: those that there were are gone.
    void forget(const std::string& camera);

    /// Takes the pictures of now, and makes the strips whose time has come and some of those that
    /// are missing. \return the first error of index and disk; the next call tries again.
    Status work(WallTime now, const std::stop_token& stop);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::recording
