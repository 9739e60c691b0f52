#include "vedette/vision/tamper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "vedette/imaging/image.h"
#include "vedette/vision/eval/tamper_trials.h"

namespace vedette::vision {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kWidth = 640;
constexpr int kHeight = 360;

cv::Mat pixels_of(imaging::Image& image) {
    return {image.height_px(), image.width_px(), CV_8U, image.row(0)};
}

/// Houses with windows, a road with lines, a tree: like a street, and each seed another one.
imaging::Image street(unsigned seed, int width = kWidth, int height = kHeight) {
    cv::RNG random{seed};
    imaging::Image image{imaging::PixelFormat::gray8, width, height};
    cv::Mat out = pixels_of(image);
    out.setTo(150);
    const int road = height * 2 / 3 + random.uniform(-height / 15, height / 15);
    for (int left = 0; left < width;) {
        const int wide = random.uniform(width / 12, width / 5);
        const int top = random.uniform(height / 12, height / 3);
        const int grey = random.uniform(60, 210);
        cv::rectangle(out, cv::Rect{left, top, wide, road - top}, cv::Scalar::all(grey), -1);
        for (int y = top + 15; y < road - 25; y += 34)
            for (int x = left + 8; x < left + wide - 18; x += 30)
                cv::rectangle(out, cv::Rect{x, y, 14, 20}, cv::Scalar::all(grey > 130 ? 40 : 230),
                              -1);
        left += wide;
    }
    cv::rectangle(out, cv::Rect{0, road, width, height - road}, cv::Scalar::all(90), -1);
    for (int x = random.uniform(0, 60); x < width; x += 90)
        cv::line(out, {x, height - 10}, {x + 40, road + 20}, cv::Scalar::all(230), 4);
    for (int i = 0; i < 60; ++i)
        cv::circle(out, {width / 5 + random.uniform(-40, 40), height / 2 + random.uniform(-50, 50)},
                   random.uniform(3, 12), cv::Scalar::all(random.uniform(20, 120)), -1);
    return image;
}

/// A camera whose picture a test changes; the time goes on by itself.
class Camera {
public:
    explicit Camera(const TamperOptions& options = {})
        : detector_{make_tamper_detector(options)}, picture_{street(3)} {}

    void shows(imaging::Image picture) { picture_ = std::move(picture); }

