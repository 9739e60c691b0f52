#include "same_site.h"

#include <gtest/gtest.h>
#include <vector>

namespace vedette::api {
namespace {

const std::vector<std::string> kNames{"nvr.lan"};

TEST(Host, OfThisMachineIsOurs) {
    for (const char* host :
         {"localhost", "localhost:8080", "LocalHost", "127.0.0.1:80", "10.0.0.7", "[::1]",
          "[fe80::1]:8080", "app.localhost:1", "localhost.", "nvr.lan", "NVR.lan:8080"})
        EXPECT_TRUE(is_our_host(host, kNames)) << host;
}

TEST(Host, OfAStrangerIsNot) {
    for (const char* host : {"", "evil.example", "evil.example:8080", "localhost.evil.example",
                             "127.0.0.1.evil.example", "1.2.3", "1.2.3.4.5", "1..2.3", "1.2.3.",
                             "[::1", "[evil]", "[::1]x", "localhost:80a", "localhost:123456",
                             "localhost@evil.example", "nvr.lan.evil.example", "xlocalhost"})
        EXPECT_FALSE(is_our_host(host, kNames)) << host;
}

RawRequest from(std::string_view origin, std::string_view site = "") {
    RawRequest request;
    request.host = "localhost:8080";
    request.origin = origin;
    request.fetch_site = site;
    return request;
}

TEST(Origin, IsOursOrNone) {
    EXPECT_TRUE(is_same_origin(from("")));
    EXPECT_TRUE(is_same_origin(from("http://localhost:8080")));
    EXPECT_TRUE(is_same_origin(from("http://LOCALHOST:8080", "same-origin")));
    EXPECT_TRUE(is_same_origin(from("", "none")));
}

TEST(Origin, OfAnotherPageIsNot) {
    for (const char* origin : {"null", "http://evil.example", "http://localhost", "file://",
                               "http://localhost:8081", "http://localhost:8080.evil.example"})
        EXPECT_FALSE(is_same_origin(from(origin))) << origin;
    EXPECT_FALSE(is_same_origin(from("", "cross-site")));
    EXPECT_FALSE(is_same_origin(from("", "same-site")));
}

} // namespace
} // namespace vedette::api
