#include "vedette/pipeline/camera_analyzer.h"

#include <algorithm>

#include "recent_plates.h"
#include "track_dossier.h"

namespace vedette::pipeline {
namespace {

using domain::Detection;
using domain::NormBox;
using domain::PlateRead;
using domain::Track;
using domain::Verdict;

const std::string kPlateLabel = "plate";

/// A plate sits on its vehicle: the box that holds it with the least room around is the owner's.
bool holds(const NormBox& vehicle, const NormBox& plate) {
    return domain::covered_share(plate, vehicle) > 0.6F;
}

/// What moves may be a vehicle when no model is there to say so.
bool may_carry_a_plate(const std::string& label) {
    return domain::is_vehicle(label) || label == kMovingLabel;
}

/// Picture diagonals: what changes without getting anywhere is a lamp, a tree or a flag.
constexpr float kLeastTravel = 0.04F;

Detection as_detection(const PlateRead& read) {
    return {domain::clamped(domain::bounding_box(read.corners)),
            read.detection_score,
            kPlateLabel,
            {read.corners.begin(), read.corners.end()}};
}

} // namespace

/// One detection that is followed; in plate mode with the read that it came from.
struct CameraAnalyzer::Seen {
    Detection detection;
    std::optional<PlateRead> read;
};

/// A plate found while looking at one vehicle. Vehicles overlap, so several may claim the same
/// plate.
struct CameraAnalyzer::PlateClaim {
    const Track* track;
    PlateRead read;
    NormBox box;
};

CameraAnalyzer::CameraAnalyzer(CameraOptions options, AnalysisIdentity identity,
                               std::unique_ptr<vision::Tracker> tracker,
                               vision::PlateFinder* plates, const vision::PlateGrammars& grammars,
                               EventSink& sink, PipelineProbe& probe, const Clock& clock)
    : options_{std::move(options)}, identity_{std::move(identity)}, traces_{identity_.site,
                                                                            options_.name,
                                                                            identity_.boot},
      tracker_{std::move(tracker)}, plates_{options_.lpr.enabled ? plates : nullptr},
      grammars_{grammars}, sink_{sink}, probe_{probe}, clock_{clock},
      recent_plates_{std::make_unique<RecentPlates>(options_.lpr.dedupe_window)} {}

CameraAnalyzer::~CameraAnalyzer() = default;

Status CameraAnalyzer::analyse(const imaging::Frame& frame, const domain::TraceId& trace,
                               std::span<const Detection> detections) {
    VEDETTE_TRY(const auto seen, gather(frame, detections));
    std::vector<Detection> boxes;
    boxes.reserve(seen.size());
    for (const Seen& one : seen)
        boxes.push_back(one.detection);
    const domain::TrackChanges changes = tracker_->update(frame.at, boxes);
    VEDETTE_CHECK_OK(follow(changes, seen, frame, trace));
    if (identity_.separate_pictures)
        return finish();
    return {};
}

Status CameraAnalyzer::finish() { return close(tracker_->finish().closed); }

void CameraAnalyzer::exchange_models(const std::vector<domain::ModelUse>& models,
                                     vision::PlateFinder* plates) {
    plates_ = options_.lpr.enabled ? plates : nullptr;
    if (identity_.models != models)
        identity_.models = models;
}

Result<std::vector<CameraAnalyzer::Seen>>
CameraAnalyzer::gather(const imaging::Frame& frame, std::span<const Detection> detections) {
    std::vector<Seen> seen;
    const float picture_px =
        static_cast<float>(frame.view.width_px) * static_cast<float>(frame.view.height_px);
    for (const Detection& detection : detections) {
        const LabelFilter& filter = options_.objects.filter_for(detection.label);
        if (options_.objects.tracks(detection.label) &&
            detection.box.area() * picture_px >= static_cast<float>(filter.min_area))
            seen.push_back({detection, std::nullopt});
    }
    if (options_.type == CameraType::lpr && plates_ != nullptr) {
        VEDETTE_TRY(const auto findings, find_plates(frame, std::nullopt));
        for (const PlateRead& read : findings.reads)
            seen.push_back({as_detection(read), read});
    }
    return seen;
}

TrackDossier& CameraAnalyzer::dossier_of(const Track& track) {
    auto& dossier = dossiers_[track.id];
    if (!dossier)
        dossier =
            std::make_unique<TrackDossier>(options_.lpr, options_.snapshots.enabled, grammars_);
    return *dossier;
}

Status CameraAnalyzer::follow(const domain::TrackChanges& changes, std::span<const Seen> seen,
                              const imaging::Frame& frame, const domain::TraceId& trace) {
    std::vector<Track> to_read;
    for (std::size_t i = 0; i < changes.updated.size(); ++i) {
        const Track& track = changes.updated[i];
        const Seen& from = seen[changes.detection_index[i]];
        if (!dossiers_.contains(track.id))
            probe_.track_began(event_of(track.id), track.id, trace);
        TrackDossier& dossier = dossier_of(track);
        dossier.saw(track, from.detection, frame, trace);
        dossier.seen_by(identity_.models);
        if (from.read)
            add_read(track, *from.read, frame, trace);
        else if (plates_ != nullptr && options_.type != CameraType::lpr &&
                 may_carry_a_plate(track.label) && dossier.wants_plate_look(track, frame))
            to_read.push_back(track);
    }
    Status done = read_plates(to_read, frame, trace);
    const auto note = [&done](Status next) { // what ended is told also where something else failed
        if (done)
            done = std::move(next);
    };
    for (const Track& track : changes.updated)
        if (track.stationary && track.confirmed)
            note(conclude(track, dossier_of(track)));
    note(close(changes.closed));
    return done;
}

Result<vision::PlateFindings> CameraAnalyzer::find_plates(const imaging::Frame& frame,
                                                          const std::optional<NormBox>& within) {
    const SteadyTime began = clock_.steady_now();
    const vision::PlateSearch search{within, options_.lpr.detection_threshold};
    VEDETTE_TRY(auto findings, plates_->find(frame.view, search));
    probe_.plates_looked_for(clock_.steady_now() - began, findings.reads.size());
    if (look_observer_ != nullptr && look_observer_->wants_plates())
        look_observer_->plates_found(domain::CameraId{options_.name}, frame, search, findings);
    return findings;
}

void CameraAnalyzer::add_read(const Track& track, const PlateRead& read,
                              const imaging::Frame& frame, const domain::TraceId& trace) {
    dossier_of(track).add_read(read, frame);
    probe_.plate_read(event_of(track.id), track.id, trace, read.confidence);
}

Status CameraAnalyzer::read_plates(const std::vector<Track>& tracks, const imaging::Frame& frame,
                                   const domain::TraceId& trace) {
    std::vector<PlateClaim> claims;
    for (const Track& track : tracks) {
        VEDETTE_TRY(const auto findings, find_plates(frame, track.box));
        dossier_of(track).note_too_small(findings.too_small);
        for (const PlateRead& read : findings.reads)
            claims.push_back({&track, read, domain::bounding_box(read.corners)});
    }
    // The tightest vehicle first: it gets the plate, and at most one.
    std::stable_sort(claims.begin(), claims.end(), [](const PlateClaim& a, const PlateClaim& b) {
        return a.track->box.area() < b.track->box.area();
    });
    std::vector<NormBox> given;
    std::vector<domain::TrackId> served;
    for (const PlateClaim& claim : claims) {
        const bool taken = std::any_of(given.begin(), given.end(), [&](const NormBox& box) {
            return domain::iou(box, claim.box) > 0.3F;
        });
        const bool has_one =
            std::find(served.begin(), served.end(), claim.track->id) != served.end();
        if (taken || has_one || !holds(claim.track->box, claim.box))
            continue;
        add_read(*claim.track, claim.read, frame, trace);
        given.push_back(claim.box);
        served.push_back(claim.track->id);
    }
    return {};
}

/// All of them. \return the first error
Status CameraAnalyzer::close(const std::vector<Track>& tracks) {
    Status first;
    for (const Track& track : tracks) {
        if (Status done = conclude(track, dossier_of(track)); !done && first)
            first = std::move(done);
        dossiers_.erase(track.id);
    }
    return first;
}

domain::EventId CameraAnalyzer::event_of(domain::TrackId track) const {
    return domain::make_event_id(identity_.site, domain::CameraId{options_.name}, identity_.boot,
                                 track, "sighting", 0);
}

Status CameraAnalyzer::conclude(const Track& track, TrackDossier& dossier) {
    if (dossier.concluded())
        return {};
    domain::Event event;
    dossier.describe(event);
    event.id = event_of(track.id);
    event.camera = domain::CameraId{options_.name};
    event.track = track.id;
    event.label = track.label;
    event.score = track.best_score;
    event.stationary = track.stationary;
    event.detections = track.hits;
    event.source = identity_.source;
    const Verdict verdict = verdict_for(track, dossier);
    event.verdict = verdict;
    const Status taken = sink_.take(event, dossier.pictures());
    dossier.mark_concluded(); // refused or not: told twice it would be its own duplicate
    VEDETTE_CHECK_OK(taken);
    funnel_.count(verdict);
    probe_.track_ended(event);
    return {};
}

Verdict CameraAnalyzer::verdict_for(const Track& track, TrackDossier& dossier) {
    if (!track.confirmed)
        return Verdict::too_brief;
    if (track.label == kPlateLabel) {
        const Verdict verdict = plate_verdict(dossier);
        // Captions and signs look like plates; without a vehicle around only a believed text
        // counts.
        return domain::is_published(verdict) && verdict != Verdict::published ? Verdict::too_weak
                                                                              : verdict;
    }
    if (track.best_score < options_.objects.filter_for(track.label).threshold)
        return Verdict::too_weak;
    if (track.label == kMovingLabel && !dossier.plate() && dossier.travelled() < kLeastTravel)
        return Verdict::too_weak;
    return plates_ != nullptr && may_carry_a_plate(track.label) ? plate_verdict(dossier)
                                                                : Verdict::published;
}

Verdict CameraAnalyzer::plate_verdict(TrackDossier& dossier) {
    const auto& plate = dossier.plate();
    if (!plate)
        return dossier.too_small() > 0 ? Verdict::plate_too_small : Verdict::no_plate_found;
    if (plate->confidence < options_.lpr.recognition_threshold)
        return Verdict::plate_unreadable;
    if (plate->resolved.size() < static_cast<std::size_t>(options_.lpr.min_plate_length))
        return Verdict::plate_too_short;
    return recent_plates_->seen_again(plate->resolved, dossier.last_seen()) ? Verdict::duplicate
                                                                            : Verdict::published;
}

std::optional<WallTime> CameraAnalyzer::open_since() const {
    std::optional<WallTime> oldest;
    for (const auto& [id, dossier] : dossiers_) {
        const std::string& label = dossier->track().label;
        const bool has_a_plate = label == kPlateLabel || may_carry_a_plate(label);
        if (plates_ != nullptr && has_a_plate && !dossier->concluded())
            oldest = std::min(oldest.value_or(WallTime::max()), dossier->first_seen());
    }
    return oldest;
}

std::vector<LiveTrack> CameraAnalyzer::live_tracks() const {
    std::vector<LiveTrack> out;
    for (const auto& [id, dossier] : dossiers_)
        out.push_back(
            {dossier->track(), dossier->plate() ? dossier->plate()->resolved : std::string{}});
    return out;
}

} // namespace vedette::pipeline
