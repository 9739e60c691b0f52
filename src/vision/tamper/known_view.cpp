#include "tamper/known_view.h"

#include <algorithm>
#include <cmath>
namespace vedette::vision {
namespace {

/// Length of the mean of unit vectors from which an edge belongs to the scene.
constexpr float kSteady = 0.4F;
/// Of a block's pixels; fewer tell nothing.
constexpr std::size_t kLeastStructure = kBlockWidth * kBlockHeight / 20;
/// Along the upper and lower edge cameras print clocks and names, which stay whatever happens.
constexpr std::size_t kFirstBlock = kViewColumns;
constexpr std::size_t kEndBlock = kViewBlocks - kViewColumns;
/// A block's structure is still there if so much of it lies on edges now …
constexpr float kLeastPresent = 0.3F;
/// … and they run the same way: the cosine of twice the angle, on average.
constexpr float kLeastLike = 0.6F;

/// Of what is learned of everything else in that time.
constexpr double kSharperLearned = 0.02;
constexpr double kSofterLearned = 0.3;
/// Weights of the first pictures, which are learned as they are.
constexpr double kStillNew = 0.075;
/// Days against the minutes of everything else.
constexpr float kFullestForgotten = 0.002F;

/// Likeness in place less that beside it, from which a direction says where the view lies.
constexpr float kLeastContrast = 0.06F;

/// A block stands where it did if it has so much of the contrast that it mostly has.
constexpr float kStands = 0.6F;

/// Of the contrast that there mostly is, in the direction that has less left of it.
float share_of(const Contrast& now, const Contrast& usual) {
    float out = usual.like > 0 ? std::min(1.0F, now.like / usual.like) : 0;
    if (usual.across >= kLeastContrast)
        out = std::min(out, now.across / usual.across);
    if (usual.down >= kLeastContrast)
        out = std::min(out, now.down / usual.down);
    return out;
}

void blend(float& mean, float value, double weight) {
    mean += static_cast<float>(weight) * (value - mean);
}

} // namespace

KnownView::KnownView() : mean_(kViewHeight, kViewWidth, cv::Vec2f{}) {}

void KnownView::learn(const ViewMeasure& seen, double weight) {
    cv::addWeighted(mean_, 1 - weight, seen.orientation, weight, 0, mean_);
    if (structured_ > 0) {
        blend(usual_agreement_, agreement(seen.orientation), weight);
        learn_contrasts(seen.orientation, weight);
    }
    find_structure();
    blend(luminance_, seen.luminance, weight);
    blend(detailed_, static_cast<float>(seen.detailed()), weight);
    fullest_ = std::max(detailed_, fullest_ * (1 - static_cast<float>(weight) * kFullestForgotten));
    blend(sharp_blocks_, static_cast<float>(seen.sharp_blocks), weight);
    if (seen.sharp_blocks > 0)
        learn_sharpness(seen.sharpness, weight);
}

/// Rain and noise look sharp; when they are over the scene is no softer than it was before.
void KnownView::learn_sharpness(float seen, double weight) {
    const double share = seen > sharpness_ ? kSharperLearned : kSofterLearned;
    blend(sharpness_, seen, weight > kStillNew ? weight : share * weight);
}

void KnownView::find_structure() {
    structure_.clear();
    structured_ = 0;
    starts_.fill(0);
    for (std::size_t block = kFirstBlock; block < kEndBlock; ++block) {
        const int left = static_cast<int>(block % kViewColumns) * kBlockWidth;
        const int top = static_cast<int>(block / kViewColumns) * kBlockHeight;
        const auto start = static_cast<int>(structure_.size());
        starts_.at(block) = start;
        for (int y = top; y < top + kBlockHeight; ++y) {
            const cv::Vec2f* mean = mean_[y];
            for (int x = left; x < left + kBlockWidth; ++x) {
                const float square = mean[x].dot(mean[x]);
                if (square >= kSteady * kSteady)
                    structure_.push_back({x, y, mean[x] * (1 / std::sqrt(square))});
            }
        }
        structured_ +=
            structure_.size() - static_cast<std::size_t>(start) >= kLeastStructure ? 1 : 0;
    }
    starts_.at(kEndBlock) = static_cast<int>(structure_.size());
}

float KnownView::agreement(const OrientationField& seen) const {
    int agreeing = 0;
    for (std::size_t block = kFirstBlock; block < kEndBlock; ++block)
        agreeing += block_agrees(block, seen) ? 1 : 0;
    return structured_ == 0 ? 0 : static_cast<float>(agreeing) / static_cast<float>(structured_);
}

bool KnownView::block_agrees(std::size_t block, const OrientationField& seen) const {
    const auto structure = structure_of(block);
    if (structure.size() < kLeastStructure)
        return false;
    float present = 0;
    float like = 0;
    for (const Edge& known : structure) {
        const cv::Vec2f& now = seen(known.y, known.x);
        like += known.way.dot(now);
        present += now.dot(now);
    }
    return present >= kLeastPresent * static_cast<float>(structure.size()) &&
           like >= kLeastLike * present;
}

std::span<const Edge> KnownView::structure_of(std::size_t block) const {
    const auto start = static_cast<std::size_t>(starts_.at(block));
    const auto end = static_cast<std::size_t>(starts_.at(block + 1));
    return end <= start ? std::span<const Edge>{}
                        : std::span<const Edge>{structure_}.subspan(start, end - start);
}

KnownView::BlockContrasts KnownView::contrasts(const OrientationField& seen) const {
    BlockContrasts out{};
    for (std::size_t block = kFirstBlock; block < kEndBlock; ++block)
        out.at(block) = contrast_in_place(structure_of(block), seen);
    return out;
}

Contrast KnownView::sum_of(const BlockContrasts& blocks) const {
    Contrast out;
    const auto all = static_cast<float>(std::max<std::size_t>(1, structure_.size()));
    for (std::size_t block = kFirstBlock; block < kEndBlock; ++block) {
        const float share = static_cast<float>(structure_of(block).size()) / all;
        out.like += share * blocks.at(block).like;
        out.across += share * blocks.at(block).across;
        out.down += share * blocks.at(block).down;
    }
    return out;
}

void KnownView::learn_contrasts(const OrientationField& seen, double weight) {
    const BlockContrasts now = contrasts(seen);
    const bool first = sum_of(usual_contrasts_).like == 0;
    for (std::size_t block = kFirstBlock; block < kEndBlock; ++block) {
        Contrast& usual = usual_contrasts_.at(block);
        blend(usual.like, now.at(block).like, first ? 1 : weight);
        blend(usual.across, now.at(block).across, first ? 1 : weight);
        blend(usual.down, now.at(block).down, first ? 1 : weight);
    }
    blend(usual_likeness_, sum_of(now).like, weight);
}

Placement KnownView::placement(const OrientationField& seen) const {
    const BlockContrasts now = contrasts(seen);
    int standing = 0;
    for (std::size_t block = kFirstBlock; block < kEndBlock; ++block)
        if (structure_of(block).size() >= kLeastStructure &&
            share_of(now.at(block), usual_contrasts_.at(block)) >= kStands)
            ++standing;
    return {.all = share_of(sum_of(now), sum_of(usual_contrasts_)),
            .blocks = static_cast<float>(standing) / static_cast<float>(std::max(1, structured_))};
}

} // namespace vedette::vision
