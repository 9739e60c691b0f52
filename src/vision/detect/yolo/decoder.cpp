#include "detect/yolo/decoder.h"

#include <algorithm>

#include "detect/decoder_options.h"

namespace vedette::vision {
namespace {

std::size_t boxes_of(const infer::Manifest& manifest, const std::vector<int>& strides,
                     bool objectness) {
    const std::size_t anchors = objectness ? 3 : 1;
    return total_cells(grids_of(manifest.input, strides)) * anchors;
}

bool fits(std::int64_t length, std::size_t expected) {
    return length < 0 || length == static_cast<std::int64_t>(expected);
}

} // namespace

Result<YoloDecoder::Layout> YoloDecoder::layout_of(const infer::Manifest& manifest,
                                                   const infer::TensorSpec& output) {
    VEDETTE_TRY(const DecoderOptions options, DecoderOptions::of(manifest, {"variant", "strides"}));
    VEDETTE_TRY(const std::vector<int> strides, options.strides({8, 16, 32}));
    const std::string variant = options.text("variant", "");
    if (!variant.empty() && variant != "v5" && variant != "v8")
        return options.wrong("variant", "v5 or v8");

    const infer::Shape shape = picture_shape(output);
    const std::size_t classes = manifest.labels.size();
    for (const bool objectness : {false, true}) {
        if (variant == (objectness ? "v8" : "v5") || shape.size() != 2)
            continue;
        const std::size_t values = 4 + (objectness ? 1U : 0U) + classes;
        const std::size_t boxes = boxes_of(manifest, strides, objectness);
        for (const bool box_per_column : {true, false}) {
            const std::int64_t box_dimension = shape[box_per_column ? 1 : 0];
            const std::int64_t value_dimension = shape[box_per_column ? 0 : 1];
            if (value_dimension == static_cast<std::int64_t>(values) && fits(box_dimension, boxes))
                return Layout{objectness, box_per_column, boxes, classes};
        }
    }
    const std::string count = std::to_string(classes);
    return misfit("yolo", output,
                  "4 + " + count + " (v8) or 5 + " + count + " (v5) values for each of " +
                      std::to_string(boxes_of(manifest, strides, false)) + " (v8) or " +
                      std::to_string(boxes_of(manifest, strides, true)) +
                      " (v5) boxes; check labels, input size, strides and variant");
}

Result<std::unique_ptr<OutputDecoder>>
YoloDecoder::create(const infer::Manifest& manifest,
                    const std::vector<infer::TensorSpec>& outputs) {
    VEDETTE_CHECK_OK(expect_outputs("yolo", outputs, 1));
    VEDETTE_TRY(const Layout layout, layout_of(manifest, outputs[0]));
    return std::unique_ptr<OutputDecoder>{new YoloDecoder{layout}};
}

YoloDecoder::YoloDecoder(const Layout& layout)
    : layout_{layout}, sizes_{layout.boxes * layout.values()}, best_score_(layout.boxes),
      best_class_(layout.boxes) {}

void YoloDecoder::decode(Outputs outputs, float min_score, std::vector<Candidate>& into) {
    if (layout_.box_per_column)
        decode_columns(outputs[0].data(), min_score, into);
    else
        decode_rows(outputs[0].data(), min_score, into);
}

void YoloDecoder::decode_rows(const float* values, float min_score,
                              std::vector<Candidate>& into) const {
    const float* row = values;
    for (std::size_t box = 0; box < layout_.boxes; ++box, row += layout_.values()) {
        const float objectness = layout_.objectness ? row[4] : 1.0F;
        if (!(objectness >= min_score))
            continue;
        const float* scores = row + layout_.values() - layout_.classes;
        const float* best = std::max_element(scores, scores + layout_.classes);
        const float score = objectness * *best;
        if (score >= min_score)
            into.push_back(candidate_around(row[0], row[1], row[2], row[3], score,
                                            static_cast<int>(best - scores)));
    }
}

void YoloDecoder::decode_columns(const float* values, float min_score,
                                 std::vector<Candidate>& into) {
    // Class by class over all boxes: memory is walked in order.
    const std::size_t boxes = layout_.boxes;
    const float* scores = values + (layout_.values() - layout_.classes) * boxes;
    std::copy_n(scores, boxes, best_score_.begin());
    std::fill(best_class_.begin(), best_class_.end(), 0);
    for (std::size_t index = 1; index < layout_.classes; ++index) {
        const float* of_class = scores + index * boxes;
        for (std::size_t box = 0; box < boxes; ++box) {
            const bool better = of_class[box] > best_score_[box];
            best_class_[box] = better ? static_cast<int>(index) : best_class_[box];
            best_score_[box] = better ? of_class[box] : best_score_[box];
        }
    }
    const auto value = [&](std::size_t line, std::size_t box) {
        return values[line * boxes + box];
    };
    for (std::size_t box = 0; box < boxes; ++box) {
        const float score =
            layout_.objectness ? best_score_[box] * value(4, box) : best_score_[box];
        if (score >= min_score)
            into.push_back(candidate_around(value(0, box), value(1, box), value(2, box),
                                            value(3, box), score, best_class_[box]));
    }
}

} // namespace vedette::vision
