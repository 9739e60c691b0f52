#include "detect/glyph_row/detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <random>

#include "detect/glyph_row/glyph_rows.h"

namespace vedette::vision {
namespace {

constexpr int kWidth_px = 320;
constexpr int kHeight_px = 200;

/// A plate from the front: black signs on a white ground, 4.5 times as wide as high.
cv::Mat flat_plate(const std::string& text, int height_px) {
    constexpr int kDrawn_px = 110;
    cv::Mat plate{kDrawn_px, kDrawn_px * 9 / 2, CV_8U, cv::Scalar{225}};
    const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, 3.1, 9, nullptr);
    cv::putText(plate, text, {(plate.cols - size.width) / 2, (plate.rows + size.height) / 2},
                cv::FONT_HERSHEY_SIMPLEX, 3.1, cv::Scalar{30}, 9, cv::LINE_AA);
    cv::Mat small;
    cv::resize(plate, small, {height_px * 9 / 2, height_px}, 0, 0, cv::INTER_AREA);
    return small;
}

void add_noise(cv::Mat& picture, int levels, std::uint32_t seed) {
    std::mt19937 random{seed};
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols; ++x) {
            const int noise = static_cast<int>(random() % static_cast<unsigned>(2 * levels + 1));
            auto& level = picture.at<unsigned char>(y, x);
            level = cv::saturate_cast<unsigned char>(level + noise - levels);
        }
}

/// A grey vehicle that carries the plate at these corners.
cv::Mat vehicle_with(const cv::Mat& plate, const imaging::PixelQuad& corners) {
    cv::Mat picture{kHeight_px, kWidth_px, CV_8U, cv::Scalar{110}};
    cv::rectangle(picture, {40, 20}, {280, 70}, cv::Scalar{50}, cv::FILLED); // window
    const auto width = static_cast<float>(plate.cols);
    const auto height = static_cast<float>(plate.rows);
    const std::array<cv::Point2f, 4> from{{{0, 0}, {width, 0}, {width, height}, {0, height}}};
    std::array<cv::Point2f, 4> to{};
    for (std::size_t i = 0; i < to.size(); ++i)
        to.at(i) = {corners.at(i).x, corners.at(i).y};
    cv::warpPerspective(plate, picture, cv::getPerspectiveTransform(from.data(), to.data()),
                        picture.size(), cv::INTER_AREA, cv::BORDER_TRANSPARENT);
    return picture;
}

imaging::PixelQuad upright(float left, float top, float height) {
    const float width = height * 4.5F;
    return {{{left, top}, {left + width, top}, {left + width, top + height}, {left, top + height}}};
}

/// The best row found, or a score of 0.
GlyphRow best_in(const cv::Mat& picture) {
    GlyphRowFinder finder{GlyphRowSettings{}};
    const auto& rows = finder.find(picture);
    const auto best = std::max_element(
        rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.score < b.score; });
    return best == rows.end() ? GlyphRow{} : *best;
}

void expect_corners_near(const imaging::PixelQuad& found, const imaging::PixelQuad& wanted,
                         float tolerance_px) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_NEAR(found.at(i).x, wanted.at(i).x, tolerance_px) << "corner " << i;
        EXPECT_NEAR(found.at(i).y, wanted.at(i).y, tolerance_px) << "corner " << i;
    }
}

/// The score from which plates are read unless the configuration says otherwise.
constexpr float kUsualThreshold = 0.3F;

TEST(GlyphRows, FindsPlatesOfManySizesWithTheirCorners) {
    for (const int height : {15, 20, 30, 42, 56}) {
        const auto corners = upright(30, 90, static_cast<float>(height));
        const GlyphRow row = best_in(vehicle_with(flat_plate("AB12CDE", height), corners));
        EXPECT_GT(row.score, kUsualThreshold) << height;
        SCOPED_TRACE(height);
        expect_corners_near(row.corners, corners, 2 + 0.12F * static_cast<float>(height));
    }
}

TEST(GlyphRows, FollowsATiltedPlate) {
    const imaging::PixelQuad corners{{{60, 80}, {206, 101}, {206, 135}, {60, 114}}};
    const GlyphRow row = best_in(vehicle_with(flat_plate("KTM3905", 34), corners));
    EXPECT_GT(row.score, kUsualThreshold);
    expect_corners_near(row.corners, corners, 5);
}

TEST(GlyphRows, SeesThatOneEndIsNearer) {
    const imaging::PixelQuad corners{{{60, 90}, {230, 80}, {230, 130}, {60, 124}}};
    const GlyphRow row = best_in(vehicle_with(flat_plate("KTM3905", 44), corners));
    EXPECT_GT(row.score, kUsualThreshold);
    const float left = row.corners[3].y - row.corners[0].y;
    const float right = row.corners[2].y - row.corners[1].y;
    EXPECT_NEAR(left, 34, 6);
    EXPECT_NEAR(right, 50, 6);
}

