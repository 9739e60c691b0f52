#include "vedette/domain/geometry.h"

#include <gtest/gtest.h>

namespace vedette::domain {
namespace {

TEST(NormBox, OverlapOfHalfShiftedSquaresIsAThird) {
    EXPECT_FLOAT_EQ(iou({0, 0, 0.4F, 0.4F}, {0.2F, 0, 0.4F, 0.4F}), 1.0F / 3.0F);
}

TEST(NormBox, EmptyAndTouchingBoxesDoNotOverlap) {
    EXPECT_EQ(iou({}, {}), 0);
    EXPECT_EQ(iou({0, 0, 0.5F, 0.5F}, {0.5F, 0, 0.5F, 0.5F}), 0);
    EXPECT_EQ(iou({0, 0, -1, 1}, {0, 0, 1, 1}), 0);
}

TEST(NormBox, CoveredShareAsksAboutTheInnerBoxOnly) {
    EXPECT_FLOAT_EQ(covered_share({0.1F, 0.1F, 0.1F, 0.1F}, {0, 0, 1, 1}), 1);
    EXPECT_FLOAT_EQ(covered_share({0.9F, 0, 0.2F, 0.2F}, {0, 0, 1, 1}), 0.5F);
    EXPECT_EQ(covered_share({0.5F, 0.5F, 0, 0}, {0, 0, 1, 1}), 0);
}

TEST(NormBox, ClampedStaysInsideAndNeverTurnsNegative) {
    EXPECT_EQ(clamped({-0.5F, 0.5F, 1, 1}), (NormBox{0, 0.5F, 0.5F, 0.5F}));
    const NormBox outside = clamped({1.5F, -2, 0.2F, 0.2F});
    EXPECT_EQ(outside.area(), 0);
    EXPECT_GE(outside.width, 0);
    EXPECT_GE(outside.height, 0);
}

TEST(NormBox, GrownAddsItsShareOnEachSide) {
    const NormBox box = grown({0.4F, 0.4F, 0.2F, 0.1F}, 0.5F);
    EXPECT_FLOAT_EQ(box.left, 0.3F);
    EXPECT_FLOAT_EQ(box.width, 0.4F);
    EXPECT_FLOAT_EQ(box.top, 0.35F);
    EXPECT_FLOAT_EQ(box.height, 0.2F);
}

TEST(NormQuad, BoundingBoxOfItsOwnCornersIsTheBox) {
    const NormBox box{0.25F, 0.5F, 0.25F, 0.125F};
    EXPECT_EQ(bounding_box(corners_of(box)), box);
}

} // namespace
} // namespace vedette::domain
