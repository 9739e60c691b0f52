#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "vedette/vision/face_embedder.h"

namespace vedette::vision {
namespace {

FacePoints moved(const FacePoints& points, const Similarity& by) {
    FacePoints out;
    for (std::size_t i = 0; i < points.size(); ++i)
        out[i] = by.apply(points[i]);
    return out;
}

TEST(EstimateSimilarity, FindsTheOneThatWasUsed) {
    std::mt19937 random{7};
    std::uniform_real_distribution<double> angle{-3.1, 3.1};
    std::uniform_real_distribution<double> scale{0.05, 20};
    std::uniform_real_distribution<double> shift{-500, 500};
    for (int i = 0; i < 200; ++i) {
        const double turned = angle(random);
        const double scaled = scale(random);
        const Similarity used{scaled * std::cos(turned), scaled * std::sin(turned), shift(random),
                              shift(random)};
        const auto found = estimate_similarity(kArcFaceTemplate, moved(kArcFaceTemplate, used));
        ASSERT_TRUE(found) << found.error().message();
        EXPECT_NEAR(found->a, used.a, 1e-3);
        EXPECT_NEAR(found->b, used.b, 1e-3);
        EXPECT_NEAR(found->c, used.c, 0.05);
        EXPECT_NEAR(found->d, used.d, 0.05);
        EXPECT_NEAR(found->scale(), scaled, 1e-3);
    }
}

TEST(EstimateSimilarity, IsLeastSquaresByHand) {
    // Middle (0, 0) and spread 4; the last point says a = 1, the others a = 2: (2+2+2+1)/4 = 7/4.
    const FacePoints from{{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {0, 0}}};
    const FacePoints to{{{2, 0}, {-2, 0}, {0, 2}, {0, -1}, {0, -1}}};
    const auto found = estimate_similarity(from, to);
    ASSERT_TRUE(found);
    EXPECT_DOUBLE_EQ(found->a, 1.75);
    EXPECT_DOUBLE_EQ(found->b, 0);
    EXPECT_DOUBLE_EQ(found->c, 0);
    EXPECT_DOUBLE_EQ(found->d, 0);
}

TEST(EstimateSimilarity, NeverMirrors) {
    FacePoints mirrored = kArcFaceTemplate;
    for (imaging::PixelPoint& point : mirrored)
        point.x = -point.x;
    const auto found = estimate_similarity(kArcFaceTemplate, mirrored);
    ASSERT_TRUE(found);
    const imaging::PixelPoint x = found->apply({1, 0});
    const imaging::PixelPoint y = found->apply({0, 1});
    const imaging::PixelPoint o = found->apply({0, 0});
    EXPECT_GT((x.x - o.x) * (y.y - o.y) - (x.y - o.y) * (y.x - o.x), 0) << "the turn of the axes";
}

TEST(EstimateSimilarity, RefusesPointsOfWhichNothingFollows) {
    const FacePoints same{};
    EXPECT_EQ(estimate_similarity(same, kArcFaceTemplate).error().code(),
              ErrorCode::invalid_argument);
    FacePoints nowhere = kArcFaceTemplate;
    nowhere[2].x = std::nanf("");
    EXPECT_FALSE(estimate_similarity(nowhere, kArcFaceTemplate));
    nowhere[2].x = std::numeric_limits<float>::infinity();
    EXPECT_FALSE(estimate_similarity(kArcFaceTemplate, nowhere));
}

TEST(Similarity, ItsInverseTakesEverythingBack) {
    const Similarity some{0.3, -1.7, 12, -80};
    const imaging::PixelPoint there = some.apply({31, 17});
    const imaging::PixelPoint back = some.inverse().apply(there);
    EXPECT_NEAR(back.x, 31, 1e-4);
    EXPECT_NEAR(back.y, 17, 1e-4);
}

imaging::Image grey(int width_px, int height_px) {
    imaging::Image out{imaging::PixelFormat::bgr24, width_px, height_px};
    for (int y = 0; y < height_px; ++y)
        std::fill_n(out.row(y), out.stride_bytes(), std::uint8_t{90});
    return out;
}

/// With a white square of seven pixels around each point. \pre the squares lie inside
imaging::Image dotted(int width_px, int height_px, const FacePoints& points) {
    imaging::Image out = grey(width_px, height_px);
    for (const imaging::PixelPoint& point : points) {
        const int left = static_cast<int>(point.x) - 3;
        const int top = static_cast<int>(point.y) - 3;
        for (int y = top; y < top + 7; ++y)
            std::fill_n(out.row(y) + 3 * left, 21, std::uint8_t{255});
    }
    return out;
}

TEST(AlignFace, PutsThePointsWhereTheTemplateHasThem) {
    for (const double turned : {0.0, 0.4, -1.2, 3.0}) {
        const double scaled = 1.9;
        const Similarity by{scaled * std::cos(turned), scaled * std::sin(turned), 300, 260};
        FacePoints points = kArcFaceTemplate;
        for (imaging::PixelPoint& point : points) // around the middle of the face
            point = by.apply({point.x - 56, point.y - 56});
        const imaging::Image picture = dotted(600, 520, points);
        const auto face = align_face(picture.view(), points);
        ASSERT_TRUE(face) << face.error().message();
        ASSERT_EQ(face->width_px(), 112);
        ASSERT_EQ(face->height_px(), 112);
        for (const imaging::PixelPoint& point : kArcFaceTemplate) {
            const auto x = std::lround(point.x);
            const auto y = static_cast<int>(std::lround(point.y));
            EXPECT_GT(face->row(y)[3 * x], 200) << "turned by " << turned;
        }
        EXPECT_EQ(face->row(20)[3 * 56], 90) << "the forehead";
    }
}

TEST(AlignFace, IsBlackBesideThePicture) {
    FacePoints points = kArcFaceTemplate;
    for (imaging::PixelPoint& point : points)
        point.x -= 30; // a face that is cut at the left
    const imaging::Image picture = grey(112, 112);
    const auto face = align_face(picture.view(), points);
    ASSERT_TRUE(face) << face.error().message();
    EXPECT_EQ(face->row(56)[3 * 10], 0);
    EXPECT_EQ(face->row(56)[3 * 40], 90);
}

TEST(AlignFace, ScalesTheTemplateWithTheSide) {
    FacePoints points = kArcFaceTemplate;
    const imaging::Image picture = dotted(112, 112, points);
    const auto face = align_face(picture.view(), points, 56);
    ASSERT_TRUE(face) << face.error().message();
    EXPECT_EQ(face->width_px(), 56);
    EXPECT_GT(face->row(36)[3 * 28], 180) << "the nose";
}

TEST(AlignFace, RefusesWhatIsNoFace) {
    const imaging::Image picture = grey(64, 64);
    EXPECT_EQ(align_face(picture.view(), {}).error().code(), ErrorCode::invalid_argument);
    EXPECT_FALSE(align_face({}, kArcFaceTemplate));
}

TEST(AlignFace, TakesPointsFarOutside) {
    FacePoints points = kArcFaceTemplate;
    for (imaging::PixelPoint& point : points)
        point = {point.x * 1000 - 1e6F, point.y * 1000};
    const imaging::Image picture = grey(64, 64);
    const auto face = align_face(picture.view(), points);
    ASSERT_TRUE(face) << face.error().message();
    EXPECT_EQ(face->row(50)[150], 0);
}

TEST(FacePointsOfADetection, AreInPixels) {
    domain::Detection face;
    face.points = {{0.25F, 0.5F}, {0.5F, 0.5F}, {0.4F, 0.6F}, {0.3F, 0.8F}, {0.5F, 0.75F}};
    const auto points = face_points(face, 200, 100);
    ASSERT_TRUE(points);
    EXPECT_FLOAT_EQ((*points)[0].x, 50);
    EXPECT_FLOAT_EQ((*points)[4].y, 75);
    face.points.pop_back();
    EXPECT_NE(face_points(face, 200, 100).error().message().find("4 points"), std::string::npos);
    face.points.push_back({std::nanf(""), 0});
    EXPECT_FALSE(face_points(face, 200, 100));
}

TEST(FaceSimilarity, IsTheCosine) {
    const std::vector<float> a{0.6F, 0.8F};
    const std::vector<float> b{0.8F, 0.6F};
    const std::vector<float> opposite{-0.6F, -0.8F};
    EXPECT_NEAR(similarity(a, b), 0.96F, 1e-6);
    EXPECT_NEAR(similarity(a, a), 1, 1e-6);
    EXPECT_NEAR(similarity(a, opposite), -1, 1e-6);
    EXPECT_EQ(similarity(a, {}), -1) << "a face of which nothing is known is like no other";
    EXPECT_EQ(similarity({}, {}), -1);
}

} // namespace
} // namespace vedette::vision
