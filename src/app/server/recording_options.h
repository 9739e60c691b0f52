#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/camera_stream.h"
#include "app/data/masks.h"
#include "app/server/storage_options.h"
#include "vedette/config/node.h"
#include "vedette/config/option_set.h"
#include "vedette/config/problems.h"
#include "vedette/media/encoder.h"
#include "vedette/recording/encoded_tap.h"

namespace vedette::app {

/// `record.continuous:` and `record.motion:`
struct RecordDays {
    double days = 0;
};

/// `record.detections.retain:`
struct RecordRetain {
    double days = 10;
    recording::KeepMode mode = recording::KeepMode::motion;
};

/// `record.detections:` and `record.alerts:`
struct RecordAround {
    std::chrono::microseconds pre_capture{std::chrono::seconds{5}};
    std::chrono::microseconds post_capture{std::chrono::seconds{5}};
    RecordRetain retain;
};

/// `record.encode:`
struct RecordEncode {
    bool enabled = false;
    media::VideoCodec codec = media::VideoCodec::h264;
    std::string encoder = "auto";
    media::EncodeQuality quality = media::EncodeQuality::medium;
    std::optional<int> max_kbps;   ///< nothing: what the quality takes
    std::optional<double> max_fps; ///< nothing: as it comes
    std::optional<int> max_height; ///< pixels; nothing: as it comes
};

/// `record:`, globally and of a camera.
struct RecordOptions {
    bool enabled = true;
    std::chrono::microseconds segment{std::chrono::seconds{10}};
    RecordEncode encode;
    bool previews = true;
    RecordDays continuous;
    bool fail_open = true;
    RecordDays motion;
    RecordAround alerts;
    RecordAround detections;
};
[[nodiscard]] config::OptionSet<RecordOptions> record_option_set();

/// `review.alerts:`
struct ReviewAlerts {
    std::vector<std::string> labels{"person", "car"}; ///< empty: all
};
/// `review:`, globally and of a camera.
struct ReviewOptions {
    ReviewAlerts alerts;
};
[[nodiscard]] config::OptionSet<ReviewOptions> review_option_set();

/// How the pictures of an input are encoded again before they are recorded.
struct EncodedAgain {
    recording::EncodeOptions options;
    imaging::PictureMask mask; ///< burnt in
    std::string hwaccel;       ///< who decodes
    friend bool operator==(const EncodedAgain&, const EncodedAgain&) = default;
};

/// The input that a camera is recorded from.
struct RecordedInput {
    std::string location; ///< of one of its own, with credentials; empty: what is analysed
    bool loop = true;     ///< files: over and over
    InputManner manner;
    bool audio = false;
    std::optional<media::FallbackOptions> fallback; ///< of one of its own
    std::optional<EncodedAgain> encode;             ///< nothing: packets as they come
    friend bool operator==(const RecordedInput&, const RecordedInput&) = default;
};

/// How one camera is recorded, and what of it matters.
struct CameraRecording {
    RecordedInput input;
    std::chrono::microseconds before{}; ///< kept from before something is seen
    std::chrono::microseconds after{};
    std::chrono::microseconds before_alert{};
    std::chrono::microseconds after_alert{};
    std::vector<std::string> alert_labels; ///< of what counts as an alert; empty: all
    bool fail_open = true; ///< what nobody looked at counts as if somebody had been seen
    bool previews = true;
    friend bool operator==(const CameraRecording&, const CameraRecording&) = default;
};

/// What a whole configuration says of recording.
struct RecordingSettings {
    RecordingsPlace place;
    std::chrono::seconds segment{10};
    std::map<std::string, CameraRecording> cameras; ///< those that are recorded
    std::vector<recording::TierRules> tiers{{}};    ///< the first one's first
    [[nodiscard]] const recording::RetentionRules& rules() const { return tiers.front().rules; }
    [[nodiscard]] recording::RetentionRules& rules() { return tiers.front().rules; }
    friend bool operator==(const RecordingSettings&, const RecordingSettings&) = default;
};
[[nodiscard]] RecordingSettings read_recordings(const config::Node& root,
                                                config::Problems& problems);

/// What commands need to read what a server with this configuration recorded.
struct RecordedBy {
    RecordingSettings settings;
    PrivacyMasks masks; ///< of all its cameras
};
/// Without a configuration as by default. \return what is wrong with the file.
[[nodiscard]] Result<RecordedBy> recorded_by(const std::filesystem::path& config);
/// Its settings alone.
[[nodiscard]] Result<RecordingSettings> settings_of_recordings(const std::filesystem::path& config);
/// Where recordings lie, of these.
[[nodiscard]] Result<RecordingsPlace> place_of_recordings(const std::filesystem::path& config);

/// Of how old a tier lets recordings become and `record` does not, for people; empty: of none.
[[nodiscard]] std::vector<std::string> ages_without_effect(const RecordingSettings& settings);

} // namespace vedette::app
