#include "mp4_codec_name.h"

#include <gtest/gtest.h>
#include <vector>

#include "mp4_boxes.h"

namespace vedette::recording {
namespace {

std::string named(std::string_view entry, std::string_view box, std::vector<unsigned> content) {
    std::string bytes;
    put_number(bytes, content.size() + 8, 4);
    bytes += box;
    for (const unsigned one : content)
        bytes += static_cast<char>(one);
    return mp4_codec_name(mp4_type(entry), std::as_bytes(std::span{bytes}));
}

TEST(Mp4CodecName, IsWhatBrowsersKnow) {
    EXPECT_EQ(named("avc1", "avcC", {1, 0x64, 0x00, 0x1f}), "avc1.64001f");
    EXPECT_EQ(named("hev1", "hvcC", {1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x5d}),
              "hev1.1.6.L93.90");
    EXPECT_EQ(named("hvc1", "hvcC", {1, 0x22, 0x20, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 0x99}),
              "hvc1.2.4.H153.B0");
    EXPECT_EQ(named("av01", "av1C", {0x81, 0x04, 0x0c, 0}), "av01.0.04M.08");
    EXPECT_EQ(named("av01", "av1C", {0x81, 0x2d, 0xc0, 0}), "av01.1.13H.10");
    EXPECT_EQ(named("mp4a", "esds", {0, 0, 0, 0, 0x03, 0x19, 0, 2, 0, 0x04, 0x11, 0x40, 0x15, 0, 0,
                                     0, 0, 0, 0, 0,    0,    0, 0, 0, 0x05, 0x02, 0x12, 0x10}),
              "mp4a.40.2");
    EXPECT_EQ(
        named("mp4v", "esds", {0,    0,    0, 0, 0x03, 0x80, 0x80, 0x80, 0x19, 0, 2, 0, 0x04, 0x11,
                               0x6c, 0x11, 0, 0, 0,    0,    0,    0,    0,    0, 0, 0, 0}),
        "mp4v.6c");
    EXPECT_EQ(named("Opus", "dOps", {0, 2}), "opus");
}

TEST(Mp4CodecName, IsTheBareTypeWhereNoMoreIsKnown) {
    EXPECT_EQ(named("avc1", "avcC", {1, 0x64}), "avc1");
    EXPECT_EQ(named("hvc1", "hvcC", {}), "hvc1");
    EXPECT_EQ(named("mp4a", "esds", {0, 0, 0, 0, 9}), "mp4a");
    EXPECT_EQ(named("ac-3", "dac3", {1}), "ac-3");
    EXPECT_EQ(named("a\"\n\x01", "dac3", {1}), "unknown");
}

} // namespace
} // namespace vedette::recording
