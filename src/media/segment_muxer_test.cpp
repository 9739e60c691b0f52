#include "vedette/media/segment_muxer.h"

#include <cstring>
#include <gmock/gmock.h>

#include "ffmpeg/stream_data.h"
#include "test_media.h"

namespace vedette::media {
namespace {

using namespace testing;
using ::testing::HasSubstr;

bool make_with_ffmpeg(const fs::path& to, const std::string& arguments) {
    return run_ffmpeg(arguments + " '" + to.string() + "'");
}

const std::string kPictures = "-f lavfi -i testsrc2=s=128x96:r=25:d=6 ";
const std::string kSound = "-f lavfi -i sine=d=6:r=8000 ";

class Bytes final : public SegmentMuxer::Sink {
public:
    Status write(std::span<const std::byte> bytes) override {
        if (all.size() + bytes.size() > room)
            return Error{ErrorCode::resource_exhausted, "the disk is full"};
        all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
    }
    std::string all;
    std::size_t room = std::numeric_limits<std::size_t>::max();
};

/// What of a packet must come back as it was.
struct Kept {
    bool picture = true;
    bool key_frame = false;
    std::string payload;
    friend bool operator==(const Kept&, const Kept&) = default;
};

struct Stream {
    StreamInfo info;
    std::vector<Packet> packets;

    [[nodiscard]] std::vector<Kept> kept(PacketKind kind) const {
        std::vector<Kept> out;
        for (const Packet& packet : packets)
            if (packet.kind() == kind) {
                const AVPacket& raw = *packet.data().packet;
                out.push_back({kind == PacketKind::video,
                               packet.key_frame(),
                               {reinterpret_cast<const char*>(raw.data),
                                static_cast<std::size_t>(raw.size)}});
            }
        return out;
    }
    /// Of presentation, since the first picture.
    [[nodiscard]] std::vector<std::int64_t> times_ms(PacketKind kind) const {
        std::vector<std::int64_t> out;
        for (const Packet& packet : packets)
            if (packet.kind() == kind)
                out.push_back((packet.at() - packets.front().at()) / 1ms);
        return out;
    }
};

class SegmentMuxerTest : public MediaTest {
protected:
    Stream read(const fs::path& file) {
        auto source = open(file.string(), {.audio = true});
        EXPECT_TRUE(source) << (source ? "" : source.error().message());
        Stream out;
        if (!source)
            return out;
        out.info = (*source)->info();
        while (true) {
            auto packet = (*source)->read({});
            EXPECT_TRUE(packet) << (packet ? "" : packet.error().message());
            if (!packet || !*packet)
                return out;
            out.packets.push_back(**packet);
        }
    }

    fs::path saved(const std::string& content, std::string_view extension) {
        const fs::path to = folder / ("segment." + std::string{extension});
        std::ofstream{to, std::ios::binary} << content;
        return to;
    }

