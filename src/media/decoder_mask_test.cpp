#include "test_media.h"
#include "vedette/media/decoder.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class DecoderMaskTest : public MediaTest {
protected:
    std::vector<Packet> packets_of(const fs::path& path) {
        auto source = open(path.string());
        EXPECT_TRUE(source) << source.error().message();
        info = (*source)->info();
        std::vector<Packet> out;
        for (;;) {
            auto packet = (*source)->read({});
            EXPECT_TRUE(packet) << packet.error().message();
            if (!packet || !*packet)
                return out;
            out.push_back(std::move(**packet));
        }
    }
    std::unique_ptr<Decoder> decoder(const DecoderOptions& options) {
        auto out = Decoder::open(info, options, log);
        EXPECT_TRUE(out) << out.error().message();
        return std::move(*out);
    }

    StreamInfo info;
};

/// Left half, from a fifth to four fifths of the height; on no border of blocks.
imaging::PictureMask left_middle() {
    return imaging::PictureMask{{{{0, 0.2F}, {0.5F, 0.2F}, {0.5F, 0.8F}, {0, 0.8F}}}};
}

TEST_F(DecoderMaskTest, WhatIsMaskedIsBlackAndTheRestIsAsWithoutAMask) {
    write_clip(folder / "a.mp4", 30);
    const auto packets = packets_of(folder / "a.mp4");
    DecoderOptions how = software();
    const auto plain = decoder(how);
    how.mask = left_middle();
    const auto masked = decoder(how);
    int pictures = 0;
    const auto compare = [&] {
        for (;; ++pictures) {
            const auto whole = plain->receive();
            const auto covered = masked->receive();
            ASSERT_TRUE(whole && covered);
            ASSERT_EQ(whole->has_value(), covered->has_value());
            if (!whole->has_value())
                return;
            const imaging::Image before = imaging::crop_bgr((**whole)->view, {});
            const imaging::Image after = imaging::crop_bgr((**covered)->view, {});
            for (int y = 0; y < 96; ++y)
                for (int x = 0; x < 160; ++x) {
                    const bool inside = x < 80 && y >= 20 && y < 76;
                    const bool edge = x >= 78 && x < 83 && y >= 15 && y < 81;
                    const bool upper = y >= 15 && y < 22;
                    const bool lower = y >= 74 && y < 81;
                    for (int c = 0; c < 3 && !edge && !upper && !lower; ++c)
                        ASSERT_EQ(after.row(y)[3 * x + c], inside ? 0 : before.row(y)[3 * x + c])
                            << "picture " << pictures << " at " << x << "," << y;
                }
        }
    };
    for (const Packet& packet : packets) {
        ASSERT_TRUE(plain->send(packet) && masked->send(packet));
        compare();
    }
    ASSERT_TRUE(plain->finish() && masked->finish());
    compare();
    EXPECT_EQ(pictures, 30) << "what others build on was not painted over";
}

TEST_F(DecoderMaskTest, AMaskLiesOnTheUprightPicture) {
    write_clip(folder / "a.mp4", 5);
    if (!run_ffmpeg("-i " + (folder / "a.mp4").string() + " -c copy -metadata:s:v rotate=90 " +
                    (folder / "turned.mp4").string()))
        GTEST_SKIP() << "the ffmpeg program is not here";
    const auto packets = packets_of(folder / "turned.mp4");
    DecoderOptions how = software();
    how.mask = left_middle();
    const auto decode = decoder(how);
    for (const Packet& packet : packets)
        ASSERT_TRUE(decode->send(packet));
    ASSERT_TRUE(decode->finish());
    const auto frame = decode->receive();
    ASSERT_TRUE(frame && *frame);
    const imaging::Image picture = imaging::crop_bgr((**frame)->view, {});
    ASSERT_GT(picture.height_px(), picture.width_px());
    const int middle = picture.height_px() / 2;
    EXPECT_EQ(picture.row(middle)[3 * 10], 0);
    EXPECT_NE(picture.row(middle)[3 * (picture.width_px() - 10)], 0);
    EXPECT_NE(picture.row(5)[3 * 10], 0);
}

} // namespace
} // namespace vedette::media
