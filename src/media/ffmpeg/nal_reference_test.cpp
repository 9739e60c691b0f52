#include "ffmpeg/nal_reference.h"

#include <gtest/gtest.h>
#include <vector>

namespace vedette::media::ffmpeg {
namespace {

using Bytes = std::vector<std::uint8_t>;

const Bytes kAvcC{1, 0x64, 0, 0x28, 0xFF, 0xE1};      // lengths of four bytes
const Bytes kAnnexB{0, 0, 0, 1, 0x67, 0x64, 0, 0x28}; // start codes

Bytes hvcc(std::uint8_t length_bytes) {
    Bytes out(23, 0);
    out[0] = 1;
    out[21] = static_cast<std::uint8_t>(0xFCU | (length_bytes - 1U));
    return out;
}

TEST(IsReference, ReadsTheFirstSliceOfH264) {
    const auto of = [](const Bytes& set_up, const Bytes& packet) {
        return is_reference(AV_CODEC_ID_H264, set_up, packet);
    };
    EXPECT_EQ(of(kAvcC, {0, 0, 0, 2, 0x41, 0x9A}), true);
    EXPECT_EQ(of(kAvcC, {0, 0, 0, 2, 0x01, 0x9A}), false);
    EXPECT_EQ(of(kAnnexB, {0, 0, 0, 1, 0x65, 0x88}), true);
    EXPECT_EQ(of(kAnnexB, {0, 0, 1, 0x01, 0x88}), false);
    EXPECT_EQ(of(kAvcC, {0, 0, 0, 2, 0x06, 0x05, 0, 0, 0, 2, 0x01, 0x9A}), false) << "after a SEI";
    EXPECT_EQ(of(kAnnexB, {0, 0, 0, 1, 0x09, 0xF0, 0, 0, 1, 0x41, 0x9A}), true)
        << "after a delimiter";
}

TEST(IsReference, ReadsTheFirstSliceOfH265) {
    const auto of = [](const Bytes& packet) {
        return is_reference(AV_CODEC_ID_HEVC, hvcc(2), packet);
    };
    EXPECT_EQ(of({0, 2, 0x02, 0x01}), true) << "TRAIL_R";
    EXPECT_EQ(of({0, 2, 0x00, 0x01}), false) << "TRAIL_N";
    EXPECT_EQ(of({0, 2, 0x10, 0x01}), false) << "RASL_N";
    EXPECT_EQ(of({0, 2, 0x26, 0x01}), true) << "IDR_W_RADL";
    EXPECT_EQ(of({0, 2, 0x4E, 0x01, 0, 2, 0x02, 0x01}), true) << "after a SEI";
}

TEST(IsReference, SaysNothingOfWhatItDoesNotKnow) {
    EXPECT_EQ(is_reference(AV_CODEC_ID_VP9, {}, Bytes{0x82, 0x49}), std::nullopt);
    for (const auto codec : {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC})
        for (const Bytes& packet :
             {Bytes{}, Bytes{0}, Bytes{0, 0, 0}, Bytes{0, 0, 0, 1}, Bytes{0xFF, 0xFF, 0xFF, 0xFF}})
            for (const Bytes& set_up : {Bytes{}, kAvcC, hvcc(4)})
                EXPECT_EQ(is_reference(codec, set_up, packet), std::nullopt);
    EXPECT_EQ(is_reference(AV_CODEC_ID_H264, kAvcC, Bytes{0, 0, 1, 0, 0x06, 0x05}), std::nullopt)
        << "a length beyond the end";
}

} // namespace
} // namespace vedette::media::ffmpeg
