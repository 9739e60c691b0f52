#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/detection.h"
#include "vedette/domain/track.h"
#include "vedette/imaging/frame.h"
#include "vedette/pipeline/event_sink.h"
#include "vedette/pipeline/funnel.h"
#include "vedette/pipeline/look_observer.h"
#include "vedette/pipeline/options.h"
#include "vedette/pipeline/probe.h"
#include "vedette/pipeline/trace_ids.h"
#include "vedette/vision/plate_finder.h"
#include "vedette/vision/plate_grammar.h"
#include "vedette/vision/tracker.h"

namespace vedette::pipeline {

class RecentPlates;
class TrackDossier;

/// Who and what an analysis speaks of in its events.
struct AnalysisIdentity {
    std::string site = "default";
    std::string boot;   ///< differs from start to start (live) or from input to input (files)
    std::string source; ///< for people, without credentials
    std::vector<domain::ModelUse> models;
    bool separate_pictures =
        false; ///< no motion between frames: every picture is concluded at once
};

/// A track that is being followed, for drawing.
struct LiveTrack {
    domain::Track track;
    std::string text; ///< the plate as read so far; may be empty
};

/// track → read → observe for one camera: follows detections, reads plates on the best views, and
/// gives every track one verdict, as soon as it ends or comes to rest.
///
/// Thread-compatible. Memory is bounded by the tracker's limit: a few reads and one cut-out per
/// track.
class CameraAnalyzer {
public:
    /// \param plates   may be null: no plates are read. Borrowed, as sink, probe and clock; they
    /// must outlive this.
    CameraAnalyzer(CameraOptions options, AnalysisIdentity identity,
                   std::unique_ptr<vision::Tracker> tracker, vision::PlateFinder* plates,
                   const vision::PlateGrammars& grammars, EventSink& sink, PipelineProbe& probe,
                   const Clock& clock);
    ~CameraAnalyzer();

    /// One picture that was looked at; also without detections.
    /// \param trace  of this picture, see traces()
    /// \pre frame.at is later than in every earlier call (unless pictures are separate).
    /// \return the sink's or the plate finder's error.
    Status analyse(const imaging::Frame& frame, const domain::TraceId& trace,
                   std::span<const domain::Detection> detections);

    /// Concludes every track; for the end of the input.
    Status finish();

    /// From the next picture on others look at it and its plates. What is being followed goes on;
    /// its event names the models of before and of after. \param plates  as in the constructor;
    /// borrowed
    void exchange_models(const std::vector<domain::ModelUse>& models, vision::PlateFinder* plates);

    [[nodiscard]] std::vector<LiveTrack> live_tracks() const;
    /// Since when the oldest track is followed whose plate is still to be told; nothing: there is
    /// none.
    [[nodiscard]] std::optional<WallTime> open_since() const;
    /// Who hears of plates that were looked for; null: nobody. Borrowed.
    void tell(LookObserver* observer) noexcept { look_observer_ = observer; }
    /// For the pictures of this input, at capture. Thread-safe.
    [[nodiscard]] const TraceIds& traces() const noexcept { return traces_; }
    [[nodiscard]] const Funnel& funnel() const noexcept { return funnel_; }

private:
    struct Seen;
    struct PlateClaim;

    [[nodiscard]] Result<std::vector<Seen>> gather(const imaging::Frame& frame,
                                                   std::span<const domain::Detection> detections);
    [[nodiscard]] Status follow(const domain::TrackChanges& changes, std::span<const Seen> seen,
                                const imaging::Frame& frame, const domain::TraceId& trace);
    [[nodiscard]] Status read_plates(const std::vector<domain::Track>& tracks,
                                     const imaging::Frame& frame, const domain::TraceId& trace);
    void add_read(const domain::Track& track, const domain::PlateRead& read,
                  const imaging::Frame& frame, const domain::TraceId& trace);
    [[nodiscard]] domain::EventId event_of(domain::TrackId track) const;
    [[nodiscard]] Result<vision::PlateFindings>
    find_plates(const imaging::Frame& frame, const std::optional<domain::NormBox>& within);
    [[nodiscard]] Status close(const std::vector<domain::Track>& tracks);
    [[nodiscard]] Status conclude(const domain::Track& track, TrackDossier& dossier);
    [[nodiscard]] domain::Verdict verdict_for(const domain::Track& track, TrackDossier& dossier);
    [[nodiscard]] domain::Verdict plate_verdict(TrackDossier& dossier);
    [[nodiscard]] TrackDossier& dossier_of(const domain::Track& track);

    const CameraOptions options_;
    AnalysisIdentity identity_; ///< its models change
    const TraceIds traces_;
    const std::unique_ptr<vision::Tracker> tracker_;
    vision::PlateFinder* plates_;
    const vision::PlateGrammars grammars_;
    EventSink& sink_;
    PipelineProbe& probe_;
    const Clock& clock_;
    LookObserver* look_observer_ = nullptr;
    std::map<domain::TrackId, std::unique_ptr<TrackDossier>> dossiers_; ///< one per track alive
    const std::unique_ptr<RecentPlates> recent_plates_;
    Funnel funnel_;
};

} // namespace vedette::pipeline
