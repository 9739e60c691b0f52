#pragma once

#include <vector>

#include "detect/output_decoder.h"
#include "detect/output_shapes.h"

namespace vedette::vision {

/// The YOLO family after v4, as exported: boxes are centre and size in input pixels, scores 0..1.
///   v5: centre, size, objectness, classes. Three boxes per cell; usually one row per box.
///   v8 (also v9, v11): centre, size, classes. One box per cell; usually one column per box.
/// Which one and how it lies is told from the shape; decoder_options.variant (v5 | v8) decides
/// where it can't be.
class YoloDecoder final : public OutputDecoder {
public:
    static Result<std::unique_ptr<OutputDecoder>>
    create(const infer::Manifest& manifest, const std::vector<infer::TensorSpec>& outputs);

    [[nodiscard]] const std::vector<std::size_t>& sizes() const override { return sizes_; }
    void decode(Outputs outputs, float min_score, std::vector<Candidate>& into) override;

private:
    struct Layout {
        bool objectness = false;
        bool box_per_column = false;
        std::size_t boxes = 0;
        std::size_t classes = 0;
        [[nodiscard]] std::size_t values() const noexcept {
            return 4 + (objectness ? 1U : 0U) + classes;
        }
    };
    explicit YoloDecoder(const Layout& layout);
    static Result<Layout> layout_of(const infer::Manifest& manifest,
                                    const infer::TensorSpec& output);
    void decode_rows(const float* values, float min_score, std::vector<Candidate>& into) const;
    void decode_columns(const float* values, float min_score, std::vector<Candidate>& into);

    Layout layout_;
    std::vector<std::size_t> sizes_;
    std::vector<float> best_score_; ///< by box; kept between pictures
    std::vector<int> best_class_;
};

} // namespace vedette::vision
