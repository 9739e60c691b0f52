#include "h264/slice_quantiser.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <vector>

#include "h264/bit_reader.h"
#include "test_media.h"
#include "vedette/media/quantiser.h"

namespace vedette::media {
namespace {

using namespace testing;
using h264::BitReader;
using h264::SliceQuantiser;
using Unit = std::vector<std::uint8_t>;

/// A unit of H.264, bit by bit.
class BitWriter {
public:
    explicit BitWriter(std::uint8_t header) : unit_{header} {}
    BitWriter& bits(std::uint32_t value, int count) {
        for (int i = count - 1; i >= 0; --i) {
            if (used_ % 8 == 0)
                unit_.push_back(0);
            unit_.back() |= static_cast<std::uint8_t>((value >> i & 1U) << (7 - used_ % 8));
            ++used_;
        }
        return *this;
    }
    BitWriter& ue(std::uint32_t value) {
        int length = 0;
        while ((value + 1) >> (length + 1) != 0)
            ++length;
        return bits(0, length).bits(value + 1, length + 1);
    }
    BitWriter& se(int value) {
        return ue(value > 0 ? 2U * static_cast<unsigned>(value) - 1
                            : 2U * static_cast<unsigned>(-value));
    }
    /// With the bytes that keep start codes out.
    [[nodiscard]] Unit unit() const {
        Unit out;
        int zeros = 0;
        for (const std::uint8_t byte : unit_) {
            if (zeros >= 2 && byte <= 3) {
                out.push_back(3);
                zeros = 0;
            }
            out.push_back(byte);
            zeros = byte == 0 ? zeros + 1 : 0;
        }
        return out;
    }

private:
    Unit unit_;
    int used_ = 0;
};

constexpr std::uint8_t kSps = 0x67;
constexpr std::uint8_t kPps = 0x68;
constexpr std::uint8_t kIdr = 0x65;
constexpr std::uint8_t kP = 0x41;

Unit sequence() { // baseline, order of kind 0 with 6 bits, frames alone
    return BitWriter{kSps}
        .bits(66, 8)
        .bits(0, 16)
        .ue(0)
        .ue(0)
        .ue(0)
        .ue(2)
        .ue(1)
        .bits(0, 1)
        .ue(119)
        .ue(67)
        .bits(1, 1)
        .unit();
}

Unit picture(int quantiser, bool weighted = false) {
    return BitWriter{kPps}
        .ue(0)
        .ue(0)
        .bits(0, 2)
        .ue(0)
        .ue(1)
        .ue(0)
        .bits(weighted ? 1 : 0, 1)
        .bits(0, 2)
        .se(quantiser - 26)
        .se(0)
        .se(0)
        .bits(0, 3)
        .unit();
}

/// Up to the reference counts, of a P slice with two references.
BitWriter p_slice(std::uint8_t header = kP) {
    BitWriter out{header};
    out.ue(0).ue(5).ue(0).bits(3, 4).bits(9, 6).bits(0, 1);
    return out;
}

TEST(BitReader, ReadsNumbersAndLeavesGuardsOut) {
    BitReader in{Unit{0x67, 0x00, 0x00, 0x03, 0x01, 0xFF}};
    EXPECT_EQ(in.bits(24), 1U);
    EXPECT_EQ(in.number(), 0U);
    EXPECT_FALSE(in.broken());
    BitReader signs{BitWriter{0}.se(0).se(1).se(-1).se(17).se(-300).bits(1, 1).unit()};
    for (const int value : {0, 1, -1, 17, -300})
        EXPECT_EQ(signs.whole_number(), value);
    BitReader at_end{Unit{0x67, 0x80}};
    at_end.bits(20);
    EXPECT_TRUE(at_end.broken());
    EXPECT_EQ(at_end.number(), 0U);
}

TEST(SliceQuantiser, AddsWhatTheSliceSaysToWhatItsSetSays) {
    SliceQuantiser quantiser;
    EXPECT_EQ(quantiser.read(sequence()), std::nullopt);
    EXPECT_EQ(quantiser.read(picture(30)), std::nullopt);
    const Unit idr =
        BitWriter{kIdr}.ue(0).ue(7).ue(0).bits(0, 4).ue(1).bits(0, 6).bits(0, 2).se(-7).unit();
    EXPECT_EQ(quantiser.read(idr), 23);
    EXPECT_EQ(quantiser.read(p_slice().bits(0, 1).bits(0, 1).se(4).unit()), 34);
    EXPECT_EQ(quantiser.read(p_slice(0x01).bits(0, 1).se(-3).unit()), 27) << "no reference";
    EXPECT_EQ(quantiser.read(p_slice().bits(1, 1).ue(0).ue(7).ue(3).bits(0, 1).se(2).unit()), 32)
        << "lists in another order";
    EXPECT_EQ(quantiser.read(p_slice().bits(0, 1).bits(1, 1).ue(1).ue(2).ue(0).se(1).unit()), 31)
        << "marks references";
}

TEST(SliceQuantiser, PassesWeightsOver) {
    SliceQuantiser quantiser;
    (void)quantiser.read(sequence());
    (void)quantiser.read(picture(26, true));
    BitWriter slice = p_slice();
    slice.bits(0, 1).ue(5).ue(5);
    slice.bits(1, 1).se(33).se(-4).bits(0, 1);             // luma of the first
    slice.bits(0, 1).bits(1, 1).se(1).se(2).se(-60).se(9); // chroma of the second
    EXPECT_EQ(quantiser.read(slice.bits(0, 1).se(11).unit()), 37);
}

TEST(SliceQuantiser, SaysNothingOfWhatItDoesNotKnow) {
    SliceQuantiser quantiser;
    EXPECT_EQ(quantiser.read({}), std::nullopt);
    EXPECT_EQ(quantiser.read(p_slice().bits(0, 2).se(1).unit()), std::nullopt) << "no sets yet";
    (void)quantiser.read(picture(30));
    EXPECT_EQ(quantiser.read(p_slice().bits(0, 2).se(1).unit()), std::nullopt) << "no sequence";
    (void)quantiser.read(sequence());
    EXPECT_EQ(quantiser.read(Unit{kP, 0x9A}), std::nullopt) << "cut short";
    EXPECT_EQ(quantiser.read(p_slice().bits(0, 2).se(90).unit()), std::nullopt) << "impossible";
    EXPECT_EQ(quantiser.read(Unit{0x06, 0x05, 0x01, 0x80}), std::nullopt) << "no slice";
}

/// What x264 was told to use, it used: a constant quantiser for each kind of picture.
class QuantiserReaderTest : public MediaTest {
protected:
    void expect_quantiser(const std::string& how, const std::string& file, int of_key, int of_p) {
        const fs::path clip = folder / file;
        if (!run_ffmpeg("-f lavfi -i testsrc2=s=320x192:r=25:d=2 -pix_fmt yuv420p -c:v libx264 " +
                        how + " " + clip.string()))
            GTEST_SKIP() << "no ffmpeg with libx264";
        auto source = open(clip.string());
        ASSERT_TRUE(source) << source.error().message();
        QuantiserReader reader;
        int packets = 0;
        while (true) {
            const auto packet = (*source)->read({});
            ASSERT_TRUE(packet);
            if (!*packet)
                break;
            ++packets;
            EXPECT_EQ(reader.read(**packet), (*packet)->key_frame() ? of_key : of_p)
                << how << ", packet " << packets;
        }
        EXPECT_EQ(packets, 50);
    }
};

TEST_F(QuantiserReaderTest, IsThatOfTheEncoder) {
    const std::string constant = "-qp 31 -g 10 -x264-params ipratio=1:pbratio=1:mbtree=0:aq-mode=0";
    expect_quantiser(constant + " -preset medium -bf 3", "cabac.mp4", 31, 31);
    expect_quantiser(constant + " -preset ultrafast", "cavlc.mp4", 31, 31);
    expect_quantiser(constant + ":weightp=2:weightb=1 -preset slow -bf 2", "weights.mp4", 31, 31);
    expect_quantiser(constant + " -profile:v high444 -pix_fmt yuv444p", "planes.mp4", 31, 31);
    expect_quantiser(constant + ":interlaced=1", "fields.mp4", 31, 31);
    expect_quantiser("-qp 24 -g 5 -bf 0 -x264-params ipratio=2:aq-mode=0 -bsf:v h264_mp4toannexb "
                     "-f mpegts",
                     "start_codes.ts", 18, 24);
}

} // namespace
} // namespace vedette::media
