#include "detect/plate_corners/decoder.h"

#include <algorithm>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {
constexpr std::size_t kCorners = 4;
constexpr std::size_t kBeforeClasses = 5 + 2 * kCorners; // centre, size, objectness, corners
constexpr std::size_t kBoxesPerCell = 3;
} // namespace

Result<std::unique_ptr<OutputDecoder>>
PlateCornersDecoder::create(const infer::Manifest& manifest,
                            const std::vector<infer::TensorSpec>& outputs) {
    // `lines` says how many lines of text each class has; it is for those who read the plates.
    VEDETTE_TRY(const DecoderOptions options, DecoderOptions::of(manifest, {"strides", "lines"}));
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32}));
    VEDETTE_CHECK_OK(expect_outputs("plate-corners", outputs, 1));
    const std::size_t boxes = kBoxesPerCell * total_cells(grids_of(manifest.input, strides));
    std::unique_ptr<PlateCornersDecoder> decoder{
        new PlateCornersDecoder{boxes, manifest.labels.size()}};
    VEDETTE_CHECK_OK(expect_size("plate-corners", outputs[0], decoder->sizes_[0]));
    return decoder;
}

PlateCornersDecoder::PlateCornersDecoder(std::size_t boxes, std::size_t classes)
    : boxes_{boxes}, classes_{classes}, sizes_{boxes * (kBeforeClasses + classes)} {}

void PlateCornersDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    const float* row = outputs[0].data();
    for (std::size_t box = 0; box < boxes_; ++box, row += kBeforeClasses + classes_) {
        if (!(row[4] >= min_score))
            continue;
        const float* scores = row + kBeforeClasses;
        const float* best = std::max_element(scores, scores + classes_);
        const float score = row[4] * *best;
        if (!(score >= min_score))
            continue;
        Candidate plate = candidate_around(row[0], row[1], row[2], row[3], score,
                                           static_cast<int>(best - scores));
        plate.point_count = kCorners;
        for (std::size_t i = 0; i < kCorners; ++i)
            plate.points[i] = {row[5 + 2 * i], row[6 + 2 * i]};
        into.push_back(plate);
    }
}

} // namespace vedette::vision
