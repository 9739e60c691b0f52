#include "vedette/vision/motion.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vedette/imaging/image.h"
#include "vedette/imaging/transform.h"

namespace vedette::vision {
namespace {

/// A share that is taken for settled when less of the picture changes during calibration.
constexpr float kSettledShare = 0.05F;
/// Pictures after a start or a change of light over which the background follows fast.
constexpr int kCalibrationPictures = 10;
constexpr double kCalibrationAlpha = 0.3;

MotionOptions usable(MotionOptions options) {
    options.threshold = std::clamp(options.threshold, 1, 255);
    options.contour_area = std::max(options.contour_area, 1);
    options.frame_alpha = std::clamp(options.frame_alpha, 0.0F, 1.0F);
    options.lightning_threshold = std::clamp(options.lightning_threshold, 0.0F, 1.0F);
    options.height_px = std::clamp(options.height_px, 8, 2160);
    return options;
}

class BackgroundMotionDetector final : public MotionDetector {
public:
    explicit BackgroundMotionDetector(const MotionOptions& options) : options_{usable(options)} {}

    [[nodiscard]] MotionResult update(const imaging::ImageView& picture) override {
        if (picture.empty())
            return {};
        if (picture.width_px != width_px_ || picture.height_px != height_px_)
            start_anew(picture);
        reduce(picture);
        if (background_.empty()) {
            take_as_background();
            return {};
        }
        find_changes();
        MotionResult result;
        result.changed_share =
            static_cast<float>(cv::countNonZero(changed_)) / static_cast<float>(changed_.total());
        if (result.changed_share > options_.lightning_threshold) {
            result.lightning = true;
            take_as_background();
            return result;
        }
        follow_background(result.changed_share);
        if (calibrating_ == 0)
            result.regions = regions();
        return result;
    }

private:
    void start_anew(const imaging::ImageView& picture) {
        width_px_ = picture.width_px;
        height_px_ = picture.height_px;
        reduced_height_ = std::min(options_.height_px, height_px_);
        const auto width = static_cast<std::int64_t>(width_px_) * reduced_height_ / height_px_;
        reduced_width_ =
            static_cast<int>(std::clamp<std::int64_t>(width, 1, 16 * options_.height_px));
        background_.release();
    }

    /// Averaging areas and a small blur take the sensor's noise away before anything is compared.
    void reduce(const imaging::ImageView& picture) {
        imaging::resize_into(picture, {}, imaging::PixelFormat::gray8, reduced_width_,
                             reduced_height_, imaging::Fit::stretch, 0, reduced_);
        const cv::Mat pixels{reduced_height_, reduced_width_, CV_8U, reduced_.row(0)};
        cv::GaussianBlur(pixels, gray_, {3, 3}, 0);
    }

    void take_as_background() {
        gray_.convertTo(background_, CV_32F);
        calibrating_ = kCalibrationPictures;
    }

    void find_changes() {
        background_.convertTo(background_gray_, CV_8U);
        cv::absdiff(gray_, background_gray_, changed_);
        cv::threshold(changed_, changed_, options_.threshold, 255, cv::THRESH_BINARY);
    }

    void follow_background(float changed_share) {
        const double alpha = calibrating_ > 0
                                 ? std::max(kCalibrationAlpha, double{options_.frame_alpha})
                                 : double{options_.frame_alpha};
        cv::accumulateWeighted(gray_, background_, alpha);
        // A picture that has settled ends the calibration early; one that never does ends it by
        // count.
        if (calibrating_ > 0)
            calibrating_ =
                changed_share < kSettledShare ? std::max(0, calibrating_ - 3) : calibrating_ - 1;
    }

    [[nodiscard]] std::vector<domain::NormBox> regions() {
        cv::dilate(changed_, dilated_, {}, {-1, -1}, 2);
        const int count =
            cv::connectedComponentsWithStats(dilated_, labels_, stats_, centroids_, 8, CV_32S);
        std::vector<domain::NormBox> out;
        for (int i = 1; i < count; ++i) { // 0 is the background
            const int* stats = stats_.ptr<int>(i);
            if (stats[cv::CC_STAT_AREA] < options_.contour_area)
                continue;
            const auto width = static_cast<float>(reduced_width_);
            const auto height = static_cast<float>(reduced_height_);
            out.push_back(
                domain::clamped({static_cast<float>(stats[cv::CC_STAT_LEFT]) / width,
                                 static_cast<float>(stats[cv::CC_STAT_TOP]) / height,
                                 static_cast<float>(stats[cv::CC_STAT_WIDTH]) / width,
                                 static_cast<float>(stats[cv::CC_STAT_HEIGHT]) / height}));
        }
        return out;
    }

    const MotionOptions options_;
    int width_px_ = 0;
    int height_px_ = 0;
    int reduced_width_ = 0;
    int reduced_height_ = 0;
    int calibrating_ = 0; ///< pictures left
    imaging::Image reduced_;
    cv::Mat gray_;
    cv::Mat background_; ///< 32-bit floats; empty before the first picture
    cv::Mat background_gray_;
    cv::Mat changed_;
    cv::Mat dilated_;
    cv::Mat labels_;
    cv::Mat stats_;
    cv::Mat centroids_;
};

} // namespace

std::unique_ptr<MotionDetector> make_motion_detector(const MotionOptions& options) {
    return std::make_unique<BackgroundMotionDetector>(options);
}

} // namespace vedette::vision
