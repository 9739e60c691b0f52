#include "vedette/analysis/place_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace vedette::analysis {
namespace {

using ::testing::HasSubstr;

Result<std::vector<Place>> read(const std::string& text) {
    std::istringstream in{text};
    return read_places(in, "cameras.csv");
}

std::string error_of(const std::string& rows) {
    const auto places = read("camera,lat,lon,bearing,clock_error_ms\n" + rows);
    return places ? "" : places.error().message();
}

TEST(Places, ReadBackAsTheyWereWritten) {
    const std::vector<Place> places{
        {domain::CameraId{"gate"}, {52.123456, -13.5}, 270.5, std::chrono::milliseconds{250}},
        {domain::CameraId{"a \"b\", c"}, {-1, 0}, std::nullopt, std::chrono::milliseconds{0}}};
    EXPECT_EQ(read(places_to_csv(places)).value(), places);
}

TEST(Places, NeedNoMoreThanNameAndPosition) {
    const auto places = read("lon,lat,camera\n13.5,52.5,gate\n");
    ASSERT_TRUE(places);
    EXPECT_EQ((*places)[0].at, (GeoPoint{52.5, 13.5}));
    EXPECT_FALSE((*places)[0].bearing_deg);
}

TEST(Places, NameLineAndFieldOfWhatIsWrong) {
    EXPECT_THAT(error_of("g,91,0,,\n"),
                HasSubstr("cameras.csv:2: lat '91' must be a number from -90 to 90"));
    EXPECT_THAT(error_of("g,0,181,,\n"), HasSubstr("lon '181'"));
    EXPECT_THAT(error_of("g,,0,,\n"), HasSubstr("lat ''"));
    EXPECT_THAT(error_of("g,0,0,361,\n"), HasSubstr("bearing '361'"));
    EXPECT_THAT(error_of("g,0,0,,-1\n"), HasSubstr("clock_error_ms '-1'"));
    EXPECT_THAT(error_of(",0,0,,\n"), HasSubstr("camera ''"));
    EXPECT_THAT(error_of("g,0,0,,\nh,0,0,,\ng,1,1,,\n"),
                HasSubstr("cameras.csv:4: camera 'g' has a place already"));
}

} // namespace
} // namespace vedette::analysis
