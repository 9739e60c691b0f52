#include "vedette/media/decoder.h"

#include <algorithm>
#include <deque>
#include <set>

#include "ffmpeg/stream_data.h"
#include "ffmpeg/video_decoder.h"
#include "test_media.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class DecoderTest : public MediaTest {
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
    std::unique_ptr<Decoder> decoder(const DecoderOptions& options = software()) {
        auto out = Decoder::open(info, options, log);
        EXPECT_TRUE(out) << out.error().message();
        return std::move(*out);
    }
    static int drain(Decoder& decoder) {
        int count = 0;
        for (;; ++count) {
            auto frame = decoder.receive();
            EXPECT_TRUE(frame) << frame.error().message();
            if (!frame || !*frame)
                return count;
        }
    }
    /// The same packet with other bytes, as if of the stream that was opened last.
    Packet altered(const Packet& packet, const std::function<void(AVPacket&)>& change) {
        auto data = std::make_shared<Packet::Data>();
        data->packet.reset(av_packet_clone(packet.data().packet.get()));
        av_packet_make_writable(data->packet.get());
        change(*data->packet);
        data->at = packet.data().at;
        data->parameters = info.parameters;
        return Packet{std::move(data)};
    }

    StreamInfo info;
};

TEST_F(DecoderTest, KnowsFromThePacketsWhichPicturesAreLeftOut) {
    for (const char* kind : {"-c:v libx264 -bf 3 -b_strategy 0 clip.mkv",
                             "-c:v libx264 -bf 2 clip.ts", "-c:v libx264 -bf 0 clip.mp4"}) {
        const std::string arguments = kind;
        const auto name = arguments.rfind(' ') + 1;
        const fs::path path = folder / arguments.substr(name);
        if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=4 " + arguments.substr(0, name) +
                        path.string()))
            GTEST_SKIP() << "the ffmpeg program is missing or lacks the encoder";
        const std::vector<Packet> packets = packets_of(path);
        const auto to_test = decoder();
        int references = 0;
        int pictures = 0;
        for (const Packet& packet : packets) {
            ASSERT_TRUE(packet.is_reference());
            references += *packet.is_reference() ? 1 : 0;
            ASSERT_TRUE(to_test->send(packet, Wanted::references_only));
            pictures += drain(*to_test);
        }
        ASSERT_TRUE(to_test->finish());
        pictures += drain(*to_test);
        EXPECT_EQ(pictures, references) << kind;
        EXPECT_EQ(references == 100, std::string{kind}.find("-bf 0") != std::string::npos) << kind;
    }
}

TEST_F(DecoderTest, LooksAtAKeyFrameAloneAndThenDecodesFromThereOn) {
    for (const char* kind :
         {"-c:v libx264 -bf 3 -g 25 clip.mkv", "-c:v libx264 -bf 0 -g 25 clip.mp4",
          "-c:v mpeg4 -g 25 clip.avi", "-c:v mjpeg clip2.avi"}) {
        const std::string arguments = kind;
        const auto name = arguments.rfind(' ') + 1;
        const fs::path path = folder / arguments.substr(name);
        if (!run_ffmpeg("-f lavfi -i testsrc2=s=160x96:r=25:d=4 " + arguments.substr(0, name) +
                        path.string()))
            GTEST_SKIP() << "the ffmpeg program is missing or lacks the encoder";
        const std::vector<Packet> packets = packets_of(path);
        const auto to_test = decoder();
        for (int i = 0; i < 30; ++i) // somewhere in the middle
            ASSERT_TRUE(to_test->send(packets.at(static_cast<std::size_t>(i))));
        ASSERT_TRUE(to_test->restart());
        to_test->release_memory();
        EXPECT_EQ(drain(*to_test), 0) << kind << ": what was inside is gone";
        const auto key = std::find_if(packets.begin() + 50, packets.end(),
                                      [](const Packet& packet) { return packet.key_frame(); });
        ASSERT_NE(key, packets.end());
        for (int times = 0; times < 2; ++times) {
            ASSERT_TRUE(to_test->send(*key));
            ASSERT_TRUE(to_test->finish());
            const auto picture = to_test->receive();
            ASSERT_TRUE(picture && *picture) << kind;
            EXPECT_EQ((**picture)->at, key->at()) << kind << ": the same time again";
            ASSERT_TRUE(to_test->restart());
        }
        int pictures = 0;
        for (auto packet = key; packet != packets.end(); ++packet) {
            ASSERT_TRUE(to_test->send(*packet));
            pictures += drain(*to_test);
        }
        ASSERT_TRUE(to_test->finish());
        EXPECT_EQ(pictures + drain(*to_test), packets.end() - key) << kind;
        EXPECT_EQ(to_test->stats().corrupt, 0U) << kind;
    }
}

