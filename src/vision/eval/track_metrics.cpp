#include "vedette/vision/eval/track_metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "track/assignment.h"

namespace vedette::vision {
namespace {

constexpr double kKeepMatchBonus = 1000; // outweighs any sum of overlaps in one frame
constexpr double kRounding = 1e-9;
constexpr double kInsideShare = 0.5; // of a result's area that makes it lie in a region

double area(const PixelBox& box) noexcept {
    return std::max(0.0, box.width) * std::max(0.0, box.height);
}

double shared_area(const PixelBox& a, const PixelBox& b) noexcept {
    const double width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
    const double height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
    return width > 0 && height > 0 ? width * height : 0;
}

double ratio(double part, double whole) noexcept { return whole > 0 ? part / whole : 0; }

/// Pairs truth (rows) with results (columns); `bonus(row, column)` is added to the overlap.
template <class Bonus>
std::vector<Match> match_boxes(std::span<const TruthBox> truth, std::span<const ResultBox> results,
                               double least_iou, Bonus bonus) {
    WeightMatrix weights{truth.size(), results.size()};
    for (std::size_t row = 0; row < truth.size(); ++row)
        for (std::size_t column = 0; column < results.size(); ++column) {
            const double overlap = iou(truth[row].box, results[column].box);
            if (overlap >= least_iou - kRounding)
                weights.set(row, column, overlap + bonus(row, column));
        }
    return best_matching(weights);
}

/// The frame without what neither side is judged by: forgiven results, and truth nobody asked for.
ScoredFrame judged_part(const ScoredFrame& frame, const TrackScoringOptions& options) {
    std::vector<TruthBox> boxes;
    std::vector<PixelBox> regions;
    for (const TruthBox& truth : frame.truth) {
        if (truth.role == TruthRole::region)
            regions.push_back(truth.box);
        else
            boxes.push_back(truth);
    }
    std::vector<const TruthBox*> found_by(frame.results.size(), nullptr);
    for (const Match& pair : match_boxes(boxes, frame.results, options.least_iou,
                                         [](std::size_t, std::size_t) { return 0.0; }))
        found_by[pair.column] = &boxes[pair.row];

    const auto in_region = [&](const PixelBox& box) {
        return std::any_of(regions.begin(), regions.end(), [&](const PixelBox& region) {
            return shared_area(box, region) > kInsideShare * area(box);
        });
    };
    ScoredFrame judged;
    for (std::size_t i = 0; i < frame.results.size(); ++i) {
        const PixelBox& box = frame.results[i].box;
        const bool forgiven =
            found_by[i] != nullptr
                ? found_by[i]->role == TruthRole::forgiving
                : box.height < options.least_height_px - kRounding || in_region(box);
        if (!forgiven)
            judged.results.push_back(frame.results[i]);
    }
    std::copy_if(boxes.begin(), boxes.end(), std::back_inserter(judged.truth),
                 [](const TruthBox& truth) { return truth.role == TruthRole::counted; });
    return judged;
}

/// Sums up CLEAR MOT frame by frame.
class ClearMot {
public:
    explicit ClearMot(double least_iou) : least_iou_{least_iou} {}

    void add(const ScoredFrame& frame) {
        const std::vector<Match> pairs = match_boxes(
            frame.truth, frame.results, least_iou_, [&](std::size_t row, std::size_t column) {
                const auto object = objects_.find(frame.truth[row].id);
                const bool kept = object != objects_.end() && object->second.frame + 1 == frame_ &&
                                  object->second.result == frame.results[column].id;
                return kept ? kKeepMatchBonus : 0;
            });
        for (const TruthBox& truth : frame.truth)
            ++objects_[truth.id].present;
        for (const Match& pair : pairs)
            note_found(frame.truth[pair.row], frame.results[pair.column]);
        ++score_.frames;
        score_.truth_boxes += static_cast<std::int64_t>(frame.truth.size());
        score_.result_boxes += static_cast<std::int64_t>(frame.results.size());
        score_.found += static_cast<std::int64_t>(pairs.size());
        score_.false_positives += static_cast<std::int64_t>(frame.results.size() - pairs.size());
        ++frame_;
    }

