#include "detect/candidates.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace vedette::vision {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
const PictureGeometry kSquare{100, 100, {}};

Candidate box(float left, float top, float size, float score, int class_index = 0) {
    return {left, top, left + size, top + size, score, class_index, 0, {}};
}

CandidateFilter filter(const DetectorOptions& options = {},
                       const std::vector<std::string>& labels = {"car", "person"}) {
    auto made = CandidateFilter::create(labels, options);
    EXPECT_TRUE(made) << made.error().message();
    return *std::move(made);
}

TEST(CandidateFilter, KeepsTheBestOfOverlappingBoxesOfOneLabelOnly) {
    std::vector<Candidate> all{box(10, 10, 20, 0.6F), box(11, 10, 20, 0.9F),
                               box(10, 10, 20, 0.8F, 1), box(60, 60, 20, 0.7F)};
    const auto found = filter().apply(all, kSquare);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].label, "car");
    EXPECT_FLOAT_EQ(found[0].score, 0.9F);
    EXPECT_EQ(found[1].label, "person");
    EXPECT_FLOAT_EQ(found[2].box.left, 0.6F);
}

TEST(CandidateFilter, ClassesOfOneLabelCountAsOne) {
    std::vector<Candidate> all{box(10, 10, 20, 0.6F, 0), box(10, 10, 20, 0.9F, 1)};
    EXPECT_EQ(filter({}, {"plate", "plate"}).apply(all, kSquare).size(), 1U);
}

TEST(CandidateFilter, DropsWhatIsWeakUnwantedOrNoNumber) {
    std::vector<Candidate> all{
        box(10, 10, 20, 0.49F),   box(10, 10, 20, kNan),        box(10, 10, 20, kInfinity),
        box(kNan, 10, 20, 0.9F),  box(10, 10, kInfinity, 0.9F), box(10, 10, 20, 0.9F, 1),
        box(10, 10, 20, 0.9F, 7), box(10, 10, 20, 0.9F, -1),    box(10, 10, -5, 0.9F)};
    EXPECT_TRUE(filter({.labels = {"car"}}).apply(all, kSquare).empty());
}

TEST(CandidateFilter, MapsThroughTheLetterboxAndCutsAtTheEdge) {
    const PictureGeometry wide{200, 100, {0.5F, 0.5F, 0, 25}};
    std::vector<Candidate> all{{50, 25, 150, 75, 0.9F, 0, 1, {{{75, 50}}}},
                               {0, 0, 90, 20, 0.8F, 0, 0, {}}};
    const auto found = filter().apply(all, wide);
    ASSERT_EQ(found.size(), 1U) << "the second lies in the padding alone";
    EXPECT_EQ(found[0].box, (domain::NormBox{0.5F, 0, 0.5F, 1}));
    ASSERT_EQ(found[0].points.size(), 1U);
    EXPECT_EQ(found[0].points[0], (domain::NormPoint{0.75F, 0.5F}));
}

TEST(CandidateFilter, PassesTheLinesOfTextOn) {
    std::vector<Candidate> all{box(10, 10, 20, 0.9F), box(60, 60, 20, 0.8F)};
    all[0].text_lines = 2;
    const auto found = filter().apply(all, kSquare);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].text_lines, 2);
    EXPECT_EQ(found[1].text_lines, 0);
}

TEST(CandidateFilter, HugeAndNonsensicalNumbersStayInsideTheContract) {
    const float huge = std::numeric_limits<float>::max();
    std::vector<Candidate> all{
        {-huge, -huge, huge, huge, huge, 0, 2, {{{kNan, huge}, {-kInfinity, 3}}}}};
    const auto found = filter().apply(all, kSquare);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].box, (domain::NormBox{0, 0, 1, 1}));
    EXPECT_EQ(found[0].score, 1);
    for (const domain::NormPoint& point : found[0].points) {
        EXPECT_GE(point.x, 0);
        EXPECT_LE(point.x, 1);
        EXPECT_GE(point.y, 0);
        EXPECT_LE(point.y, 1);
    }
}

TEST(CandidateFilter, ReturnsTheBestThreeHundredInOrder) {
    std::vector<Candidate> all;
    for (int i = 0; i < 5000; ++i)
        all.push_back(box(static_cast<float>(i % 100) * 10, static_cast<float>(i / 100) * 10, 5,
                          0.5F + static_cast<float>((i * 7919) % 5000) / 10'000));
    const auto found = filter().apply(all, {1000, 500, {}});
    ASSERT_EQ(found.size(), CandidateFilter::kMaxDetections);
    EXPECT_NEAR(found.front().score, 0.9999F, 1e-5);
    for (std::size_t i = 1; i < found.size(); ++i)
        EXPECT_GE(found[i - 1].score, found[i].score);
    EXPECT_NEAR(found.back().score, 0.9700F, 1e-5) << "the 300th best of 5000";
}

TEST(CandidateFilter, TheSameCandidatesInAnotherOrderGiveTheSameAnswer) {
    std::vector<Candidate> forward;
    for (int i = 0; i < 50; ++i)
        forward.push_back(box(static_cast<float>(i), 10, 20, 0.75F, i % 2));
    std::vector<Candidate> backward(forward.rbegin(), forward.rend());
    CandidateFilter same = filter();
    EXPECT_EQ(same.apply(forward, kSquare), same.apply(backward, kSquare));
}

TEST(CandidateFilter, RefusesThresholdsAndLabelsThatCannotWork) {
    const std::vector<std::string> labels{"car"};
    for (const DetectorOptions& options :
         {DetectorOptions{.min_score = 1.5F}, DetectorOptions{.min_score = kNan},
          DetectorOptions{.nms_iou = -1}}) {
        const auto made = CandidateFilter::create(labels, options);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
    }
    const auto made = CandidateFilter::create(labels, {.labels = {"zebra"}});
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message().find("zebra"), std::string::npos);
    EXPECT_NE(made.error().message().find("car"), std::string::npos);
    EXPECT_FALSE(CandidateFilter::create({}, {})) << "a model without labels finds nothing";
}

} // namespace
} // namespace vedette::vision
