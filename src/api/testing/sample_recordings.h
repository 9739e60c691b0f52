#pragma once

#include <filesystem>
#include <memory>

#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/ports/recording_index.h"
#include "vedette/recording/recording_files.h"

namespace vedette::api::demo {

/// Recordings of the painted camera "gate" in a temporary folder that goes with this object: half a
/// minute that ended five minutes ago, in files of some seconds, with a gap of ten seconds.
class SampleRecordings {
public:
    /// \param clock, log  borrowed
    static Result<std::unique_ptr<SampleRecordings>> paint(const Clock& clock, Log& log);
    ~SampleRecordings();
    SampleRecordings(const SampleRecordings&) = delete;
    SampleRecordings& operator=(const SampleRecordings&) = delete;

    [[nodiscard]] const recording::RecordingFiles& files() const { return *files_; }
    [[nodiscard]] ports::RecordingIndex& index() { return *index_; }

private:
    SampleRecordings() = default;
    std::filesystem::path folder_;
    std::unique_ptr<recording::RecordingFiles> files_;
    std::unique_ptr<ports::RecordingIndex> index_;
};

} // namespace vedette::api::demo
