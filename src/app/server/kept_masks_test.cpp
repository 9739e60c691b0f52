#include "app/server/kept_masks.h"

#include <fstream>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace vedette::app {
namespace {

const imaging::PictureMask kDoor{{{{0, 0}, {0.25F, 0}, {0.25F, 1}}}};
const imaging::PictureMask kStreet{{{{0, 0.5F}, {1, 0.5F}, {1, 1}, {0, 1}}}};

class KeptMasksTest : public ::testing::Test {
protected:
    const TemporaryFolder temporary;
    const DataFolder folder{temporary.path()};
    NullLog log;
    KeptMasks kept{folder, log};
};

TEST_F(KeptMasksTest, KnowsWhatAFileThatWasDamagedMeanwhileDoesNotSay) {
    ASSERT_TRUE(kept.take({{"gate", kDoor}, {"yard", kStreet}}));
    std::ofstream{folder.masks()} << "{";
    ASSERT_TRUE(kept.take({{"gate", {}}}));
    EXPECT_TRUE(kept.of("gate").empty());
    EXPECT_EQ(kept.of("yard"), kStreet);
    EXPECT_EQ(known_masks(folder).value(), (PrivacyMasks{{"yard", kStreet}}));
}

TEST_F(KeptMasksTest, GoesOnAsBeforeWhereTheyCannotBeKept) {
    ASSERT_TRUE(kept.take({{"gate", kDoor}}));
    std::filesystem::remove(folder.masks());
    std::filesystem::create_directory(folder.masks());
    EXPECT_FALSE(kept.take({{"gate", kStreet}}));
    EXPECT_EQ(kept.of("gate"), kDoor);
}

} // namespace
} // namespace vedette::app
