#include "detect/nanodet/decoder.h"

#include <algorithm>
#include <cmath>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {

constexpr std::int64_t kMostBins = 64;

/// The mean of a distribution given as logits.
float expected_distance(const float* logits, std::size_t bins) noexcept {
    const float most = *std::max_element(logits, logits + bins);
    float sum = 0;
    float weighted = 0;
    for (std::size_t i = 0; i < bins; ++i) {
        const float weight = std::exp(logits[i] - most);
        sum += weight;
        weighted += weight * static_cast<float>(i);
    }
    return weighted / sum;
}

/// Whether the output is a map of this grid, `width` numbers per cell; any multiple of four if
/// `width` is 0.
bool is_map(const infer::TensorSpec& output, const Grid& grid, std::size_t width) {
    const infer::Shape shape = picture_shape(output);
    if (shape.size() != 2 || shape[0] != static_cast<std::int64_t>(grid.cells()))
        return false;
    return width > 0 ? shape[1] == static_cast<std::int64_t>(width)
                     : shape[1] % 4 == 0 && shape[1] >= 8 && shape[1] <= 4 * kMostBins;
}

} // namespace

Result<std::unique_ptr<OutputDecoder>>
NanodetDecoder::create(const infer::Manifest& manifest,
                       const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY(const DecoderOptions options, DecoderOptions::of(manifest, {"strides", "centre"}));
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32}));
    const std::string centre = options.text("centre", "half");
    if (centre != "half" && centre != "corner")
        return options.wrong("centre", "half or corner");

    std::unique_ptr<NanodetDecoder> decoder{new NanodetDecoder};
    decoder->centre_ = centre == "half" ? 0.5F : 0.0F;
    decoder->classes_ = manifest.labels.size();
    const std::vector<Grid> grids = grids_of(manifest.input, strides);
    const bool joined = outputs.size() == 1;
    VEDETTE_CHECK_OK(expect_outputs("nanodet", outputs, joined ? 1 : 2 * grids.size()));
    VEDETTE_CHECK_OK(joined ? decoder->take_joined(outputs[0], grids)
                            : decoder->take_pairs(outputs, grids));
    return decoder;
}

Status NanodetDecoder::take_pairs(const std::vector<infer::TensorSpec>& outputs,
                                  const std::vector<Grid>& grids) {
    std::vector<char> taken(outputs.size(), 0);
    sizes_.assign(outputs.size(), 0);
    const auto take = [&](const Grid& grid, std::size_t width) {
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            if (taken[i] == 0 && is_map(outputs[i], grid, width)) {
                taken[i] = 1;
                return i;
            }
        }
        return outputs.size();
    };
    std::vector<std::size_t> scores;
    for (const Grid& grid : grids)
        scores.push_back(take(grid, classes_));
    for (std::size_t i = 0; i < grids.size(); ++i) {
        const std::size_t distances = take(grids[i], 4 * bins_);
        if (scores[i] == outputs.size() || distances == outputs.size())
            return misfit("nanodet", outputs[std::min(i, outputs.size() - 1)],
                          "for stride " + std::to_string(grids[i].stride_px) + " a map of " +
                              std::to_string(grids[i].cells()) + " cells with " +
                              std::to_string(classes_) + " scores, and one with 4 distributions");
        const auto width = static_cast<std::size_t>(picture_shape(outputs[distances])[1]);
        bins_ = width / 4;
        sizes_[scores[i]] = grids[i].cells() * classes_;
        sizes_[distances] = grids[i].cells() * width;
        levels_.push_back({grids[i], {scores[i], classes_, 0}, {distances, width, 0}});
    }
    return {};
}

Status NanodetDecoder::take_joined(const infer::TensorSpec& output,
                                   const std::vector<Grid>& grids) {
    const infer::Shape shape = picture_shape(output);
    const std::int64_t distances =
        shape.size() == 2 ? shape[1] - static_cast<std::int64_t>(classes_) : 0;
    const auto cells = static_cast<std::int64_t>(total_cells(grids));
    if (distances < 8 || distances > 4 * kMostBins || distances % 4 != 0 ||
        (shape[0] >= 0 && shape[0] != cells))
        return misfit("nanodet", output,
                      std::to_string(cells) + " rows of " + std::to_string(classes_) +
                          " scores and 4 distributions; check labels, input size and strides");
    const auto width = static_cast<std::size_t>(shape[1]);
    bins_ = static_cast<std::size_t>(distances) / 4;
    sizes_ = {static_cast<std::size_t>(cells) * width};
    std::size_t begin = 0;
    for (const Grid& grid : grids) {
        levels_.push_back({grid, {0, width, begin}, {0, width, begin + classes_}});
        begin += grid.cells() * width;
    }
    return {};
}

void NanodetDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    for (const Level& level : levels_)
        decode_level(level, outputs, min_score, into);
}

void NanodetDecoder::decode_level(const Level& level, Outputs outputs, float min_score,
                                  std::vector<Candidate>& into) const {
    const float* scores = outputs[level.scores.output].data() + level.scores.begin;
    const float* distances = outputs[level.distances.output].data() + level.distances.begin;
    const auto stride = static_cast<float>(level.grid.stride_px);
    const auto columns = static_cast<std::size_t>(level.grid.columns);
    for (std::size_t cell = 0; cell < level.grid.cells();
         ++cell, scores += level.scores.step, distances += level.distances.step) {
        const float* best = std::max_element(scores, scores + classes_);
        if (!(*best >= min_score))
            continue;
        const float x = (static_cast<float>(cell % columns) + centre_) * stride;
        const float y = (static_cast<float>(cell / columns) + centre_) * stride;
        const auto side = [&](std::size_t i) {
            return expected_distance(distances + i * bins_, bins_) * stride;
        };
        into.push_back({x - side(0),
                        y - side(1),
                        x + side(2),
                        y + side(3),
                        *best,
                        static_cast<int>(best - scores),
                        0,
                        {}});
    }
}

} // namespace vedette::vision