TEST(GlyphRows, BearsTheNoiseOfANightCamera) {
    const auto corners = upright(70, 100, 26);
    cv::Mat picture = vehicle_with(flat_plate("XY47ZZA", 26), corners);
    picture.convertTo(picture, CV_8U, 0.5);
    add_noise(picture, 7, 1);
    const GlyphRow row = best_in(picture);
    EXPECT_GT(row.score, 0.2F);
    expect_corners_near(row.corners, corners, 6);
}

TEST(GlyphRows, NeedsNoEdgeAroundAWhitePlateOnAWhiteCar) {
    cv::Mat picture{kHeight_px, kWidth_px, CV_8U, cv::Scalar{225}};
    flat_plate("AB12CDE", 30).copyTo(picture({60, 90, 135, 30}));
    const GlyphRow row = best_in(picture);
    EXPECT_GT(row.score, kUsualThreshold);
    expect_corners_near(row.corners, upright(60, 90, 30), 10);
}

TEST(GlyphRows, SeesNoPlateInAFence) {
    cv::Mat picture{kHeight_px, kWidth_px, CV_8U, cv::Scalar{190}};
    for (int x = 10; x < kWidth_px; x += 14)
        cv::rectangle(picture, {x, 80, 5, 24}, cv::Scalar{40}, cv::FILLED);
    EXPECT_LT(best_in(picture).score, kUsualThreshold);
}

TEST(GlyphRows, SeesNoPlateInWindows) {
    cv::Mat picture{kHeight_px, kWidth_px, CV_8U, cv::Scalar{170}};
    for (int y = 20; y < kHeight_px - 30; y += 45)
        for (int x = 20; x < kWidth_px - 20; x += 30) {
            cv::rectangle(picture, {x, y, 16, 26}, cv::Scalar{60}, cv::FILLED);
            cv::line(picture, {x + 8, y}, {x + 8, y + 26}, cv::Scalar{150});
        }
    EXPECT_LT(best_in(picture).score, kUsualThreshold);
}

TEST(GlyphRows, PrefersAPlateToAnythingInTexture) {
    const float plate = best_in(vehicle_with(flat_plate("AB12CDE", 30), upright(60, 90, 30))).score;
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        cv::Mat picture{kHeight_px, kWidth_px, CV_8U, cv::Scalar{128}};
        add_noise(picture, 100, seed);
        cv::GaussianBlur(picture, picture, {0, 0}, 1.0 + seed);
        cv::normalize(picture, picture, 0, 255, cv::NORM_MINMAX);
        EXPECT_LT(best_in(picture).score, 0.6F * plate) << "seed " << seed;
    }
}

TEST(GlyphRows, ThreeSignsAreNoPlate) {
    EXPECT_EQ(best_in(vehicle_with(flat_plate("TAX", 34), upright(60, 90, 34))).score, 0);
}

TEST(GlyphRows, KnowsATruePlateFromAFewStrokes) {
    const auto corners = upright(60, 90, 30);
    const float full = best_in(vehicle_with(flat_plate("AB12CDE", 30), corners)).score;
    const float strokes = best_in(vehicle_with(flat_plate("I1II", 30), corners)).score;
    EXPECT_GT(full, 2 * strokes);
}

infer::Manifest manifest() {
    infer::Manifest manifest;
    manifest.id = "rows";
    manifest.version = 1;
    manifest.decoder = "glyph_row";
    manifest.labels = {"plate"};
    return manifest;
}

TEST(GlyphRowDetector, GivesCornersInSharesOfThePicture) {
    auto detector = make_glyph_row_detector(manifest(), {.min_score = kUsualThreshold});
    ASSERT_TRUE(detector) << detector.error().message();
    const auto corners = upright(60, 90, 34);
    const cv::Mat picture = vehicle_with(flat_plate("AB12CDE", 34), corners);
    imaging::ImageView view;
    view.format = imaging::PixelFormat::gray8;
    view.width_px = picture.cols;
    view.height_px = picture.rows;
    view.planes[0] = {picture.data, static_cast<std::ptrdiff_t>(picture.step[0])};
    const auto found = (*detector)->detect({&view, 1});
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->front().size(), 1U) << "one plate once, although it is found in several ways";
    const domain::Detection& plate = found->front().front();
    EXPECT_EQ(plate.label, "plate");
    ASSERT_EQ(plate.points.size(), 4U);
    EXPECT_NEAR(plate.points[0].x * kWidth_px, 60, 5);
    EXPECT_NEAR(plate.points[2].y * kHeight_px, 124, 5);
}

TEST(GlyphRowDetector, RefusesWhatItDoesNotKnow) {
    infer::Manifest wrong = manifest();
    wrong.decoder_options["wings"] = "2";
    EXPECT_FALSE(make_glyph_row_detector(wrong, {}));
    wrong = manifest();
    wrong.labels = {"plate", "car"};
    const auto refused = make_glyph_row_detector(wrong, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
}

} // namespace
} // namespace vedette::vision
