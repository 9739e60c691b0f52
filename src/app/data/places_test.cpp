#include "app/data/places.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "testing/temporary_folder.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

analysis::Place place(const char* camera, double latitude_deg) {
    analysis::Place out;
    out.camera = domain::CameraId{camera};
    out.at = {latitude_deg, 10};
    return out;
}

class PlacesTest : public ::testing::Test {
protected:
    TemporaryFolder folder_;
    DataFolder data_{folder_.path()};
};

TEST_F(PlacesTest, NobodySaidWhereCamerasAre) {
    EXPECT_THAT(known_places(data_).value(), IsEmpty());
    ASSERT_TRUE(remember_places(data_, {}));
    EXPECT_FALSE(std::filesystem::exists(data_.places()));
}

TEST_F(PlacesTest, CamerasOfTheSameNameMoveAndOthersStay) {
    ASSERT_TRUE(remember_places(data_, {place("gate", 1), place("yard", 2)}));
    ASSERT_TRUE(remember_places(data_, {place("barn", 3), place("gate", 4)}));
    EXPECT_THAT(known_places(data_).value(),
                ElementsAre(place("barn", 3), place("gate", 4), place("yard", 2)));
    struct stat about {};
    ASSERT_EQ(::stat(data_.places().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    EXPECT_FALSE(std::filesystem::exists(data_.places().string() + ".part"));
}

TEST_F(PlacesTest, AFileThatSomebodyBrokeIsNamedAndKept) {
    std::ofstream{data_.places()} << "camera,lat,lon\ngate,91,0\n";
    const auto known = known_places(data_);
    ASSERT_FALSE(known);
    EXPECT_THAT(known.error().message(), HasSubstr("places.csv:2"));
    EXPECT_FALSE(remember_places(data_, {place("gate", 1)}));
}

} // namespace
} // namespace vedette::app
