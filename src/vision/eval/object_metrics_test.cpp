#include "vedette/vision/eval/object_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace vedette::vision {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr PixelBox kHere{100, 100, 80, 40};
constexpr PixelBox kThere{300, 100, 80, 40};

TEST(ObjectTally, AThingIsFoundByABoxOfItsLabelThatOverlapsEnough) {
    ObjectTally tally;
    tally.add({"a", {{kHere, "car"}, {kThere, "car"}}},
              std::vector<LabelledBox>{{{105, 102, 80, 40}, "car"}, {kThere, "bus"}});
    EXPECT_THAT(tally.things(), ElementsAre(true, false));
    EXPECT_THAT(tally.nothing_else(), ElementsAre(false)); // the bus
}

TEST(ObjectTally, OneBoxServesOneThing) {
    ObjectTally tally;
    tally.add({"a", {{kHere, "car"}, {{104, 100, 80, 40}, "car"}}},
              std::vector<LabelledBox>{{kHere, "car"}});
    EXPECT_THAT(tally.things(), ElementsAre(true, false));
    tally.add({"b", {{kHere, "car"}}}, std::vector<LabelledBox>{{kHere, "car"}, {kHere, "car"}});
    EXPECT_THAT(tally.nothing_else(), ElementsAre(true, false));
}

TEST(ObjectTally, InAnEmptyPictureNothingIsToBeFound) {
    ObjectTally tally;
    tally.add({"a", {}}, {});
    tally.add({"b", {}}, std::vector<LabelledBox>{{kHere, "car"}});
    EXPECT_TRUE(tally.things().empty());
    EXPECT_THAT(tally.nothing_else(), ElementsAre(true, false));
}

TEST(ObjectPictures, AreReadFromTheirLabels) {
    const TemporaryFolder folder;
    folder.write("labels.tsv", "file\tx\ty\tw\th\tlabel\n"
                               "b.jpg\t1\t2\t30\t40\tcar\n"
                               "a.jpg\t\t\t\t\t\n"
                               "b.jpg\t5\t6\t7\t8\tperson\n");
    const auto pictures = load_object_pictures(folder.path());
    ASSERT_TRUE(pictures) << pictures.error().message();
    ASSERT_EQ(pictures->size(), 2U);
    EXPECT_EQ((*pictures)[0].file, folder / "b.jpg");
    ASSERT_EQ((*pictures)[0].things.size(), 2U);
    EXPECT_EQ((*pictures)[0].things[1].label, "person");
    EXPECT_EQ((*pictures)[0].things[1].box, (PixelBox{5, 6, 7, 8}));
    EXPECT_TRUE((*pictures)[1].things.empty());
}

TEST(ObjectPictures, MistakesAreNamedWithTheirLine) {
    const TemporaryFolder folder;
    const auto missing = load_object_pictures(folder.path());
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    for (const char* row : {"a.jpg\t1\t2\t3\t4\t\n", "a.jpg\t\t\t\t\tcar\n"}) {
        folder.write("labels.tsv", std::string{"file\tx\ty\tw\th\tlabel\n"} + row);
        const auto broken = load_object_pictures(folder.path());
        ASSERT_FALSE(broken) << row;
        EXPECT_THAT(broken.error().message(), HasSubstr("labels.tsv:2"));
    }
}

} // namespace
} // namespace vedette::vision
