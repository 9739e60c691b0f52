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

/// Between two pictures a thing changes less than against the background.
constexpr double kShareOfThreshold = 0.5;
/// Share of a region's changed pixels that must have changed since the last picture, too.
constexpr float kLeastMoving = 0.05F;
/// Share of the smaller box inside another one that makes them one thing.
constexpr float kSameThing = 0.3F;

/// Parts of one vehicle: boxes that lie on each other become one.
void join_overlapping(std::vector<domain::NormBox>& boxes) {
    const auto lies_on = [](const domain::NormBox& a, const domain::NormBox& b) {
        return std::max(domain::covered_share(a, b), domain::covered_share(b, a)) > kSameThing;
    };
    for (std::size_t i = 0; i < boxes.size();) {
        const auto other =
            std::find_if(boxes.begin() + static_cast<std::ptrdiff_t>(i) + 1, boxes.end(),
                         [&](const domain::NormBox& box) { return lies_on(boxes[i], box); });
        if (other == boxes.end()) {
            ++i;
            continue;
        }
        const float left = std::min(boxes[i].left, other->left);
        const float top = std::min(boxes[i].top, other->top);
        boxes[i] = {left, top, std::max(boxes[i].right(), other->right()) - left,
                    std::max(boxes[i].bottom(), other->bottom()) - top};
        boxes.erase(other);
        i = 0; // it may lie on an earlier one now
    }
}

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
        result.changed_share = static_cast<float>(cv::countNonZero(changed_)) /
                               static_cast<float>(std::max(1, watched_px_));
        if (result.changed_share > options_.lightning_threshold) {
            result.lightning = true;
            take_as_background();
            return result;
        }
        follow_background(result.changed_share);
        if (calibrating_ == 0)
            find_regions(result);
        std::swap(gray_, previous_);
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
        previous_.release();
        ignored_ = options_.ignored.runs(reduced_width_, reduced_height_);
        watched_px_ = reduced_width_ * reduced_height_;
        for (const imaging::MaskRun& run : ignored_)
            watched_px_ -= run.end - run.begin;
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
        for (const imaging::MaskRun& run : ignored_)
            std::fill_n(changed_.ptr<unsigned char>(run.y) + run.begin, run.end - run.begin,
                        std::uint8_t{0});
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

    void find_regions(MotionResult& result) {
        find_fresh_changes();
        cv::dilate(changed_, dilated_, {}, {-1, -1}, 2);
        const int count =
            cv::connectedComponentsWithStats(dilated_, labels_, stats_, centroids_, 8, CV_32S);
        count_pixels(count);
        for (int i = 1; i < count; ++i) { // 0 is the background
            if (stats_.at<int>(i, cv::CC_STAT_AREA) < options_.contour_area)
                continue;
            const domain::NormBox box = box_of(stats_.ptr<int>(i));
            result.regions.push_back(box);
            const Pixels& pixels = pixels_[static_cast<std::size_t>(i)];
            if (static_cast<float>(pixels.fresh) >=
                    kLeastMoving * static_cast<float>(pixels.changed) &&
                pixels.fresh > 0)
                result.movers.push_back(box);
        }
        join_overlapping(result.movers);
    }

    /// What differs from the picture before.
    void find_fresh_changes() {
        if (previous_.empty()) {
            fresh_ = cv::Mat::zeros(gray_.size(), CV_8U);
            return;
        }
        cv::absdiff(gray_, previous_, fresh_);
        cv::threshold(fresh_, fresh_, options_.threshold * kShareOfThreshold, 255,
                      cv::THRESH_BINARY);
    }

    void count_pixels(int components) {
        pixels_.assign(static_cast<std::size_t>(components), {});
        for (int y = 0; y < labels_.rows; ++y) {
            const int* label = labels_.ptr<int>(y);
            const auto* changed = changed_.ptr<unsigned char>(y);
            const auto* fresh = fresh_.ptr<unsigned char>(y);
            for (int x = 0; x < labels_.cols; ++x) {
                Pixels& pixels = pixels_[static_cast<std::size_t>(label[x])];
                pixels.changed += changed[x] != 0 ? 1 : 0;
                pixels.fresh += fresh[x] != 0 ? 1 : 0;
            }
        }
    }

    [[nodiscard]] domain::NormBox box_of(const int* stats) const {
        const auto width = static_cast<float>(reduced_width_);
        const auto height = static_cast<float>(reduced_height_);
        return domain::clamped({static_cast<float>(stats[cv::CC_STAT_LEFT]) / width,
                                static_cast<float>(stats[cv::CC_STAT_TOP]) / height,
                                static_cast<float>(stats[cv::CC_STAT_WIDTH]) / width,
                                static_cast<float>(stats[cv::CC_STAT_HEIGHT]) / height});
    }

    /// Of one connected region.
    struct Pixels {
        int changed = 0; ///< against the background
        int fresh = 0;   ///< against the picture before
    };

    const MotionOptions options_;
    int width_px_ = 0;
    int height_px_ = 0;
    int reduced_width_ = 0;
    int reduced_height_ = 0;
    std::vector<imaging::MaskRun> ignored_; ///< of the reduced picture
    int watched_px_ = 0;                    ///< of it, what is not ignored
    int calibrating_ = 0;                   ///< pictures left
    imaging::Image reduced_;
    cv::Mat gray_;
    cv::Mat previous_; ///< empty after a start
    cv::Mat fresh_;
    std::vector<Pixels> pixels_; ///< by label
    cv::Mat background_;         ///< 32-bit floats; empty before the first picture
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
