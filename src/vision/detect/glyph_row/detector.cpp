#include "detect/glyph_row/detector.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <utility>

#include "detect/candidates.h"
#include "detect/decoder_options.h"
#include "detect/glyph_row/glyph_rows.h"
#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {
namespace {

/// The plate as a candidate in a picture of that size, cut to it.
Candidate candidate_of(const GlyphRow& row, int width_px, int height_px) {
    Candidate out;
    out.left = static_cast<float>(width_px);
    out.top = static_cast<float>(height_px);
    out.score = row.score;
    out.point_count = static_cast<int>(row.corners.size());
    for (std::size_t i = 0; i < row.corners.size(); ++i) {
        const imaging::PixelPoint at{
            std::clamp(row.corners[i].x, 0.0F, static_cast<float>(width_px)),
            std::clamp(row.corners[i].y, 0.0F, static_cast<float>(height_px))};
        out.points[i] = at;
        out.left = std::min(out.left, at.x);
        out.top = std::min(out.top, at.y);
        out.right = std::max(out.right, at.x);
        out.bottom = std::max(out.bottom, at.y);
    }
    return out;
}

class GlyphRowDetector final : public Detector {
public:
    GlyphRowDetector(std::string model_id, int max_width_px, const GlyphRowSettings& settings,
                     CandidateFilter filter)
        : model_id_{std::move(model_id)},
          max_width_px_{max_width_px}, finder_{settings}, filter_{std::move(filter)} {}

    [[nodiscard]] Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        std::vector<std::vector<domain::Detection>> results;
        for (const imaging::ImageView& picture : pictures) {
            if (picture.empty()) {
                results.emplace_back();
                continue;
            }
            VEDETTE_TRY(std::vector<domain::Detection> found, detect_one(picture));
            results.push_back(std::move(found));
        }
        return results;
    }
    [[nodiscard]] const std::string& model_id() const override { return model_id_; }

private:
    Result<std::vector<domain::Detection>> detect_one(const imaging::ImageView& picture) {
        const double scale = std::min(1.0, static_cast<double>(max_width_px_) / picture.width_px);
        const int width = std::max(1, static_cast<int>(picture.width_px * scale));
        const int height = std::max(1, static_cast<int>(picture.height_px * scale));
        PictureGeometry geometry{picture.width_px, picture.height_px, {}};
        geometry.letterbox = imaging::resize_into(picture, {}, imaging::PixelFormat::gray8, width,
                                                  height, imaging::Fit::stretch, 0, gray_);
        candidates_.clear();
        try {
            const cv::Mat pixels{height, width, CV_8U, gray_.row(0),
                                 static_cast<std::size_t>(gray_.stride_bytes())};
            for (const GlyphRow& row : finder_.find(pixels))
                candidates_.push_back(candidate_of(row, width, height));
        } catch (const cv::Exception& error) {
            return Error{ErrorCode::internal, model_id_ + " failed on a picture: " + error.what()};
        }
        return filter_.apply(candidates_, geometry);
    }

    std::string model_id_;
    int max_width_px_;
    GlyphRowFinder finder_;
    CandidateFilter filter_;
    imaging::Image gray_;
    std::vector<Candidate> candidates_;
};

} // namespace

Result<std::unique_ptr<Detector>> make_glyph_row_detector(const infer::Manifest& manifest,
                                                          const DetectorOptions& options) {
    VEDETTE_TRY(const DecoderOptions given,
                DecoderOptions::of(manifest, {"min_glyphs", "min_contrast", "max_width"}));
    GlyphRowSettings settings;
    VEDETTE_TRY(settings.min_glyphs, given.integer("min_glyphs", settings.min_glyphs, 3, 10));
    VEDETTE_TRY(const double contrast, given.number("min_contrast", settings.min_contrast, 1, 200));
    settings.min_contrast = static_cast<float>(contrast);
    VEDETTE_TRY(const int max_width_px, given.integer("max_width", 1600, 64, 8192));
    if (manifest.labels.size() != 1)
        return Error{ErrorCode::invalid_argument,
                     "rows of signs are one kind of thing; labels has " +
                         std::to_string(manifest.labels.size())};
    VEDETTE_TRY(CandidateFilter filter, CandidateFilter::create(manifest.labels, options));
    return std::unique_ptr<Detector>{std::make_unique<GlyphRowDetector>(
        manifest.full_id(), max_width_px, settings, std::move(filter))};
}

} // namespace vedette::vision
