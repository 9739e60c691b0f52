#include "vedette/media/encoder.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_media.h"
#include "vedette/media/decoder.h"
#include "vedette/media/segment_muxer.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): helpers of these tests
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EncoderTest : public MediaTest {
protected:
    std::unique_ptr<Encoder> encoder(const std::string& wish, EncoderOptions options = {}) {
        if (options.width_px == 0) {
            options.width_px = 320;
            options.height_px = 180;
        }
        auto out = chooser.open(wish, options);
        EXPECT_TRUE(out) << out.error().message();
        return out ? *std::move(out) : nullptr;
    }
    static std::vector<Packet> drained(Encoder& from) {
        std::vector<Packet> out;
        for (;;) {
            auto packet = from.receive();
            EXPECT_TRUE(packet) << packet.error().message();
            if (!packet || !*packet)
                return out;
            out.push_back(**packet);
        }
    }
    /// Pictures of 40 ms each. \return what came out, all of it
    static std::vector<Packet> encode(Encoder& with, int pictures, int width = 320,
                                      int height = 180) {
        std::vector<Packet> out;
        for (int i = 0; i < pictures; ++i) {
            const auto picture = test_picture(width, height, i);
            EXPECT_TRUE(with.send(picture.view(), StreamTime{i * 40ms}, i % 50 == 0));
            for (Packet& packet : drained(with))
                out.push_back(std::move(packet));
        }
        EXPECT_TRUE(with.finish());
        for (Packet& packet : drained(with))
            out.push_back(std::move(packet));
        return out;
    }
    static std::size_t bytes_of(const std::vector<Packet>& packets) {
        std::size_t bytes = 0;
        for (const Packet& packet : packets)
            bytes += packet.size_bytes();
        return bytes;
    }

    std::shared_ptr<EncoderBackend> libav = libav_encoders();
    EncoderChooser chooser{libav, log};
};

class EverySoftwareEncoder : public EncoderTest,
                             public ::testing::WithParamInterface<VideoCodec> {};

TEST_P(EverySoftwareEncoder, GivesEveryPictureInOrderAndItCanBeDecodedAndRecorded) {
    const auto with = encoder("software", {.codec = GetParam(), .width_px = 320, .height_px = 180});
    ASSERT_TRUE(with);
    EXPECT_EQ(with->info().codec, to_string(GetParam()));
    const auto packets = encode(*with, 60);
    ASSERT_EQ(packets.size(), 60U);
    EXPECT_TRUE(packets[0].key_frame());
    EXPECT_TRUE(packets[50].key_frame());
    for (std::size_t i = 0; i < packets.size(); ++i)
        EXPECT_EQ(packets[i].at(), StreamTime{static_cast<int>(i) * 40ms});
    StreamInfo info = with->info();
    info.live = false;
    const auto decoder = Decoder::open(info, software(), log);
    ASSERT_TRUE(decoder) << decoder.error().message();
    int pictures = 0;
    const auto count = [&] {
        for (;;) {
            const auto frame = (*decoder)->receive();
            ASSERT_TRUE(frame) << frame.error().message();
            if (!*frame)
                return;
            const auto shown = imaging::crop_bgr((**frame)->view, {});
            EXPECT_GT(shown.row(20)[3 * 90 + 2], 180) << "the left third is red";
            EXPECT_LT(shown.row(20)[3 * 90], 60);
            ++pictures;
        }
    };
    for (const Packet& packet : packets) {
        ASSERT_TRUE((*decoder)->send(packet));
        count();
    }
    ASSERT_TRUE((*decoder)->finish());
    count();
    EXPECT_EQ(pictures, 60);
    EXPECT_EQ(SegmentMuxer::extension_for(with->info()).value(), "mp4");
}

INSTANTIATE_TEST_SUITE_P(Codecs, EverySoftwareEncoder,
                         ::testing::Values(VideoCodec::h264, VideoCodec::hevc, VideoCodec::av1),
                         [](const auto& one) { return std::string{to_string(one.param)}; });

