#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/data/data_folder.h"
#include "app/data/masks.h"
#include "app/server/recording_options.h"
#include "vedette/api/recording_parts.h"
#include "vedette/base/clock.h"
#include "vedette/base/log.h"
#include "vedette/base/metrics.h"
#include "vedette/base/result.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/live_node.h"
#include "vedette/ports/camera_directory.h"
#include "vedette/recording/deletion_plan.h"
#include "vedette/recording/recorder.h"
#include "vedette/recording/tier_keeper.h"

namespace vedette::app {

/// All that a server does with recordings: settles what the last process left, records cameras,
/// deletes what is old, once every ten seconds from then on, and moves what is to be moved to other
/// tiers.
///
/// Thread-safe. Destroying it ends the recordings in order; sources that it tapped may live on.
class Recordings {
public:
    struct Parts {
        const media::SourceRegistry* sources = nullptr;
        Metrics* metrics = nullptr;
        Log* messages = nullptr;
        const Clock* clock = nullptr;
        /// Hears how the connections of inputs fare that are recorded and not analysed; on their
        /// threads; must not call back; may be empty.
        std::function<void(const domain::CameraId&, const ports::InputStatus&)> on_input{};
    };
    /// \param data  where the files are, unless the settings name a folder, and what is known of
    ///   them
    /// \return errors of the folder and the index; of a damaged one with what to do.
    static Result<std::unique_ptr<Recordings>> open(const RecordingSettings& settings,
                                                    const DataFolder& data, const Parts& parts);
    ~Recordings();
    Recordings(const Recordings&) = delete;
    Recordings& operator=(const Recordings&) = delete;

    /// Settles what the last process left: to be done once, before anything is recorded. Takes some
    /// seconds where there are a million files. \return errors of the folder and the index.
    [[nodiscard]] Status settle();

    /// From now on these cameras are recorded and these rules count; the folders and the segments'
    /// length stay. \param cameras  those that are watched
    void apply(const RecordingSettings& settings,
               const std::vector<pipeline::LiveCameraOptions>& cameras);
    /// Where pictures are that were decoded for something else: for previews. Once, before apply().
    void look_at(std::function<imaging::FramePtr(const domain::CameraId&)> latest);
    /// Nobody looks there any more, and no more previews are made: before what is there ends.
    void end_previews();
    /// Previews show what a camera's privacy mask was when they were made: they go, and those of
    /// the last day are made anew, soon.
    void make_previews_anew(const std::vector<std::string>& cameras);

    /// From now on these masks are in what is decoded of recordings. \return the cameras whose mask
    /// is another one than before, and whose previews are gone; errors of the data folder, after
    /// which the masks before count.
    [[nodiscard]] Result<std::vector<std::string>> take_masks(const PrivacyMasks& configured);

    /// How the input that is analysed is to be opened: with its sound, if that is recorded.
    [[nodiscard]] media::SourceOptions fitted(media::SourceOptions how,
                                              const std::string& camera) const;
    /// The same source, recorded on its way if this camera's analysed input is to be.
    [[nodiscard]] std::unique_ptr<media::Source> recorded(std::unique_ptr<media::Source> source,
                                                          const std::string& camera);
    void note(const domain::CameraId& camera, const pipeline::CameraActivity& activity);
    /// Nobody could look at what was recorded then: where `record.fail_open` says so, it is kept.
    void note_unseen(const domain::CameraId& camera, WallTime at);
    /// How the cameras are watched now; to be called every second or so. What is recorded of one
    /// that nobody watches is kept as by note_unseen(), and somebody is told.
    void watch(const std::vector<ports::CameraStatus>& cameras);

    /// Somebody says that what is recorded around now matters. \return not_found for a camera that
    /// is not recorded; invalid_argument; resource_exhausted; errors of the index.
    [[nodiscard]] Result<ports::RecordingTrigger> trigger(const api::TriggerOrder& order);

    /// The input of its own that this camera is recorded from; nothing where it is the analysed
    /// one.
    [[nodiscard]] std::optional<ports::InputStatus> input_of(const std::string& camera) const;
    [[nodiscard]] std::vector<recording::RecordingStatus> status() const;
    /// Of all tiers, the first one's first.
    [[nodiscard]] std::vector<recording::TierStatus> tiers() const;
    [[nodiscard]] Result<recording::RecordingForecast> forecast() const;
    [[nodiscard]] Result<std::vector<recording::TierPlan>> plan(std::chrono::seconds ahead) const;
    /// What the API shows of them, borrowed.
    [[nodiscard]] api::RecordingParts shown();

private:
    struct Impl;
    explicit Recordings(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace vedette::app
