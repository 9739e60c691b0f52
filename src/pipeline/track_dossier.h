#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vedette/domain/detection.h"
#include "vedette/domain/event.h"
#include "vedette/domain/track.h"
#include "vedette/imaging/frame.h"
#include "vedette/pipeline/event_sink.h"
#include "vedette/pipeline/options.h"
#include "vedette/vision/plate_finder.h"
#include "vedette/vision/plate_fusion.h"

namespace vedette::pipeline {

/// When and how well something was seen, on both time lines.
struct View {
    WallTime wall;
    StreamTime stream;
    domain::NormBox box;
    domain::TraceId trace; ///< of the picture
    float quality =
        0; ///< comparable within one track: larger, surer and whole in the picture is better
};

/// All that is known of one track: its best view, its plate reads, and whether it has been told to
/// anyone yet.
///
/// Thread-compatible. Holds cut-outs instead of frames, so that no decoder buffer waits for a slow
/// car.
class TrackDossier {
public:
    TrackDossier(const LprOptions& lpr, bool keep_pictures, const vision::PlateGrammars& grammars);

    /// Takes note of one more detection and keeps its picture if it is the best so far.
    void saw(const domain::Track& track, const domain::Detection& detection,
             const imaging::Frame& frame, const domain::TraceId& trace);

    /// Takes note of who looked at it last; until its verdict, whoever comes later has no part in
    /// it.
    void seen_by(const std::vector<domain::ModelUse>& models);

    /// Whether looking for a plate in this frame is likely to add something; counts as an attempt
    /// if so.
    [[nodiscard]] bool wants_plate_look(const domain::Track& track, const imaging::Frame& frame);
    void add_read(const domain::PlateRead& read, const imaging::Frame& frame);
    void note_too_small(int plates) noexcept { too_small_ += plates; }

    /// All reads fused; nothing without any. Fused anew only after a new read: it costs
    /// milliseconds.
    [[nodiscard]] const std::optional<domain::PlateText>& plate();
    /// As it stood when it was last seen.
    [[nodiscard]] const domain::Track& track() const noexcept { return track_; }
    [[nodiscard]] WallTime first_seen() const noexcept { return first_.wall; }
    [[nodiscard]] WallTime last_seen() const noexcept { return last_.wall; }
    [[nodiscard]] float travelled() const noexcept { return travelled_; } ///< picture diagonals
    [[nodiscard]] int too_small() const noexcept { return too_small_; }
    [[nodiscard]] bool concluded() const noexcept { return concluded_; }
    void mark_concluded() noexcept;

    [[nodiscard]] const EventPictures& pictures() const noexcept { return pictures_; }
    /// Fills what this dossier knows: times, box, path, plate, models.
    void describe(domain::Event& event);

private:
    void keep_plate_picture(const domain::PlateRead& read, const imaging::Frame& frame);
    [[nodiscard]] bool is_settled(float quality);
    [[nodiscard]] StreamClock::duration patience() const noexcept;

    const LprOptions lpr_;
    const bool keep_pictures_;
    domain::Track track_;
    View first_, last_, best_;
    domain::NormPoint anchor_; ///< where the path's last counted step ended
    float travelled_ = 0;      ///< picture diagonals
    vision::PlateFusion fusion_;
    std::optional<domain::PlateText> plate_;
    bool plate_is_stale_ = false;
    std::optional<domain::NormQuad> plate_corners_; ///< of the surest read
    float surest_read_ = -1;
    int attempts_ = 0;
    int in_vain_ = 0; ///< attempts since the last read
    int too_small_ = 0;
    float best_attempt_ = 0; ///< quality of the best view that was searched for a plate
    StreamTime last_attempt_;
    EventPictures pictures_;
    std::vector<domain::ModelUse> models_; ///< the last to look at it last; a few at most
    bool seen_ = false;
    bool concluded_ = false;
};

/// A box in whole pixels of the picture, at least one pixel large.
[[nodiscard]] imaging::PixelRect to_pixels(const domain::NormBox& box,
                                           const imaging::ImageView& picture);

} // namespace vedette::pipeline
