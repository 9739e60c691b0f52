#include "glyphs/ink_spots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <random>

namespace vedette::vision {
namespace {

TEST(InkSpots, JoinsWhatTouchesAlsoAtCorners) {
    cv::Mat marked = cv::Mat::zeros(8, 20, CV_8U);
    marked.at<unsigned char>(1, 1) = 255; // a diagonal
    marked.at<unsigned char>(2, 2) = 255;
    marked.at<unsigned char>(3, 1) = 1;                        // any value is marked
    cv::rectangle(marked, {10, 2, 2, 4}, cv::Scalar{255}, -1); // a U: two arms
    cv::rectangle(marked, {16, 2, 2, 4}, cv::Scalar{255}, -1); //
    cv::rectangle(marked, {10, 6, 8, 1}, cv::Scalar{255}, -1); // that its foot joins
    InkSpots finder;
    std::vector<InkSpot> spots = finder.find(marked);
    ASSERT_EQ(spots.size(), 2U);
    std::sort(spots.begin(), spots.end(),
              [](const auto& a, const auto& b) { return a.left < b.left; });
    EXPECT_EQ(spots[0].width(), 2);
    EXPECT_EQ(spots[0].height(), 3);
    EXPECT_EQ(spots[0].area, 3);
    EXPECT_EQ(spots[1].left, 10);
    EXPECT_EQ(spots[1].right, 18);
    EXPECT_EQ(spots[1].top, 2);
    EXPECT_EQ(spots[1].bottom, 7);
    EXPECT_EQ(spots[1].area, 24);
}

TEST(InkSpots, CountsLikeOpenCvInNoise) {
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        cv::Mat marked = cv::Mat::zeros(37, 61, CV_8U);
        std::mt19937 random{seed};
        for (int y = 0; y < marked.rows; ++y)
            for (int x = 0; x < marked.cols; ++x)
                marked.at<unsigned char>(y, x) = random() % 10 < seed ? 255 : 0;
        cv::Mat labels;
        InkSpots finder;
        const auto& spots = finder.find(marked);
        EXPECT_EQ(static_cast<int>(spots.size()), cv::connectedComponents(marked, labels, 8) - 1);
        int area = 0;
        for (const InkSpot& spot : spots)
            area += spot.area;
        EXPECT_EQ(area, cv::countNonZero(marked));
    }
}

} // namespace
} // namespace vedette::vision
