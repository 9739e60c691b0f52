#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/media/demo.h"

namespace vedette::media {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(DemoUrl, HasDefaults) {
    const auto options = parse_demo_url("demo://street");
    ASSERT_TRUE(options);
    EXPECT_EQ(*options, DemoOptions{});
}

TEST(DemoUrl, ReadsEveryOption) {
    const auto options =
        parse_demo_url("demo://street?seed=9&seconds=2.5&width=320&height=200&fps=10&time=dusk");
    ASSERT_TRUE(options);
    EXPECT_EQ(*options, (DemoOptions{9, 320, 200, 10, 2.5, DemoTime::dusk}));
}

TEST(DemoUrl, KeepsTheShapeOfThePictureWhenOnlyTheWidthIsGiven) {
    const auto options = parse_demo_url("demo://street?width=640");
    ASSERT_TRUE(options);
    EXPECT_EQ(options->height_px, 360);
    EXPECT_EQ(parse_demo_url("demo://street?width=362")->height_px % 2, 0);
}

TEST(DemoUrl, NamesTheNearestOption) {
    const auto options = parse_demo_url("demo://street?sed=7");
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(options.error().message(),
                AllOf(HasSubstr("'sed'"), HasSubstr("did you mean 'seed'")));
}

TEST(DemoUrl, ListsOptionsWhenNoneIsNear) {
    const auto options = parse_demo_url("demo://street?colour=red");
    ASSERT_FALSE(options);
    EXPECT_THAT(options.error().message(),
                AllOf(HasSubstr("'colour'"), HasSubstr("seed"), HasSubstr("time")));
}

class BadValue : public ::testing::TestWithParam<const char*> {};

TEST_P(BadValue, IsRefusedWithItsNameAndWhatIsAllowed) {
    const auto options = parse_demo_url(std::string{"demo://street?"} + GetParam());
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(options.error().message(), AllOf(HasSubstr(GetParam()), HasSubstr("must be")));
}
INSTANTIATE_TEST_SUITE_P(Demo, BadValue,
                         ::testing::Values("seed=-1", "seed=", "seed=1x", "seconds=0",
                                           "seconds=nan", "seconds=1e9", "width=161",
                                           "width=100000", "height=2", "fps=0", "time=night"));

TEST(DemoUrl, RefusesOtherScenes) {
    EXPECT_FALSE(parse_demo_url("demo://harbour"));
    EXPECT_FALSE(parse_demo_url("file://street"));
}

} // namespace
} // namespace vedette::media
