#include "target.h"

#include <gmock/gmock.h>

namespace vedette::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Target, IsTakenApart) {
    const auto target = parse_target("/events/camera/gate?limit=5&label=car&label=truck");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/events/camera/gate");
    EXPECT_THAT(target->segments, ElementsAre("events", "camera", "gate"));
    EXPECT_THAT(target->query,
                ElementsAre(Pair("limit", "5"), Pair("label", "car"), Pair("label", "truck")));
}

TEST(Target, RootIsOneEmptySegment) {
    EXPECT_THAT(parse_target("/")->segments, ElementsAre(""));
    EXPECT_THAT(parse_target("/a/")->segments, ElementsAre("a", ""));
    EXPECT_THAT(parse_target("//a")->segments, ElementsAre("", "a"));
}

TEST(Target, AnEncodedSlashDoesNotEndASegment) {
    EXPECT_THAT(parse_target("/snapshots/gate%2F1.jpg")->segments,
                ElementsAre("snapshots", "gate/1.jpg"));
}

TEST(Target, APlusIsASpaceInTheQueryAlone) {
    const auto target = parse_target("/a+b?c+d=e+f%2Bg");
    EXPECT_THAT(target->segments, ElementsAre("a+b"));
    EXPECT_THAT(target->query, ElementsAre(Pair("c d", "e f+g")));
}

TEST(Target, ParametersMayLackValueOrName) {
    EXPECT_THAT(parse_target("/a?b&&c=&=d")->query,
                ElementsAre(Pair("b", ""), Pair("c", ""), Pair("", "d")));
    EXPECT_THAT(parse_target("/a?")->query, IsEmpty());
}

TEST(Target, TakesTheAbsoluteForm) {
    EXPECT_THAT(parse_target("http://localhost:8080/health?a=b")->segments, ElementsAre("health"));
    EXPECT_THAT(parse_target("http://localhost:8080")->segments, ElementsAre(""));
}

TEST(Target, RefusesWhatIsNoPath) {
    for (const char* bad : {"", "events", "*", "?a", "ftp://x/y"})
        EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Target, RefusesBrokenEncoding) {
    for (const char* bad : {"/%", "/%4", "/%zz", "/a?b=%", "/%%41"})
        EXPECT_THAT(parse_target(bad).error().message(), HasSubstr("%25")) << bad;
}

TEST(Target, RefusesControlCharacters) {
    for (const char* bad : {"/a%00b", "/a%0d%0ab", "/a?b=%7f", "/a\tb"})
        EXPECT_THAT(parse_target(bad).error().message(), HasSubstr("control character")) << bad;
}

TEST(Target, RefusesWhatIsNoUtf8) {
    // A lone byte, an overlong slash, a surrogate, beyond Unicode, cut short.
    for (const char* bad : {"/%ff", "/%c0%af", "/%ed%a0%80", "/%f4%90%80%80", "/%e2%82"})
        EXPECT_THAT(parse_target(bad).error().message(), HasSubstr("UTF-8")) << bad;
    EXPECT_THAT(parse_target("/%e2%82%ac")->segments, ElementsAre("\xE2\x82\xAC"));
}

TEST(Target, HasALimitOfParts) {
    std::string many = "/a?";
    for (int i = 0; i < 65; ++i)
        many += "b&";
    EXPECT_FALSE(parse_target(many));
    std::string deep;
    for (int i = 0; i < 65; ++i)
        deep += "/a";
    EXPECT_FALSE(parse_target(deep));
}

TEST(Target, EncodingIsUndoneByDecoding) {
    std::string all;
    for (char c = 0x20; c < 0x7F; ++c)
        all.push_back(c);
    all += "äß€";
    EXPECT_THAT(parse_target("/" + percent_encoded(all))->segments, ElementsAre(all));
}

} // namespace
} // namespace vedette::api