    Bytes bytes;
};

struct Codecs {
    const char* file;
    const char* arguments; ///< of the program
    const char* extension; ///< of what we make of it
};

class SegmentMuxerOfCodecs : public SegmentMuxerTest,
                             public ::testing::WithParamInterface<Codecs> {};

TEST_P(SegmentMuxerOfCodecs, WhatComesBackIsWhatWasSent) {
    const auto& [name, codecs, extension] = GetParam();
    if (!make_with_ffmpeg(folder / name, kPictures + kSound + "-pix_fmt yuv420p " + codecs))
        GTEST_SKIP() << "ffmpeg cannot make " << name;
    const Stream sent = read(folder / name);
    ASSERT_FALSE(sent.info.audio_codec.empty());
    auto muxer = SegmentMuxer::open(sent.info, bytes);
    ASSERT_TRUE(muxer) << muxer.error().message();
    EXPECT_EQ(SegmentMuxer::extension_for(sent.info).value(), extension);
    for (const Packet& packet : sent.packets) {
        ASSERT_TRUE((*muxer)->takes(packet));
        ASSERT_TRUE((*muxer)->write(packet));
    }
    ASSERT_TRUE((*muxer)->finish());
    const Stream back = read(saved(bytes.all, extension));
    EXPECT_EQ(back.info.codec, sent.info.codec);
    EXPECT_EQ(back.info.audio_codec, sent.info.audio_codec);
    EXPECT_EQ(back.kept(PacketKind::video), sent.kept(PacketKind::video));
    EXPECT_GE(back.kept(PacketKind::audio).size(), sent.kept(PacketKind::audio).size() - 2)
        << "what was heard before the first picture is left out";
    EXPECT_EQ(back.times_ms(PacketKind::video), sent.times_ms(PacketKind::video));
}

INSTANTIATE_TEST_SUITE_P(
    Of, SegmentMuxerOfCodecs,
    ::testing::Values(Codecs{"h264.mp4", "-c:v libx264 -g 50 -bf 2 -c:a aac", "mp4"},
                      Codecs{"hevc.mp4",
                             "-c:v libx265 -x265-params log-level=none:keyint=50 -c:a aac", "mp4"},
                      Codecs{"mjpeg.mkv", "-c:v mjpeg -c:a libopus", "mp4"},
                      Codecs{"alaw.mkv", "-c:v libx264 -g 50 -c:a pcm_alaw", "mkv"}),
    [](const auto& codecs) {
        const std::string file = codecs.param.file;
        return file.substr(0, file.find('.'));
    });

TEST_F(SegmentMuxerTest, EveryFragmentEndsWhatCanBePlayed) {
    ASSERT_TRUE(make_with_ffmpeg(folder / "clip.mp4",
                                 kPictures + "-pix_fmt yuv420p -c:v libx264 -g 60 -bf 0"));
    const Stream sent = read(folder / "clip.mp4");
    auto muxer = SegmentMuxer::open(sent.info, bytes);
    ASSERT_TRUE(muxer);
    for (const Packet& packet : sent.packets)
        ASSERT_TRUE((*muxer)->write(packet));
    ASSERT_TRUE((*muxer)->finish());
    const auto& fragments = (*muxer)->fragments();
    std::vector<std::int64_t> from_ms;
    std::size_t pictures = 0;
    for (const SegmentFragment& one : fragments) {
        from_ms.push_back(one.from / 1ms);
        EXPECT_EQ(one.key_frame, one.from % 2400ms == 0ms);
        pictures += static_cast<std::size_t>(one.length / 40ms);
        const Stream back = read(saved(bytes.all.substr(0, one.offset + one.bytes), "mp4"));
        EXPECT_EQ(back.packets.size(), pictures);
    }
    EXPECT_EQ(from_ms, (std::vector<std::int64_t>{0, 1000, 2000, 2400, 3400, 4400, 4800, 5800}));
    EXPECT_EQ(fragments.front().offset, (*muxer)->head_bytes());
    EXPECT_EQ(fragments.back().offset + fragments.back().bytes, bytes.all.size());
    EXPECT_EQ(pictures, sent.packets.size());
}

TEST_F(SegmentMuxerTest, BeginsAtZeroWhereverTheStreamIs) {
    ASSERT_TRUE(make_with_ffmpeg(folder / "clip.mp4",
                                 kPictures + "-pix_fmt yuv420p -c:v libx264 -g 50 -bf 2"));
    const Stream sent = read(folder / "clip.mp4");
    auto muxer = SegmentMuxer::open(sent.info, bytes);
    ASSERT_TRUE(muxer);
    for (std::size_t i = 100; i < sent.packets.size(); ++i)
        ASSERT_TRUE((*muxer)->write(sent.packets[i]));
    ASSERT_TRUE((*muxer)->finish());
    const Stream back = read(saved(bytes.all, "mp4"));
    EXPECT_EQ(back.packets.size(), 50U);
    EXPECT_LE(back.packets.front().at().time_since_epoch(), 120ms);
}

TEST_F(SegmentMuxerTest, TheSamePacketsGiveTheSameBytes) {
    ASSERT_TRUE(
        make_with_ffmpeg(folder / "clip.mp4", kPictures + "-pix_fmt yuv420p -c:v libx264 -g 50"));
    const Stream sent = read(folder / "clip.mp4");
    Bytes twice[2];
    for (Bytes& one : twice) {
        auto muxer = SegmentMuxer::open(sent.info, one);
        ASSERT_TRUE(muxer);
        for (const Packet& packet : sent.packets)
            ASSERT_TRUE((*muxer)->write(packet));
        ASSERT_TRUE((*muxer)->finish());
    }
    EXPECT_EQ(twice[0].all, twice[1].all);
}

TEST_F(SegmentMuxerTest, SaysWhatTheDiskSaid) {
    ASSERT_TRUE(
        make_with_ffmpeg(folder / "clip.mp4", kPictures + "-pix_fmt yuv420p -c:v libx264 -g 50"));
    const Stream sent = read(folder / "clip.mp4");
    bytes.room = 20'000;
    auto muxer = SegmentMuxer::open(sent.info, bytes);
    ASSERT_TRUE(muxer);
    Status said;
    for (std::size_t i = 0; i < sent.packets.size() && said; ++i)
        said = (*muxer)->write(sent.packets[i]);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().code(), ErrorCode::resource_exhausted);
}

TEST_F(SegmentMuxerTest, ACodecThatNoContainerTakesIsNamed) {
    ASSERT_TRUE(make_with_ffmpeg(folder / "clip.mov", kPictures + "-c:v qtrle"));
    auto source = open((folder / "clip.mov").string());
    ASSERT_TRUE(source) << source.error().message();
    const auto muxer = SegmentMuxer::open((*source)->info(), bytes);
    ASSERT_FALSE(muxer);
    EXPECT_THAT(muxer.error().message(), HasSubstr("qtrle"));
}

class Counting final : public PacketTap {
public:
    struct Seen {
        int pictures = 0;
        int sounds = 0;
        std::vector<std::string> ends;
    };
    explicit Counting(Seen& seen) : seen_{seen} {}
    void take(const Packet& packet, const StreamInfo& streams) override {
        EXPECT_FALSE(streams.audio_codec.empty());
        ++(packet.kind() == PacketKind::video ? seen_.pictures : seen_.sounds);
    }
    void end(const std::string& why) override { seen_.ends.push_back(why); }

private:
    Seen& seen_;
};

TEST_F(SegmentMuxerTest, ATapSeesAllAndPicturesAloneGoOn) {
    ASSERT_TRUE(make_with_ffmpeg(folder / "clip.mp4",
                                 kPictures + kSound + "-pix_fmt yuv420p -c:v libx264 -c:a aac"));
    Counting::Seen seen;
    {
        auto source = open((folder / "clip.mp4").string(), {.audio = true});
        ASSERT_TRUE(source);
        const auto tap = tapped(std::move(*source), std::make_unique<Counting>(seen));
        int pictures = 0;
        for (auto packet = tap->read({}); packet && *packet; packet = tap->read({}), ++pictures)
            EXPECT_EQ((*packet)->kind(), PacketKind::video);
        EXPECT_EQ(pictures, 150);
    }
    EXPECT_EQ(seen.pictures, 150);
    EXPECT_GT(seen.sounds, 40);
    EXPECT_EQ(seen.ends, std::vector<std::string>{""});
}

TEST_F(SegmentMuxerTest, AClipThatIsPlayedOverAndOverIsOneStream) {
    ASSERT_TRUE(make_with_ffmpeg(folder / "clip.mp4",
                                 kPictures + kSound + "-pix_fmt yuv420p -c:v libx264 -c:a aac"));
    auto opened = open((folder / "clip.mp4").string(), {.loop = true, .audio = true});
    ASSERT_TRUE(opened);
    auto muxer = SegmentMuxer::open((*opened)->info(), bytes);
    ASSERT_TRUE(muxer);
    for (int i = 0; i < 1'000; ++i) {
        const auto packet = (*opened)->read({});
        ASSERT_TRUE(packet && *packet);
        ASSERT_TRUE((*muxer)->takes(**packet)) << i;
    }
}

TEST_F(SegmentMuxerTest, SoundComesOnlyWhenAskedFor) {
    ASSERT_TRUE(make_with_ffmpeg(folder / "clip.mp4",
                                 kPictures + kSound + "-pix_fmt yuv420p -c:v libx264 -c:a aac"));
    auto source = open((folder / "clip.mp4").string());
    ASSERT_TRUE(source);
    EXPECT_EQ((*source)->info().audio, nullptr);
    for (auto packet = (*source)->read({}); packet && *packet; packet = (*source)->read({}))
        ASSERT_EQ((*packet)->kind(), PacketKind::video);
}

} // namespace
} // namespace vedette::media
