#include "vedette/vision/eval/track_eval.h"

#include <chrono>
#include <cmath>
#include <utility>

#include "eval/perturb.h"
#include "eval/track_data.h"

namespace vedette::vision {
namespace {

/// Leaves the pictures at which a camera of `fps` would have looked.
std::vector<std::pair<std::size_t, SequenceFrame>> thinned_out(TrackSequence& sequence,
                                                               std::optional<double> fps) {
    const double step = fps && *fps < sequence.fps ? sequence.fps / *fps : 1;
    std::vector<std::pair<std::size_t, SequenceFrame>> kept;
    for (double at = 0; std::llround(at) < std::ssize(sequence.frames); at += step) {
        const auto index = static_cast<std::size_t>(std::llround(at));
        kept.emplace_back(index, std::move(sequence.frames[index]));
    }
    return kept;
}

std::vector<ResultBox> believed(const domain::TrackChanges& changes,
                                const TrackSequence& sequence) {
    std::vector<ResultBox> results;
    for (const domain::Track& track : changes.updated)
        if (track.confirmed)
            results.push_back(
                {track.id.value(),
                 {track.box.left * sequence.width_px, track.box.top * sequence.height_px,
                  track.box.width * sequence.width_px, track.box.height * sequence.height_px}});
    return results;
}

SequenceResult run(TrackSequence sequence, const TrackEvalOptions& options, const Clock& clock) {
    SequenceResult result{
        .name = sequence.name, .source = sequence.source, .fps = sequence.fps, .score = {}};
    std::vector<ScoredFrame> scored;
    if (sequence.source == DetectionSource::none) {
        scored.reserve(sequence.frames.size());
        for (SequenceFrame& frame : sequence.frames)
            scored.push_back(std::move(frame.scored));
        result.score = score_tracks(scored, sequence.scoring);
        return result;
    }
    if (sequence.source == DetectionSource::perturbed)
        perturb_truth_into_detections(sequence, {}, options.noise_seed);
    const auto frames = thinned_out(sequence, options.fps);
    if (options.fps)
        result.fps = std::min(result.fps, *options.fps);
    const auto tracker = make_byte_tracker(
        options.tracker, static_cast<float>(sequence.width_px / sequence.height_px));
    SteadyTime::duration spent{};
    for (const auto& [index, frame] : frames) {
        const auto at = std::chrono::duration_cast<StreamClock::duration>(
            std::chrono::duration<double>{static_cast<double>(index) / sequence.fps});
        const SteadyTime start = clock.steady_now();
        const domain::TrackChanges changes = tracker->update(StreamTime{at}, frame.detections);
        spent += clock.steady_now() - start;
        scored.push_back({frame.scored.truth, believed(changes, sequence)});
    }
    result.tracking_ms = std::chrono::duration<double, std::milli>{spent}.count();
    result.score = score_tracks(scored, sequence.scoring);
    return result;
}

} // namespace

Result<std::vector<SequenceResult>> evaluate_tracks(const std::filesystem::path& folder,
                                                    const TrackEvalOptions& options,
                                                    const Clock& clock) {
    if (options.fps && !(*options.fps > 0))
        return Error{ErrorCode::invalid_argument, "fps must be above 0"};
    VEDETTE_TRY(std::vector<TrackSequence> sequences, read_track_sequences(folder));
    std::vector<SequenceResult> results;
    for (TrackSequence& sequence : sequences)
        results.push_back(run(std::move(sequence), options, clock));
    return results;
}

} // namespace vedette::vision
