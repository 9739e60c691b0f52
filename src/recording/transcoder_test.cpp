#include "transcoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_recordings.h"
#include "vedette/imaging/transform.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

/// One of libavcodec that gives up in the middle.
class FrailEncoder final : public media::Encoder {
public:
    FrailEncoder(std::unique_ptr<media::Encoder> real, int lives, bool keeps)
        : real_{std::move(real)}, lives_{lives}, keeps_{keeps} {}
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] const media::StreamInfo& info() const override { return real_->info(); }
    Status send(const imaging::ImageView& picture, StreamTime at, bool key) override {
        if (lives_-- <= 0)
            return gone();
        return real_->send(picture, at, key);
    }
    Status finish() override { return lives_ <= 0 ? gone() : real_->finish(); }
    [[nodiscard]] Result<std::optional<media::Packet>> receive() override {
        if (keeps_ && lives_ <= 3) // the last pictures never come out
            return std::optional<media::Packet>{};
        return real_->receive();
    }

private:
    static Error gone() { return {ErrorCode::unavailable, "the device was unplugged"}; }
    const std::string name_ = "frail";
    const std::unique_ptr<media::Encoder> real_;
    int lives_;
    const bool keeps_;
};

class FrailBackend final : public media::EncoderBackend {
public:
    [[nodiscard]] std::vector<media::EncoderKind> kinds() const override {
        return {{.name = "frail", .hardware = true}, {.name = "libx264"}};
    }
    [[nodiscard]] Result<std::unique_ptr<media::Encoder>>
    open(const media::EncoderKind& kind, const media::EncoderOptions& options) override {
        if (none)
            return Error{ErrorCode::unavailable, "there is none"};
        VEDETTE_TRY(auto real, libav->open({.name = "libx264"}, options));
        ++opened;
        if (kind.name == "frail")
            return std::unique_ptr<media::Encoder>{std::make_unique<FrailEncoder>(
                std::move(real), opened == 1 ? 1'000 : lives, keeps)};
        return real;
    }
    const std::unique_ptr<media::EncoderBackend> libav = media::libav_encoders();
    int opened = 0;
    int lives = 1'000;
    bool keeps = false;
    bool none = false;
};

class Transcoding : public ::testing::Test {
protected:
    /// Four seconds, white, a key frame every second.
    void SetUp() override {
        const auto made = make_clip(4, "-vf \"geq=lum=200:cb=128:cr=128\" -qp 4");
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *made;
    }
    std::unique_ptr<Transcoder> transcoder(const EncodeOptions& options = {}) {
        return std::make_unique<Transcoder>(
            options, Transcoder::Parts{chooser, &log, "gate", mask, "none"},
            [this](const media::Packet& packet,
                   const std::shared_ptr<const media::StreamInfo>& streams) {
                packets.push_back(packet);
                set_ups.push_back(streams->parameters.get());
                info = *streams;
            });
    }
    Status take(Transcoder& into, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            VEDETTE_CHECK_OK(into.take(clip.packets[i], clip.streams));
        return {};
    }
    void expect_rising() const {
        for (std::size_t i = 1; i < packets.size(); ++i)
            EXPECT_GT(packets[i].decoding_at(), packets[i - 1].decoding_at()) << i;
    }
    /// Decodes what came out. \return the grey at (x, y) of each picture
    std::vector<int> greys(int x, int y) {
        std::vector<int> out;
        std::unique_ptr<media::Decoder> decoder;
        media::StreamInfo how = info;
        how.live = false;
        for (const media::Packet& packet : packets) {
            if (!decoder)
                decoder = media::Decoder::open(how, {.hwaccel = "none"}, log).value();
            EXPECT_TRUE(decoder->send(packet));
            for (auto frame = decoder->receive(); frame && *frame; frame = decoder->receive())
                out.push_back(imaging::crop_bgr((**frame)->view, {}).row(y)[3 * x]);
        }
        EXPECT_TRUE(decoder->finish());
        for (auto frame = decoder->receive(); frame && *frame; frame = decoder->receive())
            out.push_back(imaging::crop_bgr((**frame)->view, {}).row(y)[3 * x]);
        return out;
    }

    const std::shared_ptr<FrailBackend> backend = std::make_shared<FrailBackend>();
    NullLog log;
    const media::FfmpegLogGuard quiet{log};
    std::shared_ptr<media::EncoderChooser> chooser =
        std::make_shared<media::EncoderChooser>(backend, log);
    imaging::PictureMask mask;
    testing::Clip clip;
    std::vector<media::Packet> packets;
    std::vector<const void*> set_ups;
    media::StreamInfo info;
};

TEST_F(Transcoding, EveryPictureComesOutWithItsTimeAndWithTheMask) {
    mask = imaging::PictureMask{{{{0, 0}, {0.5F, 0}, {0.5F, 1}, {0, 1}}}};
    const auto work = transcoder({.encoder = "software"});
    ASSERT_TRUE(take(*work, 0, 100));
    ASSERT_TRUE(work->finish());
    ASSERT_EQ(packets.size(), 100U);
    for (std::size_t i = 0; i < 100; ++i)
        EXPECT_EQ(packets[i].at(), clip.packets[i].at());
    EXPECT_EQ(work->encoded(), 100U);
    EXPECT_EQ(work->encoder_name(), "libx264");
    for (const int grey : greys(8, 24))
        EXPECT_LT(grey, 8);
    for (const int grey : greys(56, 24))
        EXPECT_GT(grey, 190);
    EXPECT_EQ(info.codec, "h264");
    EXPECT_EQ(info.width_px, 64);
}

TEST_F(Transcoding, AnEncoderThatFailsIsReplacedAndNoPictureIsLost) {
    for (const bool keeps : {false, true}) {
        packets.clear();
        const auto fresh = std::make_shared<FrailBackend>();
        fresh->lives = 40;
        fresh->keeps = keeps;
        Transcoder work{
            {},
            {std::make_shared<media::EncoderChooser>(fresh, log), &log, "gate", mask, "none"},
            [this](const media::Packet& packet, const auto& streams) {
                packets.push_back(packet);
                info = *streams;
            }};
        ASSERT_TRUE(take(work, 0, 100));
        ASSERT_TRUE(work.finish());
        EXPECT_EQ(packets.size(), 100U) << keeps;
        expect_rising();
        EXPECT_EQ(work.replaced(), 1U);
        EXPECT_EQ(work.encoder_name(), "libx264");
        EXPECT_EQ(greys(8, 24).size(), 100U);
    }
}

TEST_F(Transcoding, OneThatFailsAtTheEndIsReplacedToo) {
    backend->lives = 97;
    backend->keeps = true;
    const auto work = transcoder();
    ASSERT_TRUE(take(*work, 0, 97));
    ASSERT_TRUE(work->finish());
    EXPECT_EQ(packets.size(), 97U);
    expect_rising();
}

TEST_F(Transcoding, WhereNoneWorksItIsAnErrorAndLaterItGoesOn) {
    backend->none = true;
    const auto work = transcoder();
    EXPECT_EQ(take(*work, 0, 10).error().code(), ErrorCode::unavailable);
    EXPECT_TRUE(packets.empty());
    backend->none = false;
    work->skip();
    ASSERT_TRUE(take(*work, 10, 50));
    ASSERT_TRUE(work->finish());
    EXPECT_EQ(packets.size(), 25U) << "from the next key frame on";
    EXPECT_EQ(work->encoder_name(), "libx264") << "which was asked again, other than hardware";
}

TEST_F(Transcoding, AStreamThatCannotBeDecodedDoesNotSpoilTheNextOne) {
    const auto work = transcoder({.encoder = "software"});
    ASSERT_TRUE(take(*work, 0, 10));
    media::StreamInfo broken = clip.streams;
    broken.parameters = nullptr;
    EXPECT_FALSE(work->take(clip.packets[25], broken));
    EXPECT_FALSE(work->take(clip.packets[25], broken));
    ASSERT_TRUE(take(*work, 25, 50));
    ASSERT_TRUE(work->finish());
    EXPECT_EQ(packets.size(), 35U);
}

TEST_F(Transcoding, FewerPicturesAreKeptIfThatIsAsked) {
    const auto work = transcoder({.encoder = "software", .max_fps = 10});
    ASSERT_TRUE(take(*work, 0, 100));
    ASSERT_TRUE(work->finish());
    EXPECT_NEAR(static_cast<double>(packets.size()), 40, 1);
    expect_rising();
    EXPECT_NEAR(info.frame_rate, 10, 0.01);
}

TEST_F(Transcoding, LargerOnesAreScaledDownAndSmallerOnesStay) {
    const auto work = transcoder({.encoder = "software", .max_height_px = 24});
    ASSERT_TRUE(take(*work, 0, 5));
    ASSERT_TRUE(work->finish());
    EXPECT_EQ(info.width_px, 32);
    EXPECT_EQ(info.height_px, 24);
    packets.clear();
    const auto other = transcoder({.encoder = "software", .max_height_px = 720});
    ASSERT_TRUE(take(*other, 0, 5));
    ASSERT_TRUE(other->finish());
    EXPECT_EQ(info.height_px, 48);
}

TEST_F(Transcoding, UnderLoadThereIsLessAndTheFileGoesOn) {
    const auto work = transcoder({.encoder = "libx264"});
    ASSERT_TRUE(take(*work, 0, 25));
    work->change(EncodeLoad::step(1));
    ASSERT_TRUE(take(*work, 25, 50));
    EXPECT_EQ(packets.size(), 50U);
    for (const void* set_up : set_ups)
        EXPECT_EQ(set_up, set_ups.front()) << "another quality is no other stream";
    work->change(EncodeLoad::step(2));
    ASSERT_TRUE(take(*work, 50, 75));
    EXPECT_NEAR(static_cast<double>(packets.size()), 62, 1);
    work->change(EncodeLoad::step(4));
    ASSERT_TRUE(take(*work, 75, 100));
    EXPECT_NEAR(static_cast<double>(packets.size()), 63, 1) << "its key frame";
    ASSERT_TRUE(work->finish());
    expect_rising();
}

TEST_F(Transcoding, BehindAGapItWaitsForAKeyFrame) {
    const auto work = transcoder({.encoder = "software"});
    ASSERT_TRUE(take(*work, 0, 10));
    work->skip();
    ASSERT_TRUE(take(*work, 20, 40));
    ASSERT_TRUE(work->finish());
    ASSERT_EQ(packets.size(), 25U);
    EXPECT_EQ(packets[10].at(), clip.packets[25].at());
}

TEST_F(Transcoding, SoundGoesThroughWithThePictures) {
    const TemporaryFolder folder;
    const std::string path = (folder / "sound.mp4").string();
    const std::string make =
        "ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=64x48:r=25:d=2 -f lavfi -i "
        "sine=f=440:d=2 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -bf 0 -g 25 -c:a aac '" +
        path + "' >/dev/null 2>&1";
    ASSERT_EQ(std::system(make.c_str()), 0); // NOLINT(concurrency-mt-unsafe): a test
    clip = read_clip(path).value();
    const auto work = transcoder({.encoder = "software"});
    ASSERT_TRUE(take(*work, 0, clip.packets.size()));
    ASSERT_TRUE(work->finish());
    std::size_t sound = 0;
    for (std::size_t i = 0; i < packets.size(); ++i)
        sound += packets[i].kind() == media::PacketKind::audio ? 1 : 0;
    EXPECT_EQ(packets.size() - sound, 50U);
    EXPECT_GT(sound, 80U);
    EXPECT_EQ(packets.front().kind(), media::PacketKind::video);
    EXPECT_EQ(info.audio_codec, "aac");
    EXPECT_TRUE(info.audio);
}

} // namespace
} // namespace vedette::recording