TEST_F(EncoderTest, BetterPicturesTakeMoreAndALimitHolds) {
    std::size_t before = 0;
    for (const auto quality :
         {EncodeQuality::low, EncodeQuality::medium, EncodeQuality::high, EncodeQuality::best}) {
        const auto with =
            encoder("software", {.width_px = 320, .height_px = 180, .quality = quality});
        const std::size_t bytes = bytes_of(encode(*with, 50));
        EXPECT_GT(bytes, before);
        before = bytes;
    }
    const auto limited = encoder("software", {.width_px = 320,
                                              .height_px = 180,
                                              .quality = EncodeQuality::best,
                                              .max_bit_rate = 100'000});
    EXPECT_LT(bytes_of(encode(*limited, 250)), 10U * 100'000 / 8 * 13 / 10);
}

TEST_F(EncoderTest, PicturesOfAnotherSizeAndFormatAreFitted) {
    const auto with = encoder("software", {.width_px = 160, .height_px = 90});
    const auto packets = encode(*with, 3, 640, 480);
    EXPECT_EQ(packets.size(), 3U);
    EXPECT_EQ(with->info().width_px, 160);
}

/// So that a recording goes on in its file when the quality changes under load.
TEST_F(EncoderTest, OneThatTakesOverHasTheSameSetUpWhateverItsQuality) {
    const auto first =
        encoder("libx264", {.width_px = 320, .height_px = 180, .quality = EncodeQuality::high});
    ASSERT_TRUE(first);
    EncoderOptions options{.width_px = 320, .height_px = 180, .quality = EncodeQuality::medium};
    options.before = first->info().parameters;
    EXPECT_EQ(encoder("libx264", options)->info().parameters, first->info().parameters);
    options.height_px = 160;
    EXPECT_NE(encoder("libx264", options)->info().parameters, first->info().parameters);
}

TEST_F(EncoderTest, UnknownNamesAndSizesSayWhatThereIs) {
    const auto unknown = chooser.open("h264_magic", {.width_px = 320, .height_px = 180});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(unknown.error().message(), HasSubstr("libx264"));
    const auto odd = libav->open({.name = "libx264"}, {.width_px = 321, .height_px = 180});
    ASSERT_FALSE(odd);
    EXPECT_THAT(odd.error().message(), HasSubstr("even"));
}

TEST_F(EncoderTest, EachThatThereIsIsTriedAndSaysWhyItDoesNotWork) {
    bool x264 = false;
    for (const EncoderFinding& found : chooser.probe()) {
        EXPECT_EQ(found.works, found.detail.empty()) << found.kind.name;
        x264 = x264 || (found.kind.name == "libx264" && found.works);
    }
    EXPECT_TRUE(x264);
}

// ---- what fails ----

/// Gives empty packets until it fails.
class ScriptedEncoder final : public Encoder {
public:
    ScriptedEncoder(std::string name, int lives) : name_{std::move(name)}, lives_{lives} {}
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    Status send(const imaging::ImageView&, StreamTime, bool) override {
        if (lives_-- <= 0)
            return Error{ErrorCode::unavailable, name_ + " is gone"};
        ++inside_;
        return {};
    }
    Status finish() override { return {}; }
    [[nodiscard]] Result<std::optional<Packet>> receive() override {
        if (inside_ == 0)
            return std::optional<Packet>{};
        --inside_;
        return std::optional{Packet{nullptr}};
    }

private:
    const std::string name_;
    StreamInfo info_;
    int lives_;
    int inside_ = 0;
};

class ScriptedBackend final : public EncoderBackend {
public:
    [[nodiscard]] std::vector<EncoderKind> kinds() const override {
        return {{.name = "shy", .hardware = true, .only_by_name = true},
                {.name = "broken", .hardware = true},
                {.name = "fast", .hardware = true},
                {.name = "soft"},
                {.name = "other", .codec = VideoCodec::av1}};
    }
    [[nodiscard]] Result<std::unique_ptr<Encoder>> open(const EncoderKind& kind,
                                                        const EncoderOptions&) override {
        opened.push_back(kind.name);
        if (std::find(refused.begin(), refused.end(), kind.name) != refused.end())
            return Error{ErrorCode::unavailable, kind.name + " does not open"};
        return std::unique_ptr<Encoder>{
            std::make_unique<ScriptedEncoder>(kind.name, kind.name == "broken" ? 2 : 1'000)};
    }
    std::vector<std::string> opened;
    std::vector<std::string> refused;
};

class EncoderChoice : public ::testing::Test {
protected:
    std::string name_of(const std::string& wish) {
        const auto encoder = chooser.open(wish, {.width_px = 320, .height_px = 180});
        return encoder ? (*encoder)->name() : encoder.error().message();
    }
    const std::shared_ptr<ScriptedBackend> backend = std::make_shared<ScriptedBackend>();
    NullLog log;
    EncoderChooser chooser{backend, log};
};

TEST_F(EncoderChoice, IsTheFirstHardwareThatWorks) {
    EXPECT_EQ(name_of("auto"), "fast");
    EXPECT_THAT(backend->opened, ElementsAre("broken", "fast", "fast"));
    EXPECT_EQ(name_of("auto"), "fast");
    EXPECT_EQ(backend->opened.size(), 4U) << "each was tried once";
    EXPECT_EQ(name_of("software"), "soft");
    EXPECT_EQ(name_of("shy"), "shy");
}

TEST_F(EncoderChoice, HardwareThatFailedIsNotAskedAgain) {
    ASSERT_EQ(name_of("auto"), "fast");
    chooser.failed("fast", "it hung");
    EXPECT_EQ(name_of("auto"), "soft");
    EXPECT_EQ(name_of("fast"), "soft") << "also by its name: recording goes on";
    chooser.failed("soft", "no memory");
    EXPECT_EQ(name_of("auto"), "soft") << "software is";
}

TEST_F(EncoderChoice, SoftwareThatFailedIsAskedAgain) {
    backend->refused = {"fast", "soft"};
    EXPECT_THAT(name_of("auto"), HasSubstr("soft does not open"));
    backend->refused.clear();
    backend->opened.clear();
    EXPECT_EQ(name_of("auto"), "soft");
    EXPECT_THAT(backend->opened, ElementsAre("soft", "soft")) << "tried, and used; no hardware";
}

TEST_F(EncoderChoice, WhereNoneWorksEachIsNamed) {
    backend->refused = {"fast", "soft"};
    const auto none = chooser.open("auto", {.width_px = 320, .height_px = 180});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::unavailable);
    for (const char* said : {"broken is gone", "fast does not open", "soft does not open"})
        EXPECT_THAT(none.error().message(), HasSubstr(said));
}

} // namespace
} // namespace vedette::media