    /// \return what was told, as words: "moved begins"
    std::vector<std::string> runs(std::chrono::seconds time, std::chrono::seconds step = 1s) {
        std::vector<std::string> told;
        for (const auto until = now_ + time; now_ < until; now_ += step) {
            imaging::Image noisy = picture_;
            cv::Mat pixels = pixels_of(noisy);
            cv::Mat noise{pixels.size(), CV_16S};
            random_.fill(noise, cv::RNG::NORMAL, 0, 3);
            cv::add(pixels, noise, pixels, cv::noArray(), CV_8U);
            for (const TamperNews& news : detector_->look(noisy.view(), now_))
                told.push_back(std::string{to_string(news.kind)} + (news.begins     ? " begins"
                                                                    : news.accepted ? " accepted"
                                                                                    : " ends"));
        }
        return told;
    }
    void is_away(std::chrono::seconds time) {
        now_ += time;
        detector_->interrupted();
    }
    TamperDetector& detector() { return *detector_; }
    [[nodiscard]] SteadyTime now() const { return now_; }

private:
    const std::unique_ptr<TamperDetector> detector_;
    imaging::Image picture_;
    SteadyTime now_{1h};
    cv::RNG random_{5};
};

imaging::Image filled(int level) {
    imaging::Image image{imaging::PixelFormat::gray8, kWidth, kHeight};
    pixels_of(image).setTo(level);
    return image;
}

imaging::Image shifted(const imaging::Image& from, int by_px) {
    imaging::Image wide = from;
    const cv::Mat source = pixels_of(wide);
    imaging::Image out{imaging::PixelFormat::gray8, kWidth, kHeight};
    source(cv::Rect{by_px, 0, kWidth, kHeight}).copyTo(pixels_of(out));
    return out;
}

TEST(Tamper, AtFirstTheSceneIsLearned) {
    Camera camera;
    EXPECT_TRUE(camera.detector().state().learning);
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    const TamperState state = camera.detector().state();
    EXPECT_FALSE(state.learning);
    EXPECT_FALSE(state.kind);
    EXPECT_NEAR(state.reading.detail, 1, 0.1);
    EXPECT_NEAR(state.reading.sharpness, 1, 0.15);
    EXPECT_NEAR(state.reading.agreement, 1, 0.1);
    EXPECT_GT(state.reading.luminance, 80);
}

TEST(Tamper, OneThingIsTold) {
    Camera camera;
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(filled(4));
    EXPECT_THAT(camera.runs(14s), IsEmpty());
    EXPECT_THAT(camera.runs(30s), ElementsAre("black begins"));
    EXPECT_EQ(camera.detector().state().kind, TamperKind::black);
    EXPECT_GE(camera.detector().state().since, SteadyTime{1h + 60s});
    EXPECT_LE(camera.detector().state().since, SteadyTime{1h + 61s});
    camera.shows(street(3));
    EXPECT_THAT(camera.runs(30s), ElementsAre("black ends"));
    EXPECT_FALSE(camera.detector().state().kind);
}

TEST(Tamper, OneKindThatTurnsIntoAnotherIsAnEndAndABeginning) {
    Camera camera;
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(filled(4));
    EXPECT_THAT(camera.runs(30s), ElementsAre("black begins"));
    camera.shows(filled(150));
    EXPECT_THAT(camera.runs(30s), ElementsAre("black ends", "uniform begins"));
}

TEST(Tamper, ShortThingsAreNotTold) {
    Camera camera;
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    for (int i = 0; i < 10; ++i) {
        camera.shows(filled(i % 2 == 0 ? 4 : 200));
        EXPECT_THAT(camera.runs(10s), IsEmpty());
        camera.shows(street(3));
        EXPECT_THAT(camera.runs(10s), IsEmpty());
    }
}

TEST(Tamper, WhatIsNotAskedForIsNotTold) {
    Camera camera{{.black = false, .uniform = false, .blurred = false, .moved = false}};
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    for (const int level : {4, 150}) {
        camera.shows(filled(level));
        EXPECT_THAT(camera.runs(60s), IsEmpty());
    }
    camera.shows(street(9));
    EXPECT_THAT(camera.runs(120s), IsEmpty());
}

TEST(Tamper, ACameraThatWasTurnedWhileItWasAwayIsTold) {
    const imaging::Image wide = street(3, kWidth + 100);
    Camera camera;
    camera.shows(shifted(wide, 0));
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.is_away(3h);
    camera.shows(shifted(wide, 70));
    EXPECT_THAT(camera.runs(10s), IsEmpty()) << "it has to settle";
    EXPECT_THAT(camera.runs(30s), ElementsAre("moved begins"));
    const auto shift = camera.detector().state().reading.shift;
    ASSERT_TRUE(shift);
    EXPECT_NEAR(shift->x, -70.0 / kWidth, 0.02);
    EXPECT_NEAR(shift->y, 0, 0.02);
    EXPECT_NEAR(shift->zoom, 1, 0.03);
}

TEST(Tamper, ACameraThatComesBackAsItWasIsLeftAlone) {
    Camera camera;
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    for (const std::chrono::seconds away : {1s, 60s, 7200s}) {
        camera.is_away(away);
        camera.shows(filled(128)); // a decoder without a key frame
        EXPECT_THAT(camera.runs(8s), IsEmpty());
        camera.shows(street(3));
        EXPECT_THAT(camera.runs(60s), IsEmpty());
    }
}

TEST(Tamper, DarknessAfterHoursOfAbsenceIsNight) {
    Camera camera;
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.is_away(3h);
    camera.shows(filled(4));
    EXPECT_THAT(camera.runs(300s), IsEmpty());
}

TEST(Tamper, AViewThatStaysIsTheScene) {
    Camera camera{{.accept_after = 5min}};
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(street(9));
    EXPECT_THAT(camera.runs(600s), ElementsAre("moved begins", "moved accepted"));
    EXPECT_FALSE(camera.detector().state().learning);
    camera.shows(street(3));
    EXPECT_THAT(camera.runs(300s), IsEmpty()) << "the view before is known, too";
    camera.shows(street(12));
    EXPECT_THAT(camera.runs(150s), ElementsAre("moved begins"));
}

TEST(Tamper, ACoverIsNeverAccepted) {
    Camera camera{{.accept_after = 2min}};
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(filled(150));
    EXPECT_THAT(camera.runs(600s), ElementsAre("uniform begins"));
}

TEST(Tamper, NothingIsLearnedFromAnEmptyPicture) {
    Camera camera;
    camera.shows(filled(4));
    EXPECT_THAT(camera.runs(120s), IsEmpty());
    EXPECT_TRUE(camera.detector().state().learning);
    camera.shows(street(3));
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    EXPECT_FALSE(camera.detector().state().learning);
}

/// What cameras print over their pictures, however the lens is covered.
void print_clock(imaging::Image& image) {
    cv::Mat pixels = pixels_of(image);
    for (const int y : {20, kHeight - 10})
        cv::putText(pixels, "Camera 01 2026-11-29 12:00:00", {8, y}, cv::FONT_HERSHEY_PLAIN, 1.5,
                    cv::Scalar::all(255), 2);
}

TEST(Tamper, APrintedClockHidesNothing) {
    for (const imaging::Image& other : {filled(150), street(9)}) {
        imaging::Image before = street(3);
        imaging::Image after = other;
        print_clock(before);
        print_clock(after);
        Camera camera;
        camera.shows(before);
        EXPECT_THAT(camera.runs(60s), IsEmpty());
        camera.shows(after);
        EXPECT_EQ(camera.runs(60s).size(), 1U);
    }
}

/// Houses of the same make under windows at the same distances: some fit by chance.
TEST(Tamper, NearlyAnyOtherStreetIsTold) {
    int told = 0;
    for (unsigned seed = 20; seed < 30; ++seed) {
        Camera camera;
        EXPECT_THAT(camera.runs(60s), IsEmpty());
        camera.shows(street(seed));
        const auto news = camera.runs(60s);
        if (news.empty())
            continue;
        ++told;
        EXPECT_THAT(news, ElementsAre("moved begins")) << seed;
        camera.shows(street(3));
        EXPECT_THAT(camera.runs(30s), ElementsAre("moved ends")) << seed;
    }
    EXPECT_GE(told, 8);
}

TEST(Tamper, PicturesThatComeSeldomAreJudgedOneByOne) {
    Camera camera;
    EXPECT_THAT(camera.runs(40s, 10s), IsEmpty()) << "still learning";
    EXPECT_THAT(camera.runs(200s, 10s), IsEmpty());
    camera.shows(filled(4));
    EXPECT_THAT(camera.runs(40s, 10s), ElementsAre("black begins"));
}

TEST(Tamper, APlainWallCannotBeTurned) {
    Camera camera;
    imaging::Image wall = filled(160);
    cv::Mat pixels = pixels_of(wall);
    for (int i = 0; i < 6; ++i) // enough to learn from, too little to judge by
        cv::circle(pixels, {32 + 64 * i, 60}, 6, cv::Scalar::all(40), -1);
    camera.shows(wall);
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(street(3));
    EXPECT_THAT(camera.runs(120s), IsEmpty());
}

TEST(Tamper, OddSizesEmptyPicturesAndTimesThatGoBackDoNoHarm) {
    Camera camera;
    EXPECT_THAT(camera.runs(40s), IsEmpty());
    TamperDetector& detector = camera.detector();
    EXPECT_THAT(detector.look({}, camera.now() + 10s), IsEmpty());
    EXPECT_FALSE(detector.is_due(camera.now() - 10s));
    SteadyTime at = camera.now() + 10s;
    for (const auto& [width, height] :
         {std::pair{1, 1}, {3, 500}, {999, 2}, {41, 37}, {1920, 1080}})
        for (int i = 0; i < 3; ++i) {
            const imaging::Image picture{imaging::PixelFormat::bgr24, width, height};
            EXPECT_THAT(detector.look(picture.view(), at += 1s), IsEmpty())
                << width << "x" << height;
        }
}

TEST(Tamper, ValuesOutOfRangeAreBroughtInside) {
    Camera camera{{.sensitivity = 7, .min_duration = -1s, .settle = -1s, .accept_after = -1s}};
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(filled(4));
    EXPECT_THAT(camera.runs(10s), ElementsAre("black begins"));
}

/// What is done to pictures of a street, with a clock printed over them.
class EveryTrial : public ::testing::TestWithParam<TamperTrial> {};

TEST_P(EveryTrial, IsToldAsWhatItIs) {
    const std::vector<imaging::Image> pictures{street(3, 900, 506)};
    const TamperTrialResult result = run_tamper_trial(GetParam(), pictures, {});
    EXPECT_EQ(result.false_alarms, 0);
    EXPECT_EQ(result.found, GetParam().is.has_value());
    EXPECT_EQ(result.ended, GetParam().is.has_value());
}

INSTANTIATE_TEST_SUITE_P(Tamper, EveryTrial, ::testing::ValuesIn(tamper_trials()),
                         [](const auto& trial) {
                             std::string name;
                             for (const char one : trial.param.name)
                                 name +=
                                     std::isalnum(static_cast<unsigned char>(one)) != 0 ? one : '_';
                             return name;
                         });

imaging::Image dimmed(imaging::Image picture, double share, int to) {
    cv::Mat pixels = pixels_of(picture);
    pixels.convertTo(pixels, -1, share, to * (1 - share));
    return picture;
}

imaging::Image softened(imaging::Image picture, double by_px) {
    cv::Mat pixels = pixels_of(picture);
    cv::GaussianBlur(pixels, pixels, {}, by_px);
    return picture;
}

TEST(Tamper, WhatCannotBeSeenForDuskIsNotRightAgain) {
    const imaging::Image wide = street(3, kWidth + 100);
    Camera camera;
    camera.shows(shifted(wide, 0));
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(shifted(wide, 70));
    EXPECT_THAT(camera.runs(40s), ElementsAre("moved begins"));
    for (double left = 1; left > 0.01; left *= 0.85) { // in ten minutes
        camera.shows(dimmed(shifted(wide, 70), left, 30));
        EXPECT_THAT(camera.runs(20s), IsEmpty()) << left;
    }
    camera.shows(shifted(wide, 70));
    EXPECT_THAT(camera.runs(60s), IsEmpty()) << "it was told";
    EXPECT_EQ(camera.detector().state().kind, TamperKind::moved);
    EXPECT_TRUE(camera.detector().state().reading.shift);
    camera.shows(shifted(wide, 0));
    EXPECT_THAT(camera.runs(30s), ElementsAre("moved ends"));
}

TEST(Tamper, WhatIsFoundElsewhereAndSofterThereWasMoved) {
    const imaging::Image wide = street(3, kWidth + 100);
    for (const double by_px : {1.5, 2.5, 4.0}) {
        Camera camera;
        camera.shows(shifted(wide, 0));
        EXPECT_THAT(camera.runs(60s), IsEmpty());
        camera.shows(softened(shifted(wide, 70), by_px));
        const auto told = camera.runs(120s);
        ASSERT_FALSE(told.empty()) << by_px;
        EXPECT_THAT(told, ElementsAre("moved begins")) << by_px;
    }
}

TEST(Tamper, EachKindIsLeftOutByItself) {
    const auto told_of = [](const TamperOptions& options, const imaging::Image& picture) {
        Camera camera{options};
        EXPECT_THAT(camera.runs(60s), IsEmpty());
        camera.shows(picture);
        return camera.runs(60s);
    };
    EXPECT_THAT(told_of({.black = false}, filled(4)), IsEmpty());
    EXPECT_THAT(told_of({.black = false}, filled(150)), ElementsAre("uniform begins"));
    EXPECT_THAT(told_of({.uniform = false}, filled(150)), IsEmpty());
    EXPECT_THAT(told_of({.uniform = false}, filled(4)), ElementsAre("black begins"));
    EXPECT_THAT(told_of({.blurred = false}, softened(street(3), 6)), IsEmpty());
    EXPECT_THAT(told_of({.moved = false}, softened(street(3), 6)), ElementsAre("blurred begins"));
    EXPECT_THAT(told_of({.moved = false}, street(9)), IsEmpty());
}

TEST(Tamper, AMoreSensitiveOneTellsSmallerShifts) {
    const imaging::Image wide = street(3, kWidth + 100);
    const auto told_at = [&](float sensitivity) {
        Camera camera{{.sensitivity = sensitivity}};
        camera.shows(shifted(wide, 0));
        EXPECT_THAT(camera.runs(60s), IsEmpty());
        camera.shows(shifted(wide, 20)); // 3 %
        return camera.runs(60s);
    };
    EXPECT_THAT(told_at(0), IsEmpty());
    EXPECT_THAT(told_at(1), ElementsAre("moved begins"));
}

TEST(Tamper, AViewIsNeverAcceptedWhereNobodyWantsThat) {
    Camera camera{{.accept_after = 0s}};
    EXPECT_THAT(camera.runs(60s), IsEmpty());
    camera.shows(street(9));
    EXPECT_THAT(camera.runs(3h, 5s), ElementsAre("moved begins"));
}

TEST(Tamper, OfASceneWithTooLittleInItNothingIsPromised) {
    Camera camera;
    imaging::Image wall = filled(150);
    cv::rectangle(pixels_of(wall), cv::Rect{300, 150, 60, 60}, cv::Scalar::all(60), 3);
    camera.shows(wall);
    EXPECT_THAT(camera.runs(120s), IsEmpty());
    EXPECT_TRUE(camera.detector().state().learning) << "nothing could ever be told";
}

} // namespace
} // namespace vedette::vision
