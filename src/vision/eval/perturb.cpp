#include "eval/perturb.h"

#include <algorithm>
#include <random>

namespace vedette::vision {
namespace {

/// Uniform and bell-shaped numbers out of the engine's bits: the standard distributions differ
/// between libraries.
class Noise {
public:
    explicit Noise(std::uint64_t seed) : bits_{seed} {}
    double uniform() { return static_cast<double>(bits_() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    double bell(double deviation) { // sum of twelve uniforms: variance 1
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += uniform();
        return deviation * sum;
    }

private:
    std::mt19937_64 bits_;
};

domain::Detection detection_of(const PixelBox& box, double score, const TrackSequence& sequence) {
    domain::Detection detection;
    detection.box = {static_cast<float>(box.left / sequence.width_px),
                     static_cast<float>(box.top / sequence.height_px),
                     static_cast<float>(box.width / sequence.width_px),
                     static_cast<float>(box.height / sequence.height_px)};
    detection.score = static_cast<float>(std::clamp(score, 0.0, 1.0));
    detection.label = "person";
    return detection;
}

PixelBox jittered(const PixelBox& box, double deviation, Noise& noise) {
    const double left = box.left + noise.bell(deviation * box.width);
    const double top = box.top + noise.bell(deviation * box.height);
    const double right = box.left + box.width + noise.bell(deviation * box.width);
    const double bottom = box.top + box.height + noise.bell(deviation * box.height);
    return {left, top, std::max(1.0, right - left), std::max(1.0, bottom - top)};
}

PixelBox anywhere(const TrackSequence& sequence, Noise& noise) {
    const double height = sequence.height_px * noise.uniform(0.1, 0.5);
    const double width = height * noise.uniform(0.3, 0.6);
    return {noise.uniform(0, sequence.width_px - width),
            noise.uniform(0, sequence.height_px - height), width, height};
}

} // namespace

void perturb_truth_into_detections(TrackSequence& sequence, const PerturbOptions& options,
                                   std::uint64_t seed) {
    Noise noise{seed};
    for (SequenceFrame& frame : sequence.frames) {
        frame.detections.clear();
        for (std::size_t i = 0; i < frame.scored.truth.size(); ++i) {
            const TruthBox& truth = frame.scored.truth[i];
            const double visibility = frame.visibility[i];
            if (truth.role != TruthRole::counted || visibility < options.least_visibility ||
                noise.uniform() < options.miss_share)
                continue;
            // Half hidden objects score low, as with real detectors.
            const double score = 0.35 + 0.55 * visibility + noise.bell(0.1);
            frame.detections.push_back(
                detection_of(jittered(truth.box, options.edge_noise, noise), score, sequence));
        }
        for (double left = options.false_alarms; left > 0; --left)
            if (noise.uniform() < left)
                frame.detections.push_back(
                    detection_of(anywhere(sequence, noise), noise.uniform(0.1, 0.7), sequence));
    }
}

} // namespace vedette::vision
