#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/camera_stream.h"
#include "app/data/recordings_place.h"
#include "vedette/base/secret.h"
#include "vedette/config/node.h"
#include "vedette/config/option_set.h"
#include "vedette/config/problems.h"
#include "vedette/recording/janitor.h"

namespace vedette::app {

/// `record.continuous:` and `record.motion:`
struct RecordDays {
    double days = 0;
};

/// `record.detections.retain:`
struct RecordRetain {
    double days = 10;
};

/// `record.detections:` and `record.alerts:`
struct RecordAround {
    std::chrono::microseconds pre_capture{std::chrono::seconds{5}};
    std::chrono::microseconds post_capture{std::chrono::seconds{5}};
    RecordRetain retain;
};

/// `record:`, globally and of a camera.
struct RecordOptions {
    bool enabled = true;
    std::chrono::microseconds segment{std::chrono::seconds{10}};
    RecordDays continuous;
    RecordDays motion;
    RecordAround alerts;
    RecordAround detections;
};
[[nodiscard]] config::OptionSet<RecordOptions> record_option_set();

/// One entry of `storage.tiers:`.
struct StorageTier {
    std::string path;
    config::ByteSize max_size{0}; ///< 0: as much as there is
};
/// `storage.encryption:`
struct EncryptionOptions {
    bool enabled = false;
    Secret<std::string> key; ///< empty: none
    std::string cipher = "xchacha20-poly1305";
};
/// `storage:`
struct StorageOptions {
    std::vector<StorageTier> tiers;
    config::Share min_free{0.05}; ///< of the disk
    EncryptionOptions encryption;
};
[[nodiscard]] config::OptionSet<StorageOptions> storage_option_set();

/// How one camera is recorded.
struct CameraRecording {
    std::chrono::microseconds before{}; ///< kept from before something is seen
    std::chrono::microseconds after{};
    std::string location; ///< of an input of its own, with credentials; empty: what is analysed
    bool loop = true;     ///< files: over and over
    InputManner manner;
    bool audio = false;
    std::optional<media::FallbackOptions> fallback; ///< of an input of its own
    friend bool operator==(const CameraRecording&, const CameraRecording&) = default;
};

/// What a whole configuration says of recording.
struct RecordingSettings {
    RecordingsPlace place;
    bool has_more_tiers = false; ///< which this version does not use
    std::chrono::seconds segment{10};
    std::map<std::string, CameraRecording> cameras; ///< those that are recorded
    recording::RetentionRules rules;
    friend bool operator==(const RecordingSettings&, const RecordingSettings&) = default;
};
[[nodiscard]] RecordingSettings read_recordings(const config::Node& root,
                                                config::Problems& problems);

/// Where the recordings of this configuration lie; as by default without one.
/// \return what is wrong with the file.
[[nodiscard]] Result<RecordingsPlace> place_of_recordings(const std::filesystem::path& config);

} // namespace vedette::app
