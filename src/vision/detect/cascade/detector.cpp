#include "detect/cascade/detector.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/objdetect.hpp>
#include <utility>

#include "detect/decoder_options.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {
namespace {

class CascadeDetector final : public Detector {
public:
    CascadeDetector(std::string model_id, CascadeSettings settings, CandidateFilter filter,
                    cv::CascadeClassifier classifier)
        : model_id_{std::move(model_id)}, settings_{std::move(settings)},
          filter_{std::move(filter)}, classifier_{std::move(classifier)} {}

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
    [[nodiscard]] double reduction(const imaging::ImageView& picture) const noexcept {
        double scale = 1;
        if (settings_.width_px > 0)
            scale = std::min(scale, static_cast<double>(settings_.width_px) / picture.width_px);
        if (settings_.height_px > 0)
            scale = std::min(scale, static_cast<double>(settings_.height_px) / picture.height_px);
        return scale;
    }

    Result<std::vector<domain::Detection>> detect_one(const imaging::ImageView& picture) {
        const double scale = reduction(picture);
        const int width = std::max(1, static_cast<int>(picture.width_px * scale));
        const int height = std::max(1, static_cast<int>(picture.height_px * scale));
        PictureGeometry geometry{picture.width_px, picture.height_px, {}};
        geometry.letterbox = imaging::resize_into(picture, {}, imaging::PixelFormat::gray8, width,
                                                  height, imaging::Fit::stretch, 0, gray_);
        boxes_.clear();
        neighbors_.clear();
        try {
            const cv::Mat pixels{height, width, CV_8U, gray_.row(0)};
            classifier_.detectMultiScale(pixels, boxes_, neighbors_, settings_.scale_factor,
                                         settings_.min_neighbors, 0,
                                         {settings_.min_size_px, settings_.min_size_px});
        } catch (const cv::Exception& error) {
            return Error{ErrorCode::internal, model_id_ + " failed on a picture: " + error.what()};
        }
        candidates_.clear();
        for (std::size_t i = 0; i < boxes_.size(); ++i) {
            const cv::Rect& box = boxes_[i];
            const float score = cascade_score(neighbors_[i], settings_.min_neighbors,
                                              settings_.half_score_neighbors);
            candidates_.push_back({static_cast<float>(box.x),
                                   static_cast<float>(box.y),
                                   static_cast<float>(box.x + box.width),
                                   static_cast<float>(box.y + box.height),
                                   score,
                                   0,
                                   0,
                                   {}});
        }
        return filter_.apply(candidates_, geometry);
    }

    std::string model_id_;
    CascadeSettings settings_;
    CandidateFilter filter_;
    cv::CascadeClassifier classifier_;
    imaging::Image gray_;
    std::vector<cv::Rect> boxes_;
    std::vector<int> neighbors_;
    std::vector<Candidate> candidates_;
};

Result<cv::CascadeClassifier> load_cascade(const std::filesystem::path& file) {
    if (std::error_code ignored; !std::filesystem::is_regular_file(file, ignored))
        return Error{ErrorCode::not_found, "cascade " + file.string() + " is not there"};
    cv::CascadeClassifier classifier;
    try {
        if (classifier.load(file.string()))
            return classifier;
    } catch (const cv::Exception&) { // told below like a file that parses but is no cascade
    }
    return Error{ErrorCode::data_loss, file.string() + " is not a cascade that OpenCV can read"};
}

} // namespace

float cascade_score(int neighbors, int min_neighbors, double half_score_neighbors) noexcept {
    const double above = std::max(0, neighbors - min_neighbors);
    return static_cast<float>(above / (above + half_score_neighbors));
}

Result<CascadeSettings> CascadeSettings::from(const infer::Manifest& manifest) {
    VEDETTE_TRY(const DecoderOptions options,
                DecoderOptions::of(manifest, {"scale_factor", "min_neighbors", "min_size",
                                              "half_score_neighbors"}));
    const auto file = manifest.extra_files.find("cascade");
    if (file == manifest.extra_files.end())
        return Error{ErrorCode::invalid_argument,
                     "extra_files.cascade is missing: it names the XML file"};
    CascadeSettings settings;
    settings.file = file->second;
    VEDETTE_TRY(settings.scale_factor,
                options.number("scale_factor", settings.scale_factor, 1.01, 4));
    VEDETTE_TRY(settings.min_neighbors,
                options.integer("min_neighbors", settings.min_neighbors, 0, 100));
    VEDETTE_TRY(settings.min_size_px, options.integer("min_size", settings.min_size_px, 1, 4096));
    VEDETTE_TRY(settings.half_score_neighbors,
                options.number("half_score_neighbors", settings.half_score_neighbors, 0.1, 1000));
    settings.width_px = manifest.input.width_px;
    settings.height_px = manifest.input.height_px;
    return settings;
}

Result<std::unique_ptr<Detector>> make_cascade_detector(const infer::Manifest& manifest,
                                                        const DetectorOptions& options) {
    VEDETTE_TRY(CascadeSettings settings, CascadeSettings::from(manifest));
    if (manifest.labels.size() != 1)
        return Error{ErrorCode::invalid_argument, "a cascade finds one kind of thing; labels has " +
                                                      std::to_string(manifest.labels.size())};
    VEDETTE_TRY(CandidateFilter filter, CandidateFilter::create(manifest.labels, options));
    VEDETTE_TRY(cv::CascadeClassifier classifier, load_cascade(settings.file));
    return std::unique_ptr<Detector>{std::make_unique<CascadeDetector>(
        manifest.full_id(), std::move(settings), std::move(filter), std::move(classifier))};
}

} // namespace vedette::vision