    [[nodiscard]] TrackScore finish() {
        score_.truth_tracks = static_cast<std::int64_t>(objects_.size());
        for (const auto& [id, object] : objects_) {
            const double share =
                ratio(static_cast<double>(object.found), static_cast<double>(object.present));
            score_.mostly_tracked += share > 0.8 ? 1 : 0;
            score_.mostly_lost += share < 0.2 ? 1 : 0;
        }
        return score_;
    }

private:
    struct Object {
        std::int64_t present = 0;
        std::int64_t found = 0;
        std::int64_t frame = -2; ///< last one in which it was found
        std::int64_t result = 0; ///< under which id
    };

    void note_found(const TruthBox& truth, const ResultBox& result) {
        Object& object = objects_[truth.id];
        if (object.found > 0) {
            score_.switches += object.result != result.id ? 1 : 0;
            score_.fragmentations += object.frame + 1 != frame_ ? 1 : 0;
        }
        ++object.found;
        object.frame = frame_;
        object.result = result.id;
        score_.iou_sum += iou(truth.box, result.box);
    }

    double least_iou_;
    std::int64_t frame_ = 0;
    std::map<std::int64_t, Object> objects_;
    TrackScore score_;
};

/// Counts overlaps of each object with each result id, then pairs them once for the whole sequence.
class IdentityMatching {
public:
    explicit IdentityMatching(double least_iou) : least_iou_{least_iou} {}

    void add(const ScoredFrame& frame) {
        for (const TruthBox& truth : frame.truth)
            for (const ResultBox& result : frame.results)
                if (iou(truth.box, result.box) >= least_iou_ - kRounding)
                    ++together_[{index_of(truths_, truth.id), index_of(results_, result.id)}];
    }

    [[nodiscard]] std::int64_t identified() const {
        WeightMatrix weights{truths_.size(), results_.size()};
        for (const auto& [pair, count] : together_)
            weights.set(pair.first, pair.second, static_cast<double>(count));
        double total = 0;
        for (const Match& pair : best_matching(weights))
            total += weights.at(pair.row, pair.column);
        return static_cast<std::int64_t>(total);
    }

private:
    using Indices = std::map<std::int64_t, std::size_t>;
    static std::size_t index_of(Indices& indices, std::int64_t id) {
        return indices.try_emplace(id, indices.size()).first->second;
    }

    double least_iou_;
    Indices truths_;
    Indices results_;
    std::map<std::pair<std::size_t, std::size_t>, std::int64_t> together_;
};

} // namespace

double iou(const PixelBox& a, const PixelBox& b) noexcept {
    const double shared = shared_area(a, b);
    return ratio(shared, area(a) + area(b) - shared);
}

double TrackScore::mota() const noexcept {
    return ratio(static_cast<double>(found - false_positives - switches),
                 static_cast<double>(truth_boxes));
}
double TrackScore::motp() const noexcept { return ratio(iou_sum, static_cast<double>(found)); }
double TrackScore::recall() const noexcept {
    return ratio(static_cast<double>(found), static_cast<double>(truth_boxes));
}
double TrackScore::precision() const noexcept {
    return ratio(static_cast<double>(found), static_cast<double>(result_boxes));
}
double TrackScore::idf1() const noexcept {
    return ratio(2 * static_cast<double>(identified),
                 static_cast<double>(truth_boxes + result_boxes));
}
double TrackScore::idp() const noexcept {
    return ratio(static_cast<double>(identified), static_cast<double>(result_boxes));
}
double TrackScore::idr() const noexcept {
    return ratio(static_cast<double>(identified), static_cast<double>(truth_boxes));
}

TrackScore& TrackScore::operator+=(const TrackScore& other) noexcept {
    frames += other.frames;
    truth_boxes += other.truth_boxes;
    result_boxes += other.result_boxes;
    found += other.found;
    false_positives += other.false_positives;
    switches += other.switches;
    fragmentations += other.fragmentations;
    truth_tracks += other.truth_tracks;
    mostly_tracked += other.mostly_tracked;
    mostly_lost += other.mostly_lost;
    identified += other.identified;
    iou_sum += other.iou_sum;
    return *this;
}

TrackScore score_tracks(std::span<const ScoredFrame> frames, const TrackScoringOptions& options) {
    ClearMot clear{options.least_iou};
    IdentityMatching identity{options.least_iou};
    for (const ScoredFrame& frame : frames) {
        const ScoredFrame judged = judged_part(frame, options);
        clear.add(judged);
        identity.add(judged);
    }
    TrackScore score = clear.finish();
    score.identified = identity.identified();
    return score;
}

} // namespace vedette::vision