TEST_F(DecoderTest, AllocatesNoPictureMemoryOnceWarm) {
    for (const char* kind :
         {"-c:v libx264 -bf 3", "-c:v libx264 -pix_fmt yuv444p", "-c:v mjpeg -pix_fmt yuvj420p"}) {
        const fs::path path = folder / "clip.mkv";
        if (!run_ffmpeg(std::string{"-f lavfi -i testsrc2=s=160x96:r=25:d=12 "} + kind + " " +
                        path.string()))
            GTEST_SKIP() << "the ffmpeg program is missing or lacks the encoder";
        auto read = reader(path.string());
        ASSERT_TRUE(read);
        std::deque<imaging::FramePtr> held; // as a pipeline holds a few
        std::size_t warm = 0;
        std::set<const void*> memory;
        int count = 0;
        for (;; ++count) {
            auto frame = read->next();
            ASSERT_TRUE(frame) << frame.error().message();
            if (!*frame)
                break;
            memory.insert((**frame)->view.planes[0].data);
            held.push_back(std::move(**frame));
            if (held.size() > 4)
                held.pop_front();
            if (count == 200)
                warm = read->stats().buffers_allocated;
        }
        EXPECT_EQ(count, 300) << kind;
        EXPECT_EQ(read->stats().buffers_allocated, warm) << kind;
        EXPECT_LE(memory.size(), warm) << kind; // every frame lay in one of them
    }
}

