#include "tamper/view_measure.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace vedette::vision {
namespace {

using Grey = cv::Mat_<std::uint8_t>;

/// Change per pixel that may be an edge, grey levels: twice what a picture of eight bits can't help
/// having.
constexpr float kLeastGradient = 2;
/// What goes on for so many pixels is shading and no edge.
constexpr int kShading = 11;
/// An edge stands this far out of the noise (1 in 500 of noise alone does).
constexpr float kEdgeOverNoise = 2.5F;
/// Blocks that show nothing tell the noise; of twenty, one is presumed to.
constexpr std::size_t kQuietBlocks = 20;
/// Grey levels between which noise is not cut off.
constexpr float kNoisyFrom = 8;
constexpr float kNoisyTo = 247;
/// Of a block's pixels on an edge, so that it shows anything.
constexpr float kLeastEdges = 0.04F;
/// Energy at the coarse scale, squared grey levels, that is enough to tell how sharp it is.
constexpr float kLeastEnergy = 20;
constexpr float kEnergyOverNoise = 4;
/// Noise is measured at every n-th row.
constexpr int kNoiseRows = 3;

/// Four times the square of the change per pixel, half of the neighbours' difference each way.
template <class Picture>
int energy_at(const Picture& picture, int y, int x) {
    const int across = picture(y, x + 1) - picture(y, x - 1);
    const int down = picture(y + 1, x) - picture(y - 1, x);
    return across * across + down * down;
}

/// Mean of each block's squared changes per pixel, in some of its rows.
std::array<float, kViewBlocks> block_energies(const Grey& grey) {
    std::array<float, kViewBlocks> out{};
    std::array<int, kViewBlocks> rows{};
    const int width = grey.cols / kViewColumns;
    const int height = grey.rows / kViewRows;
    for (int y = 1; y + 1 < grey.rows; y += kNoiseRows) {
        const auto* above = grey[y - 1];
        const auto* row = grey[y];
        const auto* below = grey[y + 1];
        for (int column = 0; column < kViewColumns; ++column) {
            const auto block = static_cast<std::size_t>(y / height * kViewColumns + column);
            const int end = std::min((column + 1) * width, grey.cols - 1);
            int sum = 0;
            for (int x = std::max(column * width, 1); x < end; ++x) {
                const int across = row[x + 1] - row[x - 1];
                const int down = below[x] - above[x];
                sum += across * across + down * down;
            }
            out[block] += static_cast<float>(sum);
            ++rows[block];
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] /= static_cast<float>(4 * width * std::max(1, rows[i]));
    return out;
}

template <class Is>
float share_of(const ViewMeasure& measure, const Is& is) {
    int all = 0;
    int many = 0;
    for (std::size_t i = 0; i < measure.light.size(); ++i) {
        all += measure.blind[i] ? 0 : 1;
        many += !measure.blind[i] && is(measure.light[i]) ? 1 : 0;
    }
    return static_cast<float>(many) / static_cast<float>(std::max(1, all));
}

} // namespace

int ViewMeasure::detailed() const {
    return static_cast<int>(std::count_if(edges.begin(), edges.end(),
                                          [](float share) { return share >= kLeastEdges; }));
}

float ViewMeasure::darker_than(float level) const {
    return share_of(*this, [level](float mean) { return mean < level; });
}

float ViewMeasure::lighter_than(float level) const {
    return share_of(*this, [level](float mean) { return mean > level; });
}

ViewMeter::ViewMeter(const imaging::PictureMask& blind) {
    // An edge of the mask is one of the blocks beside it, too.
    for (const imaging::MaskRun& run : blind.runs(kViewWidth, kViewHeight))
        for (const int y : {std::max(run.y - 2, 0), std::min(run.y + 2, kViewHeight - 1)})
            for (int x = std::max(run.begin - 2, 0); x < std::min(run.end + 2, kViewWidth); ++x)
                measure_.blind.at(static_cast<std::size_t>(y / kBlockHeight * kViewColumns +
                                                           x / kBlockWidth)) = true;
}

const ViewMeasure& ViewMeter::measure(const Grey& picture) {
    cv::resize(picture, middle_, {kViewWidth, kViewHeight}, 0, 0, cv::INTER_AREA);
    cv::resize(middle_, coarse_, {kViewWidth / 2, kViewHeight / 2}, 0, 0, cv::INTER_AREA);
    measure_light();
    measure_edges(picture);
    return measure_;
}

void ViewMeter::measure_light() {
    measure_.light.fill(0);
    for (int y = 0; y < coarse_.rows; ++y) {
        float* row = &measure_.light[static_cast<std::size_t>(2 * y / kBlockHeight * kViewColumns)];
        for (int x = 0; x < coarse_.cols; ++x)
            row[2 * x / kBlockWidth] += coarse_(y, x);
    }
    float sum = 0;
    int seen = 0;
    for (std::size_t i = 0; i < measure_.light.size(); ++i) {
        measure_.light[i] *= 4.0F / (kBlockWidth * kBlockHeight);
        sum += measure_.blind[i] ? 0 : measure_.light[i];
        seen += measure_.blind[i] ? 0 : 1;
    }
    measure_.luminance = sum / static_cast<float>(std::max(1, seen));
}

/// What all blocks have at least, but for a few.
float ViewMeter::noise_of(const BlockValues& energies) const {
    std::vector<float> values;
    for (std::size_t i = 0; i < energies.size(); ++i)
        if (!measure_.blind[i] && measure_.light[i] > kNoisyFrom && measure_.light[i] < kNoisyTo)
            values.push_back(energies[i]);
    if (values.size() < kQuietBlocks)
        values.assign(energies.begin(), energies.end());
    const auto quiet = values.begin() + static_cast<std::ptrdiff_t>(values.size() / kQuietBlocks);
    std::nth_element(values.begin(), quiet, values.end());
    return *quiet;
}

void ViewMeter::measure_edges(const Grey& fine) {
    const float fine_noise = noise_of(block_energies(fine));
    const float coarse_noise = noise_of(block_energies(coarse_));
    cv::GaussianBlur(middle_, middle_, {3, 3}, 0);
    cv::Mat shading;
    cv::boxFilter(middle_, shading, CV_16S, {kShading, kShading});
    cv::subtract(middle_, shading, relief_, cv::noArray(), CV_16S);
    const float noise = noise_of(block_energies(middle_));
    const int least = cvRound(
        4 * std::max(kLeastGradient * kLeastGradient, kEdgeOverNoise * kEdgeOverNoise * noise));
    measure_.orientation.create(kViewHeight, kViewWidth);
    measure_.orientation.setTo(cv::Scalar::all(0));
    measure_.edges.fill(0);
    std::array<Steepness, kViewBlocks> steepness{};
    for (int y = 2; y + 2 < kViewHeight; ++y) {
        const auto* above = relief_[y - 1];
        const auto* row = relief_[y];
        const auto* below = relief_[y + 1];
        cv::Vec2f* out = measure_.orientation[y];
        const auto first = static_cast<std::size_t>(y / kBlockHeight * kViewColumns);
        for (int x = 2; x + 2 < kViewWidth; ++x) {
            const int across = row[x + 1] - row[x - 1];
            const int down = below[x] - above[x];
            const int energy = across * across + down * down;
            const std::size_t block = first + static_cast<std::size_t>(x / kBlockWidth);
            if (energy < least || measure_.blind[block])
                continue;
            const float by = 1 / static_cast<float>(energy);
            out[x] = {by * static_cast<float>(across * across - down * down),
                      by * static_cast<float>(2 * across * down)};
            measure_.edges[block] += 1.0F / (kBlockWidth * kBlockHeight);
            Steepness& steep = steepness[block];
            steep.fine += static_cast<float>(energy_at(fine, 2 * y, 2 * x) +
                                             energy_at(fine, 2 * y + 1, 2 * x + 1)) /
                          8;
            steep.coarse += static_cast<float>(energy_at(coarse_, y / 2, x / 2)) / 4;
            ++steep.pixels;
        }
    }
    measure_sharpness(steepness, fine_noise, coarse_noise);
}

/// A step of light is as steep at both scales if it is sharp, and four times as steep from pixel to
/// pixel at the coarse one if it is soft. Where there is no edge only noise is.
void ViewMeter::measure_sharpness(const std::array<Steepness, kViewBlocks>& blocks,
                                  float fine_noise, float coarse_noise) {
    std::vector<float> ratios;
    for (const Steepness& steep : blocks) {
        const auto pixels = static_cast<float>(steep.pixels);
        if (pixels < kLeastEdges * kBlockWidth * kBlockHeight)
            continue;
        const float fine = steep.fine / pixels;
        const float coarse = steep.coarse / pixels;
        if (coarse > kLeastEnergy && coarse > kEnergyOverNoise * coarse_noise)
            ratios.push_back(4 * std::max(0.0F, fine - fine_noise) / (coarse - coarse_noise));
    }
    measure_.sharp_blocks = static_cast<int>(ratios.size());
    measure_.sharpness = 0;
    if (ratios.empty())
        return;
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::nth_element(ratios.begin(), middle, ratios.end());
    measure_.sharpness = *middle;
}

} // namespace vedette::vision
