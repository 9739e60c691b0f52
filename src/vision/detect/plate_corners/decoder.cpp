#include "detect/plate_corners/decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {
constexpr std::size_t kCorners = 4;
constexpr std::size_t kBeforeClasses = 5 + 2 * kCorners; // centre, size, objectness, corners
constexpr std::size_t kBoxesPerCell = 3;

bool is_line_count(double value) { return value >= 0 && value <= 3 && value == std::floor(value); }
} // namespace

Result<std::unique_ptr<OutputDecoder>>
PlateCornersDecoder::create(const infer::Manifest& manifest,
                            const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY(const DecoderOptions options, DecoderOptions::of(manifest, {"strides", "lines"}));
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32}));
    VEDETTE_CHECK_OK(expect_outputs("plate-corners", outputs, 1));
    const std::size_t boxes = kBoxesPerCell * total_cells(grids_of(manifest.input, strides));
    const std::size_t classes = manifest.labels.size();
    VEDETTE_TRY(const std::vector<double> lines,
                options.numbers("lines", std::vector<double>(classes, 0), classes));
    if (!std::all_of(lines.begin(), lines.end(), is_line_count))
        return options.wrong("lines", "for each class its lines of text, 1 to 3, or 0: unknown");
    std::unique_ptr<PlateCornersDecoder> decoder{
        new PlateCornersDecoder{boxes, {lines.begin(), lines.end()}}};
    VEDETTE_CHECK_OK(expect_size("plate-corners", outputs[0], decoder->sizes_[0]));
    return decoder;
}

PlateCornersDecoder::PlateCornersDecoder(std::size_t boxes, std::vector<int> text_lines)
    : boxes_{boxes}, text_lines_{std::move(text_lines)}, sizes_{boxes * (kBeforeClasses +
                                                                         text_lines_.size())} {}

void PlateCornersDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    const std::size_t classes = text_lines_.size();
    const float* row = outputs[0].data();
    for (std::size_t box = 0; box < boxes_; ++box, row += kBeforeClasses + classes) {
        if (!(row[4] >= min_score))
            continue;
        const float* scores = row + kBeforeClasses;
        const float* best = std::max_element(scores, scores + classes);
        const float score = row[4] * *best;
        if (!(score >= min_score))
            continue;
        Candidate plate = candidate_around(row[0], row[1], row[2], row[3], score,
                                           static_cast<int>(best - scores));
        plate.text_lines = text_lines_[static_cast<std::size_t>(best - scores)];
        plate.point_count = kCorners;
        for (std::size_t i = 0; i < kCorners; ++i)
            plate.points[i] = {row[5 + 2 * i], row[6 + 2 * i]};
        into.push_back(plate);
    }
}

} // namespace vedette::vision