TEST_F(DecoderTest, FramesRotatedOrNotComeFromThePool) {
    write_clip(folder / "flat.mp4", 250);
    if (!run_ffmpeg("-i " + (folder / "flat.mp4").string() + " -c copy -metadata:s:v rotate=90 " +
                    (folder / "turned.mov").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    auto read = reader((folder / "turned.mov").string());
    ASSERT_TRUE(read);
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(read->next());
    const auto warm = read->stats().buffers_allocated;
    EXPECT_EQ(read_all(*read).times.size(), 230U);
    EXPECT_EQ(read->stats().buffers_allocated, warm);
    EXPECT_LE(warm, 12U);
}

TEST_F(DecoderTest, HeldFramesMakeSendRefuseAndNothingIsLost) {
    write_clip(folder / "a.mp4", 60);
    const auto packets = packets_of(folder / "a.mp4");
    DecoderOptions options = software();
    options.max_frames = 6;
    const auto decode = decoder(options);
    std::deque<imaging::FramePtr> held;
    std::vector<StreamTime> seen;
    int refusals = 0;
    for (const auto& packet : packets) {
        Status sent = decode->send(packet);
        while (!sent) {
            ASSERT_EQ(sent.error().code(), ErrorCode::resource_exhausted);
            ASSERT_FALSE(held.empty());
            ++refusals;
            held.pop_front();
            sent = decode->send(packet);
        }
        while (auto frame = *decode->receive()) {
            seen.push_back((*frame)->at);
            held.push_back(*frame);
        }
    }
    ASSERT_TRUE(decode->finish());
    while (auto frame = *decode->receive())
        seen.push_back((*frame)->at);
    EXPECT_GT(refusals, 10);
    EXPECT_EQ(seen.size(), 60U);
    EXPECT_EQ(decode->stats().corrupt, 0U);
}

TEST_F(DecoderTest, ALiveStreamDropsAndCountsWhatComesWhileFramesAreHeld) {
    write_clip(folder / "a.mp4", 90);
    const auto packets = packets_of(folder / "a.mp4");
    info.live = true;
    DecoderOptions options = software();
    options.max_frames = 6;
    const auto decode = decoder(options);
    std::vector<imaging::FramePtr> held;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (i == 60)
            held.clear();
        ASSERT_TRUE(decode->send(packets[i])) << i;
        while (auto frame = *decode->receive())
            held.push_back(*frame);
    }
    ASSERT_TRUE(decode->finish());
    const auto rest = static_cast<std::uint64_t>(drain(*decode));
    EXPECT_GT(decode->stats().dropped, 40U);
    EXPECT_EQ(decode->stats().dropped + decode->stats().frames, 90U);
    EXPECT_EQ(decode->stats().corrupt, 0U) << "what is dropped was decoded, later ones build on it";
    EXPECT_GE(held.size() + rest, 1U) << "once frames were let go, new ones come";
    EXPECT_LE(decode->stats().buffers_allocated, options.max_frames + 20);
}

TEST_F(DecoderTest, HeldFramesKeepTheirPixels) {
    write_clip(folder / "a.mp4", 40);
    auto read = reader((folder / "a.mp4").string());
    ASSERT_TRUE(read);
    const auto first = read->next();
    ASSERT_TRUE(first && *first);
    const auto before = imaging::crop_bgr((**first)->view, {});
    (void)read_all(*read);
    read = Error{ErrorCode::cancelled, "closed"}; // the decoder is gone, the frame stays
    const auto after = imaging::crop_bgr((**first)->view, {});
    EXPECT_TRUE(
        std::equal(before.row(0), before.row(0) + before.stride_bytes() * 96, after.row(0)));
}

TEST_F(DecoderTest, DamagedPacketsAreCountedAndSurvived) {
    write_clip(folder / "a.mp4", 60);
    const auto packets = packets_of(folder / "a.mp4");
    const auto decode = decoder();
    int frames = 0;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const bool damage = i % 5 == 3;
        const Packet packet =
            damage ? altered(packets[i],
                             [](AVPacket& p) { std::fill_n(p.data, p.size, std::uint8_t{0xFF}); })
                   : packets[i];
        ASSERT_TRUE(decode->send(packet)) << i;
        frames += drain(*decode);
    }
    ASSERT_TRUE(decode->finish());
    frames += drain(*decode);
    EXPECT_GE(decode->stats().corrupt, 12U);
    EXPECT_GE(frames, 45);
    EXPECT_EQ(decode->stats().packets, 60U);
}

TEST_F(DecoderTest, CutPacketsDoNotEndTheStream) {
    write_clip(folder / "a.mp4", 30);
    const auto packets = packets_of(folder / "a.mp4");
    const auto decode = decoder();
    for (std::size_t i = 0; i < packets.size(); ++i)
        ASSERT_TRUE(decode->send(
            i % 3 == 1 ? altered(packets[i], [](AVPacket& p) { av_shrink_packet(&p, p.size / 2); })
                       : packets[i]));
    ASSERT_TRUE(decode->finish());
    EXPECT_GE(drain(*decode), 8); // the rest refers to what was cut
}

