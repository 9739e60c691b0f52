#include "detect/fastestdet/decoder.h"

#include <cmath>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {

constexpr std::size_t kBeforeClasses = 5; // objectness, centre x, y, width, height

float sigmoid(float x) noexcept { return 1.0F / (1.0F + std::exp(-x)); }

/// Whether rows and columns (dimensions 2 and 3) cut the input into whole, square cells.
bool is_square_grid(const infer::InputSpec& input, const infer::Shape& shape) noexcept {
    const std::int64_t rows = shape[2];
    const std::int64_t columns = shape[3];
    return rows >= 1 && columns >= 1 && input.width_px % columns == 0 &&
           input.height_px % rows == 0 && input.width_px / columns == input.height_px / rows;
}

} // namespace

Result<std::unique_ptr<OutputDecoder>>
FastestdetDecoder::create(const infer::Manifest& manifest,
                          const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_TRY([[maybe_unused]] const DecoderOptions options, DecoderOptions::of(manifest, {}));
    VEDETTE_CHECK_OK(expect_outputs("fastestdet", outputs, 1));
    const infer::Shape& shape = outputs[0].shape;
    const auto channels = static_cast<std::int64_t>(kBeforeClasses + manifest.labels.size());
    if (shape.size() != 4 || shape[1] != channels || !is_square_grid(manifest.input, shape))
        return misfit("fastestdet", outputs[0],
                      "batch x " + std::to_string(channels) + " x rows x columns for " +
                          std::to_string(manifest.labels.size()) +
                          " labels, with square cells over the input");
    return std::unique_ptr<OutputDecoder>{
        new FastestdetDecoder{manifest.input, static_cast<std::size_t>(shape[3]),
                              static_cast<std::size_t>(shape[2]), manifest.labels.size()}};
}

FastestdetDecoder::FastestdetDecoder(const infer::InputSpec& input, std::size_t columns,
                                     std::size_t rows, std::size_t classes)
    : width_px_{static_cast<float>(input.width_px)},
      height_px_{static_cast<float>(input.height_px)}, columns_{columns}, rows_{rows},
      classes_{classes}, sizes_{(kBeforeClasses + classes) * columns * rows} {}

void FastestdetDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    const std::size_t cells = columns_ * rows_;
    const float* map = outputs[0].data();
    const float* classes = map + kBeforeClasses * cells;
    const float least_objectness = std::pow(min_score, 1.0F / 0.6F); // a class score is at most 1
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const float objectness = map[cell];
        if (!(objectness >= least_objectness))
            continue;
        std::size_t best = 0;
        for (std::size_t index = 1; index < classes_; ++index) {
            if (classes[index * cells + cell] > classes[best * cells + cell])
                best = index;
        }
        const float score =
            std::pow(objectness, 0.6F) * std::pow(classes[best * cells + cell], 0.4F);
        if (!(score >= min_score))
            continue;
        const auto value = [&](std::size_t channel) { return map[channel * cells + cell]; };
        const float x = (static_cast<float>(cell % columns_) + std::tanh(value(1))) /
                        static_cast<float>(columns_);
        const float y =
            (static_cast<float>(cell / columns_) + std::tanh(value(2))) / static_cast<float>(rows_);
        into.push_back(
            candidate_around(x * width_px_, y * height_px_, sigmoid(value(3)) * width_px_,
                             sigmoid(value(4)) * height_px_, score, static_cast<int>(best)));
    }
}

} // namespace vedette::vision
