#include "probe/reply.h"

#include <gtest/gtest.h>

#include "vedette/media/vendors.h"

namespace vedette::media {
namespace {

TEST(Reply, TellsWhatMatters) {
    const auto reply = parse_reply("RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nSERVER:  Cam/1.0\r\n"
                                   "WWW-Authenticate: Digest realm=\"Login to 3K01\", nonce=\"a\""
                                   "\r\nWWW-Authenticate: Basic realm=\"other\"\r\n\r\nbody");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->protocol, "RTSP");
    EXPECT_EQ(reply->status, 401);
    EXPECT_EQ(reply->reason, "Unauthorized");
    EXPECT_EQ(reply->server, "Cam/1.0");
    EXPECT_EQ(reply->realm, "Login to 3K01");
    EXPECT_EQ(reply->body, "body");
}

TEST(Reply, WhatIsNoneIsNone) {
    for (const char* text : {"", "SSH-2.0-x\r\n", "RTSP/1.0", "RTSP/1.0 \r\n", "RTSP/1.0 abc\r\n",
                             "HTTP/1.1 99999 x\r\n", "HTTP/1.1 -1\r\n"})
        EXPECT_FALSE(parse_reply(text)) << text;
}

TEST(Reply, AHalfOneIsReadAsFarAsItGoes) {
    const auto reply = parse_reply("HTTP/1.1 404 Not");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 404);
    EXPECT_EQ(reply->reason, "Not");
}

TEST(Reply, PicturesAreAnnouncedByALineOfTheirOwn) {
    EXPECT_TRUE(
        parse_reply("RTSP/1.0 200 OK\r\n\r\nv=0\r\nm=video 0 RTP/AVP 96\r\n")->announces_video());
    EXPECT_FALSE(
        parse_reply("RTSP/1.0 200 OK\r\n\r\nv=0\r\nm=audio 0\r\ns=m=video\r\n")->announces_video());
}

TEST(Reply, WhatIsShownOfItIsTextOnOneLine) {
    EXPECT_EQ(printable("Einfahrt Süd\r\nx"), "Einfahrt Süd");
    EXPECT_EQ(printable("\x1b[31mred\x7f"), "?[31mred?");
    EXPECT_EQ(printable("a\u202egate"), "a?gate") << "turns what is written after it";
    EXPECT_EQ(printable("S\xfc"
                        "d \x80"),
              "S?d ?")
        << "Latin-1";
    EXPECT_EQ(printable("x" + std::string(118, 'y') + "ü"), "x" + std::string(118, 'y'))
        << "half a character is none";
}

TEST(Vendors, AreKnownByWhatTheyCallThemselves) {
    EXPECT_EQ(vendor_called("Dahua Rtsp Server")->main, "/cam/realmonitor?channel=1&subtype=0");
    EXPECT_EQ(vendor_called("HIKVISION")->sub, "/Streaming/Channels/102");
    EXPECT_EQ(vendor_called("x IP Camera(C1234)")->name, "Hikvision");
    EXPECT_FALSE(vendor_called("GStreamer RTSP server"));
}

} // namespace
} // namespace vedette::media
