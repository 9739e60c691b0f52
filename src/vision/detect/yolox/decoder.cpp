#include "detect/yolox/decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {
constexpr std::size_t kBeforeClasses = 5; // centre x, y, width, height, objectness
}

Result<std::unique_ptr<OutputDecoder>>
YoloxDecoder::create(const infer::Manifest& manifest,
                     const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY(const DecoderOptions options, DecoderOptions::of(manifest, {"strides"}));
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32}));
    VEDETTE_CHECK_OK(expect_outputs("yolox", outputs, 1));
    std::unique_ptr<YoloxDecoder> decoder{
        new YoloxDecoder{grids_of(manifest.input, strides), manifest.labels.size()}};
    VEDETTE_CHECK_OK(expect_size("yolox", outputs[0], decoder->sizes_[0]));
    return decoder;
}

YoloxDecoder::YoloxDecoder(std::vector<Grid> grids, std::size_t classes)
    : grids_{std::move(grids)}, classes_{classes}, sizes_{total_cells(grids_) *
                                                          (kBeforeClasses + classes)} {}

void YoloxDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    const float* row = outputs[0].data();
    for (const Grid& grid : grids_) {
        const auto stride = static_cast<float>(grid.stride_px);
        for (std::size_t cell = 0; cell < grid.cells(); ++cell, row += kBeforeClasses + classes_) {
            const float objectness = row[4];
            if (!(objectness >= min_score)) // a class score is at most 1
                continue;
            const float* scores = row + kBeforeClasses;
            const float* best = std::max_element(scores, scores + classes_);
            const float score = objectness * *best;
            if (!(score >= min_score))
                continue;
            const auto columns = static_cast<std::size_t>(grid.columns);
            const auto column = static_cast<float>(cell % columns);
            const auto line = static_cast<float>(cell / columns);
            into.push_back(candidate_around((row[0] + column) * stride, (row[1] + line) * stride,
                                            std::exp(row[2]) * stride, std::exp(row[3]) * stride,
                                            score, static_cast<int>(best - scores)));
        }
    }
}

} // namespace vedette::vision
