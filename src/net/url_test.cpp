#include "vedette/net/url.h"

#include <gtest/gtest.h>

namespace vedette::net {
namespace {

TEST(Url, ItsPartsAreTold) {
    const auto url = parse_url("RTSP://view%20er:p%40ss:word@10.0.0.7:8554/Streaming/1?x=a@b#end");
    ASSERT_TRUE(url) << url.error().message();
    EXPECT_EQ(url->scheme, "rtsp");
    EXPECT_EQ(url->user, "view er");
    EXPECT_EQ(url->password.reveal(), "p@ss:word");
    EXPECT_EQ(url->host, "10.0.0.7");
    EXPECT_EQ(url->port, 8554);
    EXPECT_EQ(url->target, "/Streaming/1?x=a@b");
    EXPECT_EQ(url->without_user(), "rtsp://10.0.0.7:8554/Streaming/1?x=a@b");
}

TEST(Url, WhatIsLeftOutIsEmpty) {
    const auto url = parse_url("https://gate.example");
    ASSERT_TRUE(url) << url.error().message();
    EXPECT_FALSE(url->user);
    EXPECT_EQ(url->port, 0);
    EXPECT_EQ(url->target, "");
    EXPECT_EQ(url->without_user(), "https://gate.example");
    EXPECT_EQ(parse_url("http://a?b=1")->target, "/?b=1");
    EXPECT_EQ(parse_url("http://u@a/")->user, "u");
}

TEST(Url, IPv6StandsInBrackets) {
    const auto url = parse_url("rtsp://u:p@[fe80::1]:554/x");
    ASSERT_TRUE(url) << url.error().message();
    EXPECT_EQ(url->host, "fe80::1");
    EXPECT_EQ(url->authority(), "[fe80::1]:554");
}

TEST(Url, WhatIsNoAddressIsRefusedWithoutQuotingIt) {
    for (const char* text : {"", "secret", "://x", "rtsp://", "rtsp://user:secret@", "rtsp://h:0/",
                             "rtsp://h:99999/", "rtsp://h:5x4/secret", "rtsp://[::1/secret",
                             "rtsp://[::1]x/", "1tsp://h/", "rtsp://h\n/", "rtsp://a b/"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code(), ErrorCode::invalid_argument);
        EXPECT_EQ(url.error().message().find("secret"), std::string::npos) << text;
    }
    EXPECT_FALSE(parse_url("http://h/" + std::string(10'000, 'x')));
}

TEST(Url, AnythingCanBeAPassword) {
    const std::string odd = "a/b@c:d?e#f%g\xC3\xA4 &";
    const auto url = parse_url("http://u:" + percent_encoded(odd) + "@h/");
    ASSERT_TRUE(url) << url.error().message();
    EXPECT_EQ(url->password.reveal(), odd);
    EXPECT_EQ(parse_url("http://u:50%@h/")->password.reveal(), "50%") << "pasted as it is";
}

TEST(PercentEncoding, IsReadBackAndLeavesWhatIsNone) {
    EXPECT_EQ(percent_decoded(percent_encoded("p%ss w:@/ü")), "p%ss w:@/ü");
    EXPECT_EQ(percent_decoded("100% %2 %zz %"), "100% %2 %zz %");
}

} // namespace
} // namespace vedette::net
