#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "vedette/imaging/image.h"
#include "vedette/vision/motion.h"

namespace vedette::vision {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 180;
constexpr int kCalibration = 12; // pictures, more than any calibration takes

/// A grey scene that changes as a test says.
class Scene {
public:
    explicit Scene(std::uint8_t level = 80, int width = kWidth, int height = kHeight)
        : image_{imaging::PixelFormat::gray8, width, height} {
        fill(level);
    }
    void fill(std::uint8_t level) {
        for (int y = 0; y < image_.height_px(); ++y)
            std::fill_n(image_.row(y), image_.width_px(), level);
    }
    void square(int x, int y, int size, std::uint8_t level) {
        for (int row = y; row < y + size; ++row)
            std::fill_n(image_.row(row) + x, size, level);
    }
    void noise(int amplitude, std::uint32_t seed) {
        std::mt19937 random{seed};
        for (int y = 0; y < image_.height_px(); ++y)
            for (int x = 0; x < image_.width_px(); ++x) {
                const int shift =
                    static_cast<int>(random() % (2U * static_cast<unsigned>(amplitude) + 1)) -
                    amplitude;
                image_.row(y)[x] =
                    static_cast<std::uint8_t>(std::clamp(image_.row(y)[x] + shift, 0, 255));
            }
    }
    [[nodiscard]] imaging::ImageView view() const { return image_.view(); }

private:
    imaging::Image image_;
};

std::unique_ptr<MotionDetector> settled(const Scene& scene, const MotionOptions& options = {}) {
    auto detector = make_motion_detector(options);
    for (int i = 0; i < kCalibration; ++i)
        EXPECT_TRUE(detector->update(scene.view()).regions.empty());
    return detector;
}

TEST(Motion, AStillSceneHasNone) {
    const Scene scene;
    const auto detector = settled(scene);
    const MotionResult result = detector->update(scene.view());
    EXPECT_TRUE(result.regions.empty());
    EXPECT_EQ(result.changed_share, 0);
    EXPECT_FALSE(result.lightning);
}

TEST(Motion, WhatCameToRestIsARegionButNoMover) {
    Scene scene;
    const auto detector = settled(scene);
    for (int x = 40; x <= 200; x += 40) {
        scene.fill(80);
        scene.square(x, 60, 40, 220);
        EXPECT_EQ(detector->update(scene.view()).movers.size(), 1U) << "at " << x;
    }
    const MotionResult result = detector->update(scene.view());
    EXPECT_EQ(result.regions.size(), 1U);
    EXPECT_TRUE(result.movers.empty());
}

TEST(Motion, PartsThatLieOnEachOtherAreOneMover) {
    Scene scene;
    const auto detector = settled(scene, {.height_px = kHeight});
    for (int i = 0; i < 15; ++i) { // an arch, and what moves under it
        scene.square(60 + i * 6, 40, 6, 220);
        scene.square(60, 40 + i * 6, 6, 220);
        scene.square(144, 40 + i * 6, 6, 220);
    }
    scene.square(96, 80, 18, 220);
    const MotionResult result = detector->update(scene.view());
    EXPECT_EQ(result.regions.size(), 2U);
    ASSERT_EQ(result.movers.size(), 1U);
    EXPECT_NEAR(result.movers[0].width, 90.0F / kWidth, 0.04F);
}

TEST(Motion, AMovingSquareIsFoundWhereItIs) {
    Scene scene;
    const auto detector = settled(scene);
    for (int x = 40; x <= 200; x += 40) {
        scene.fill(80);
        scene.square(x, 60, 40, 220);
        const MotionResult result = detector->update(scene.view());
        ASSERT_EQ(result.regions.size(), 1U) << "at " << x;
        const domain::NormBox square{static_cast<float>(x) / kWidth, 60.0F / kHeight,
                                     40.0F / kWidth, 40.0F / kHeight};
        EXPECT_GT(domain::iou(result.regions[0], square), 0.6F) << "at " << x;
        EXPECT_FALSE(result.lightning);
    }
}

TEST(Motion, TwoSquaresFarApartAreTwoRegions) {
    Scene scene;
    const auto detector = settled(scene);
    scene.square(10, 20, 30, 200);
    scene.square(250, 120, 30, 0);
    EXPECT_EQ(detector->update(scene.view()).regions.size(), 2U);
}

TEST(Motion, NoiseOfASensorIsNotMotion) {
    auto detector = make_motion_detector({});
    int moving = 0;
    for (std::uint32_t i = 0; i < 40; ++i) {
        Scene scene;
        scene.noise(15, i);
        moving += detector->update(scene.view()).regions.empty() ? 0 : 1;
    }
    EXPECT_EQ(moving, 0);
}

TEST(Motion, LightSwitchedOnIsLightningAndIsForgottenAtOnce) {
    Scene scene{60};
    const auto detector = settled(scene);
    scene.fill(180);
    const MotionResult flash = detector->update(scene.view());
    EXPECT_TRUE(flash.lightning);
    EXPECT_TRUE(flash.regions.empty());
    EXPECT_GT(flash.changed_share, 0.9F);
    const MotionResult after = detector->update(scene.view());
    EXPECT_FALSE(after.lightning);
    EXPECT_TRUE(after.regions.empty());
}

TEST(Motion, AfterLightningASquareIsFoundAgain) {
    Scene scene{60};
    const auto detector = settled(scene);
    scene.fill(180);
    EXPECT_TRUE(detector->update(scene.view()).lightning);
    for (int i = 0; i < kCalibration; ++i)
        EXPECT_TRUE(detector->update(scene.view()).regions.empty());
    scene.square(100, 60, 40, 20);
    EXPECT_EQ(detector->update(scene.view()).regions.size(), 1U);
}

TEST(Motion, DuskIsNotMotion) {
    Scene scene{200};
    const auto detector = settled(scene, {.frame_alpha = 0.05F});
    for (std::uint8_t level = 200; level > 50; --level) {
        scene.fill(level);
        ASSERT_TRUE(detector->update(scene.view()).regions.empty()) << int{level};
    }
}

TEST(Motion, WhatStopsBecomesBackground) {
    Scene scene;
    const auto detector = settled(scene, {.frame_alpha = 0.05F});
    scene.square(100, 60, 40, 220);
    int moving = 0;
    while (!detector->update(scene.view()).regions.empty() && moving < 1000)
        ++moving;
    EXPECT_GT(moving, 5);
    EXPECT_LT(moving, 100);
}

TEST(Motion, SmallThingsBelowTheContourAreaAreIgnored) {
    Scene scene;
    const auto detector = settled(scene, {.contour_area = 200});
    scene.square(100, 60, 8, 220);
    const MotionResult result = detector->update(scene.view());
    EXPECT_GT(result.changed_share, 0);
    EXPECT_TRUE(result.regions.empty());
}

/// The left half of the picture.
MotionOptions blind_on_the_left() {
    MotionOptions options;
    options.ignored = imaging::PictureMask{{{{0, 0}, {0.5F, 0}, {0.5F, 1}, {0, 1}}}};
    return options;
}

TEST(Motion, WhatChangesWhereItIsIgnoredIsNone) {
    Scene scene;
    const auto detector = settled(scene, blind_on_the_left());
    scene.square(40, 60, 40, 220);
    const MotionResult left = detector->update(scene.view());
    EXPECT_TRUE(left.regions.empty());
    EXPECT_EQ(left.changed_share, 0);
    scene.square(220, 60, 40, 220);
    const MotionResult right = detector->update(scene.view());
    ASSERT_EQ(right.regions.size(), 1U);
    EXPECT_GT(right.regions[0].left, 0.5F);
}

TEST(Motion, LightningIsJudgedByWhatIsNotIgnored) {
    Scene scene{60};
    const auto detector = settled(scene, blind_on_the_left());
    scene.fill(180);
    EXPECT_TRUE(detector->update(scene.view()).lightning);
    MotionOptions all;
    all.ignored = imaging::PictureMask{{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}};
    const auto blind = settled(scene, all);
    scene.fill(20);
    const MotionResult nothing = blind->update(scene.view());
    EXPECT_FALSE(nothing.lightning);
    EXPECT_TRUE(nothing.regions.empty());
}

TEST(Motion, AnotherSizeStartsAnew) {
    Scene small;
    const auto detector = settled(small);
    Scene large{200, 640, 480};
    const MotionResult first = detector->update(large.view());
    EXPECT_TRUE(first.regions.empty());
    EXPECT_FALSE(first.lightning);
    for (int i = 0; i < kCalibration; ++i)
        EXPECT_TRUE(detector->update(large.view()).regions.empty());
    large.square(300, 200, 80, 0);
    EXPECT_EQ(detector->update(large.view()).regions.size(), 1U);
}

TEST(Motion, OddAndEmptyPicturesDoNoHarm) {
    const auto detector = make_motion_detector({});
    EXPECT_TRUE(detector->update({}).regions.empty());
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 500}, {999, 1}, {7, 13}}) {
        Scene scene{10, width, height};
        for (int i = 0; i < 3; ++i)
            EXPECT_TRUE(detector->update(scene.view()).regions.empty());
        scene.fill(250);
        EXPECT_TRUE(detector->update(scene.view()).lightning) << width << "x" << height;
    }
}

} // namespace
} // namespace vedette::vision