TEST_F(DecoderTest, AHugePictureIsRefusedBeforeItIsMade) {
    const fs::path small = folder / "small.h264";
    const fs::path big = folder / "big.h264";
    if (!run_ffmpeg("-f lavfi -i color=s=64x64:r=5:d=1 -c:v libx264 -bf 0 " + small.string()) ||
        !run_ffmpeg("-f lavfi -i color=s=2048x1024:r=5:d=1 -c:v libx264 -bf 0 -preset ultrafast " +
                    big.string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    write_bytes(folder / "both.h264", read_bytes(small) + read_bytes(big) + read_bytes(small));
    const auto packets = packets_of(folder / "both.h264");
    ASSERT_EQ(packets.size(), 15U);
    (void)packets_of(small);
    DecoderOptions options = software();
    options.max_pixels = 1'000'000;
    const auto decode = decoder(options);
    int frames = 0;
    for (const auto& packet : packets) {
        ASSERT_TRUE(decode->send(altered(packet, [](AVPacket&) {})));
        while (auto frame = *decode->receive()) {
            EXPECT_EQ((*frame)->view.width_px, 64);
            ++frames;
        }
    }
    ASSERT_TRUE(decode->finish());
    frames += drain(*decode);
    EXPECT_EQ(frames, 10);
    EXPECT_EQ(decode->stats().corrupt, 5U);

    (void)packets_of(big);
    const auto refused = Decoder::open(info, options, log);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
}

TEST_F(DecoderTest, MoreThreadsGiveTheSameFrames) {
    write_clip(folder / "a.mp4", 60);
    DecoderOptions options = software();
    options.threads = 3;
    auto read = reader((folder / "a.mp4").string(), {}, options);
    ASSERT_TRUE(read);
    const auto got = read_all(*read);
    EXPECT_EQ(got.times.size(), 60U);
    EXPECT_EQ(got.stats.corrupt, 0U);
}

TEST_F(DecoderTest, AnAcceleratorThatIsNotThereFallsBackToSoftware) {
    write_clip(folder / "a.mp4", 20);
    for (const auto& accelerator : accelerators()) {
        if (accelerator.works)
            continue;
        DecoderOptions options;
        options.hwaccel = accelerator.name;
        auto read = reader((folder / "a.mp4").string(), {}, options);
        ASSERT_TRUE(read) << accelerator.name << read.error().message();
        EXPECT_EQ(read_all(*read).times.size(), 20U) << accelerator.name;
        EXPECT_EQ(read->stats().decoder, "h264 (software)") << accelerator.name;
    }
}

TEST_F(DecoderTest, AutomaticAccelerationLosesNoFrame) {
    write_clip(folder / "a.mp4", 20);
    for (const char* hwaccel : {"auto", "none", "v4l2m2m"}) {
        DecoderOptions options;
        options.hwaccel = hwaccel;
        auto read = reader((folder / "a.mp4").string(), {}, options);
        ASSERT_TRUE(read) << hwaccel << read.error().message();
        EXPECT_EQ(read_all(*read).times.size(), 20U) << hwaccel;
    }
}

/// Software that passes for an accelerator, so that its failures can be had on any machine.
class AcceleratedDecoderTest : public DecoderTest {
protected:
    /// \param format what the accelerator claims to keep its pictures in; none: plain memory
    std::unique_ptr<Decoder> accelerated(AVCodecID codec = AV_CODEC_ID_H264,
                                         AVPixelFormat format = AV_PIX_FMT_NONE) {
        const auto find = [=](const std::string&,
                              AVCodecID) -> Result<std::vector<ffmpeg::DecoderChoice>> {
            std::vector<ffmpeg::DecoderChoice> choices(1);
            choices.front().codec = avcodec_find_decoder(codec);
            choices.front().name = "fake";
            choices.front().format = format;
            return choices;
        };
        auto out = ffmpeg::open_decoder(info, {}, log, find);
        EXPECT_TRUE(out) << out.error().message();
        return std::move(*out);
    }
    /// Sends all and counts what comes out.
    static int decode_all(Decoder& decoder, const std::vector<Packet>& packets) {
        int frames = 0;
        for (const Packet& packet : packets) {
            EXPECT_TRUE(decoder.send(packet));
            frames += drain(decoder);
        }
        EXPECT_TRUE(decoder.finish());
        return frames + drain(decoder);
    }
    std::vector<Packet> with_damage(std::vector<Packet> packets, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            packets[i] = altered(
                packets[i], [](AVPacket& p) { std::fill_n(p.data, p.size, std::uint8_t{0xFF}); });
        return packets;
    }
};

TEST_F(AcceleratedDecoderTest, OneThatWorksIsKept) {
    write_clip(folder / "a.mp4", 20);
    const auto packets = packets_of(folder / "a.mp4");
    const auto decode = accelerated();
    EXPECT_EQ(decode_all(*decode, packets), 20);
    EXPECT_EQ(decode->stats().decoder, "h264 (fake)");
}

TEST_F(AcceleratedDecoderTest, OneThatDoesNotOpenIsPassedOver) {
    write_clip(folder / "a.mp4", 20);
    const auto packets = packets_of(folder / "a.mp4");
    const auto decode = accelerated(AV_CODEC_ID_MJPEG); // opening it for H.264 fails
    EXPECT_EQ(decode_all(*decode, packets), 20);
    EXPECT_EQ(decode->stats().decoder, "h264 (software)");
}

TEST_F(AcceleratedDecoderTest, OneThatKeepsItsPicturesToItselfLosesNoFrame) {
    write_clip(folder / "a.mp4", 20);
    const auto packets = packets_of(folder / "a.mp4");
    const auto decode = accelerated(AV_CODEC_ID_H264, AV_PIX_FMT_YUV420P);
    EXPECT_EQ(decode_all(*decode, packets), 20);
    EXPECT_EQ(decode->stats().decoder, "h264 (software)");
    EXPECT_EQ(decode->stats().corrupt, 0U);
}

TEST_F(AcceleratedDecoderTest, OneThatNeverGivesAPictureIsGivenUp) {
    write_clip(folder / "a.mp4", 50);
    const auto packets = packets_of(folder / "a.mp4");
    std::vector<Packet> without_start; // nothing can be shown before a key frame
    for (int round = 0; round < 2; ++round)
        without_start.insert(without_start.end(), packets.begin() + 1, packets.end());
    without_start.insert(without_start.end(), packets.begin(), packets.end());
    const auto decode = accelerated();
    EXPECT_GE(decode_all(*decode, without_start), 49);
    EXPECT_EQ(decode->stats().decoder, "h264 (software)");
}

TEST_F(AcceleratedDecoderTest, DamagedPacketsAreNotItsFault) {
    write_clip(folder / "a.mp4", 60);
    const auto packets = with_damage(packets_of(folder / "a.mp4"), 5, 20);
    const auto decode = accelerated();
    EXPECT_GE(decode_all(*decode, packets), 10);
    EXPECT_EQ(decode->stats().decoder, "h264 (fake)");
    EXPECT_GE(decode->stats().corrupt, 15U);
}

TEST_F(AcceleratedDecoderTest, DamageWithoutEndMakesSoftwareTakeOver) {
    write_clip(folder / "a.mp4", 90);
    const auto packets = with_damage(packets_of(folder / "a.mp4"), 5, 45);
    const auto decode = accelerated();
    EXPECT_GE(decode_all(*decode, packets), 40) << "the key frame at 50 and what follows";
    EXPECT_EQ(decode->stats().decoder, "h264 (software)");
}

TEST_F(DecoderTest, AnUnknownAcceleratorNamesTheKnownOnes) {
    write_clip(folder / "a.mp4", 2);
    DecoderOptions options;
    options.hwaccel = "warp-drive";
    const auto read = reader((folder / "a.mp4").string(), {}, options);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(read.error().message().find("none"), std::string::npos);
}

TEST(VideoDecoders, IncludeWhatCamerasSend) {
    const auto names = video_decoders();
    EXPECT_NE(std::find(names.begin(), names.end(), "h264"), names.end());
    EXPECT_NE(std::find(names.begin(), names.end(), "mjpeg"), names.end());
}

} // namespace
} // namespace vedette::media
