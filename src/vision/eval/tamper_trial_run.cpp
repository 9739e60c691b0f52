#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "vedette/base/worker.h"
#include "vedette/vision/eval/tamper_trials.h"

namespace vedette::vision {
namespace {

using std::chrono::seconds;

cv::Mat pixels_of(imaging::Image& image) {
    return {image.height_px(), image.width_px(), CV_8U, image.row(0)};
}

/// What cameras print over their pictures stays as it is, whatever happens to the lens.
void print_clock(cv::Mat& picture, unsigned number) {
    const auto put = [&picture](const std::string& text, cv::Point place) {
        cv::putText(picture, text, place, cv::FONT_HERSHEY_PLAIN, 1.2, cv::Scalar{0}, 3);
        cv::putText(picture, text, place, cv::FONT_HERSHEY_PLAIN, 1.2, cv::Scalar{255}, 1);
    };
    put("2026-11-29 12:00:" + std::to_string(10 + number % 50), {8, 20});
    put("Camera 01", {picture.cols - 110, picture.rows - 10});
}

/// Forward, backward, forward, so that nothing jumps.
const imaging::Image& picture_at(const std::vector<imaging::Image>& pictures, unsigned number) {
    const auto count = static_cast<unsigned>(pictures.size());
    if (count == 1)
        return pictures.front();
    const unsigned place = number % (2 * count - 2);
    return pictures[place < count ? place : 2 * count - 2 - place];
}

constexpr seconds kBefore{90};
constexpr seconds kAfter{60};
/// What is told so soon after the end of a trial belongs to it.
constexpr seconds kStillOfIt{3};

/// Counts what a detector tells against what it should.
class Score {
public:
    Score(const TamperTrial& trial, TamperTrialResult& result) : trial_{trial}, result_{result} {}

    void take(const TamperNews& news, seconds at) {
        if (!news.begins) {
            result_.ended = result_.ended || (result_.found && at >= kBefore + trial_.lasts);
            return;
        }
        const bool during = at >= kBefore && at < kBefore + trial_.lasts + kStillOfIt;
        const bool right = trial_.is == news.kind || trial_.or_is == news.kind;
        if (!trial_.is || !during || !right) {
            ++result_.false_alarms;
            return;
        }
        if (!std::exchange(result_.found, true))
            result_.delay = at - kBefore;
    }

private:
    const TamperTrial& trial_;
    TamperTrialResult& result_;
};

} // namespace

TamperTrialResult run_tamper_trial(const TamperTrial& trial,
                                   const std::vector<imaging::Image>& pictures,
                                   const TamperOptions& options) {
    const TamperTrial untouched = tamper_trials().front();
    const auto detector = make_tamper_detector(options);
    TamperTrialResult result;
    Score score{trial, result};
    imaging::Image picture;
    for (seconds at{0}; at < kBefore + trial.lasts + kAfter; at += seconds{1}) {
        const auto number = static_cast<unsigned>(at.count());
        picture = picture_at(pictures, number);
        const bool now = at >= kBefore && at < kBefore + trial.lasts;
        (now ? trial : untouched)
            .apply(picture, std::chrono::duration<double>(at - kBefore).count(), number);
        cv::Mat pixels = pixels_of(picture);
        print_clock(pixels, number);
        const auto before = processor_time_of_this_thread();
        const auto news = detector->look(picture.view(), SteadyTime{std::chrono::hours{1} + at});
        result.took += processor_time_of_this_thread() - before;
        ++result.looks;
        for (const TamperNews& one : news)
            score.take(one, at);
    }
    result.watched = kBefore + trial.lasts + kAfter;
    return result;
}

} // namespace vedette::vision
