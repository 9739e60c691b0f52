#include "vedette/vision/eval/object_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::vision {
namespace {

using ::testing::ElementsAre;

constexpr PixelBox kHere{100, 100, 80, 40};
constexpr PixelBox kThere{300, 100, 80, 40};

std::vector<FoundBox> found(std::vector<FoundBox> boxes) { return boxes; }

TEST(ObjectTally, AThingIsFoundByABoxOfItsLabelThatOverlapsEnough) {
    ObjectTally tally;
    tally.add({"a", {{kHere, "car"}, {kThere, "car"}}},
              found({{{105, 102, 80, 40}, "car", 0.9}, {kThere, "bus", 0.8}}));
    EXPECT_THAT(tally.things(), ElementsAre(true, false));
    EXPECT_THAT(tally.nothing_else(), ElementsAre(false)); // the bus
}

TEST(ObjectTally, OneBoxServesOneThing) {
    ObjectTally tally;
    tally.add({"a", {{kHere, "car"}, {{104, 100, 80, 40}, "car"}}}, found({{kHere, "car", 0.9}}));
    EXPECT_THAT(tally.things(), ElementsAre(true, false));
    tally.add({"b", {{kHere, "car"}}}, found({{kHere, "car", 0.9}, {kHere, "car", 0.8}}));
    EXPECT_THAT(tally.nothing_else(), ElementsAre(true, false));
}

TEST(ObjectTally, InAnEmptyPictureNothingIsToBeFound) {
    ObjectTally tally;
    tally.add({"a", {}}, {});
    tally.add({"b", {}}, found({{kHere, "car", 0.9}}));
    EXPECT_TRUE(tally.things().empty());
    EXPECT_THAT(tally.nothing_else(), ElementsAre(true, false));
}

TEST(ObjectTally, WhatIsIgnoredIsNeitherAskedForNorHeldAgainstWhoFindsIt) {
    ObjectTally tally;
    const LabelledPicture crowd{"a", {{kHere, "person", true}, {kThere, "", true}}};
    tally.add(crowd, found({{{110, 105, 20, 30}, "person", 0.9}, {kThere, "dog", 0.8}}));
    tally.add(crowd, found({{{110, 105, 20, 30}, "car", 0.9}}));
    EXPECT_TRUE(tally.things().empty());
    EXPECT_THAT(tally.nothing_else(), ElementsAre(true, false)) << "the crowd hides no car";
}

} // namespace
} // namespace vedette::vision
