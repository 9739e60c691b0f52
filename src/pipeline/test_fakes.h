#pragma once

// Scripted stand-ins for the stages around the analysis.

#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "vedette/base/log.h"
#include "vedette/imaging/image.h"
#include "vedette/media/decoder.h"
#include "vedette/media/source.h"
#include "vedette/pipeline/event_sink.h"
#include "vedette/vision/detector.h"
#include "vedette/vision/plate_finder.h"
#include "vedette/vision/tracker.h"

namespace vedette::pipeline::testing {

inline imaging::Frame frame_at(std::chrono::milliseconds at, int width_px = 640,
                               int height_px = 480) {
    auto image = std::make_shared<imaging::Image>(imaging::PixelFormat::bgr24, width_px, height_px);
    imaging::Frame frame;
    frame.view = image->view();
    frame.at = StreamTime{at};
    frame.captured_at = WallTime{std::chrono::hours{24}} + at;
    frame.owner = image;
    return frame;
}

inline domain::Detection seen(std::string label, domain::NormBox box, float score = 0.9F) {
    return {box, score, std::move(label), {}};
}

/// Keeps every line; fields that are no text by their kind alone.
class RecordingLog final : public Log {
public:
    struct Line {
        std::string message;
        std::map<std::string, std::string> fields;
    };
    void write(LogLevel, std::string_view message, std::span<const LogField> fields) override {
        Line& line = lines.emplace_back(Line{std::string{message}, {}});
        for (const LogField& field : fields) {
            const auto* text = std::get_if<std::string_view>(&field.value);
            line.fields[std::string{field.key}] = text != nullptr ? std::string{*text} : "number";
        }
    }
    std::vector<Line> lines;
};

/// Gives every detection the track of its label and place in the list; tracks end when told.
class ScriptedTracker final : public vision::Tracker {
public:
    explicit ScriptedTracker(int confirm_hits = 2) : confirm_hits_{confirm_hits} {}

    domain::TrackChanges update(StreamTime at,
                                std::span<const domain::Detection> detections) override {
        domain::TrackChanges changes;
        for (std::size_t i = 0; i < detections.size(); ++i) {
            domain::Track& track = tracks_[i];
            if (track.hits == 0) {
                track.id = domain::TrackId{++last_id_};
                track.first_seen = at;
            }
            const domain::Detection& detection = detections[i];
            track.label = detection.label;
            track.box = detection.box;
            track.score = detection.score;
            track.best_score = std::max(track.best_score, detection.score);
            track.last_seen = at;
            track.confirmed = ++track.hits >= confirm_hits_;
            track.stationary = stationary;
            changes.updated.push_back(track);
            changes.detection_index.push_back(i);
        }
        return changes;
    }
    domain::TrackChanges finish() override {
        domain::TrackChanges changes;
        for (auto& [place, track] : tracks_)
            changes.closed.push_back(track);
        tracks_.clear();
        return changes;
    }
    [[nodiscard]] std::size_t size() const override { return tracks_.size(); }
    [[nodiscard]] std::size_t pushed_out() const override { return 0; }

    bool stationary = false;

private:
    const int confirm_hits_;
    std::int64_t last_id_ = 0;
    std::map<std::size_t, domain::Track> tracks_;
};

/// A read that is as sure of every character as `probability` says.
inline domain::PlateRead read_of(const std::string& text, float probability, domain::NormBox at) {
    domain::PlateRead read;
    read.text = text;
    read.confidence = probability;
    for (const char c : text)
        read.characters.push_back({{{std::string(1, c), probability}, {"", 1 - probability}}});
    read.corners = domain::corners_of(at);
    read.detection_score = 0.9F;
    read.height_px = 30;
    return read;
}

/// Gives the same findings whenever asked, and counts.
class ScriptedPlateFinder final : public vision::PlateFinder {
public:
    [[nodiscard]] Result<vision::PlateFindings> find(const imaging::ImageView&,
                                                     const vision::PlateSearch& search) override {
        ++looks;
        whole_picture = !search.within.has_value();
        min_score = search.min_score;
        if (fails)
            return Error{ErrorCode::unavailable, "engine is gone"};
        return findings;
    }
    vision::PlateFindings findings;
    int looks = 0;
    bool whole_picture = false;
    float min_score = -1;
    bool fails = false;
};

class CollectingSink final : public EventSink {
public:
    Status take(domain::Event event, const EventPictures& pictures) override {
        if (fails)
            return Error{ErrorCode::resource_exhausted, "disk is full"};
        had_picture.push_back(!pictures.object.empty());
        had_plate_picture.push_back(!pictures.plate.empty());
        events.push_back(std::move(event));
        return {};
    }
    std::vector<domain::Event> events;
    std::vector<bool> had_picture;
    std::vector<bool> had_plate_picture;
    bool fails = false;
};

/// `count` packets, then the end or an error. Packets carry nothing: the fake decoder makes
/// pictures out of thin air.
class ScriptedSource final : public media::Source {
public:
    ScriptedSource(int count, std::optional<Error> then, bool live = false)
        : left_{count}, then_{std::move(then)} {
        info_.live = live;
        info_.width_px = 64;
        info_.height_px = 48;
    }
    [[nodiscard]] const media::StreamInfo& info() const override { return info_; }
    [[nodiscard]] Result<std::optional<media::Packet>> read(std::stop_token stop) override {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped"};
        if (left_-- > 0)
            return std::optional{media::Packet{nullptr}};
        if (then_)
            return *then_;
        return std::optional<media::Packet>{};
    }
    [[nodiscard]] const std::string& name() const override { return name_; }
    media::StreamInfo info_;

private:
    int left_;
    std::optional<Error> then_;
    std::string name_ = "scripted";
};

/// One picture per packet, 40 ms apart.
class ScriptedDecoder final : public media::Decoder {
public:
    Status send(const media::Packet&, media::Wanted) override {
        ++stats_.packets;
        ready_ = true;
        return {};
    }
    Status finish() override { return {}; }
    Status restart() override { return {}; }
    void release_memory() override {}
    [[nodiscard]] Result<std::optional<imaging::FramePtr>> receive() override {
        if (!std::exchange(ready_, false))
            return std::optional<imaging::FramePtr>{};
        auto frame = std::make_shared<imaging::Frame>(
            frame_at(std::chrono::milliseconds{40 * static_cast<int>(stats_.frames)}, 64, 48));
        frame->sequence = stats_.frames++;
        return std::optional<imaging::FramePtr>{std::move(frame)};
    }
    [[nodiscard]] const media::DecoderStats& stats() const override { return stats_; }

private:
    media::DecoderStats stats_;
    bool ready_ = false;
};

/// Sees the same things in every picture; fails after so many.
class ScriptedDetector final : public vision::Detector {
public:
    explicit ScriptedDetector(std::vector<domain::Detection> sees, int fail_after = -1)
        : sees_{std::move(sees)}, fail_after_{fail_after} {}
    [[nodiscard]] Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        if (fail_after_ >= 0 && calls >= fail_after_)
            return Error{ErrorCode::unavailable, "device lost"};
        ++calls;
        return std::vector<std::vector<domain::Detection>>(pictures.size(), sees_);
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }
    int calls = 0;

private:
    std::vector<domain::Detection> sees_;
    int fail_after_;
    std::string id_ = "scripted@1";
};

} // namespace vedette::pipeline::testing
