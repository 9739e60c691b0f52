// FrameFeed with the gate `packet`, over clips that are made here.

#include <gtest/gtest.h>
#include <random>

#include "frame_feed.h"
#include "test_fakes.h"
#include "testing/temporary_folder.h"
#include "vedette/imaging/image.h"
#include "vedette/media/ffmpeg_log.h"
#include "vedette/media/video_writer.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using namespace testing;

constexpr int kWidth = 192;
constexpr int kHeight = 112;
constexpr int kFps = 10;

class GatedFeedTest : public ::testing::Test {
protected:
    GatedFeedTest() {
        EXPECT_TRUE(media::register_builtin_sources(sources_));
        options_.packet.stay_awake = 3s;
    }

    /// Grey with a little noise; a bright square crosses it from `from` to `to`.
    std::string clip(int seconds, std::chrono::milliseconds from, std::chrono::milliseconds to) {
        const auto path = folder_.path() / "clip.mp4";
        auto writer = media::VideoWriter::open(
            path, {.width_px = kWidth, .height_px = kHeight, .frame_rate = kFps});
        EXPECT_TRUE(writer);
        std::mt19937 random{7};
        for (int i = 0; i < seconds * kFps; ++i) {
            const auto at = i * 1000ms / kFps;
            imaging::Image picture{imaging::PixelFormat::bgr24, kWidth, kHeight};
            for (int y = 0; y < kHeight; ++y)
                for (int x = 0; x < 3 * kWidth; ++x)
                    picture.row(y)[x] = static_cast<std::uint8_t>(100 + random() % 3);
            if (at >= from && at < to)
                square(picture, static_cast<int>((at - from) / 100ms) * 6);
            EXPECT_TRUE((*writer)->write(picture.view(), StreamTime{at}));
        }
        EXPECT_TRUE((*writer)->finish());
        return path.string();
    }

    static void square(imaging::Image& picture, int x) {
        for (int y = 40; y < 70; ++y)
            for (int i = x; i < std::min(kWidth, x + 30); ++i)
                std::fill_n(picture.row(y) + 3 * i, 3, std::uint8_t{230});
    }

    struct Run {
        std::vector<StreamTime> looks;
        std::vector<StreamTime> pictures;
        GateReport gate;
        std::uint64_t decoded = 0;
    };

    Run run(const std::string& clip, GateMode mode, std::function<Followed()> followed = {}) {
        options_.gate = mode;
        auto source = media::open_source(sources_, clip, {}, clock_, log_);
        EXPECT_TRUE(source) << source.error().message();
        auto decoder = media::Decoder::open((*source)->info(), {.hwaccel = "none"}, log_);
        EXPECT_TRUE(decoder);
        const auto motion = vision::make_motion_detector({});
        FrameFeed feed{*std::move(source),
                       *std::move(decoder),
                       options_,
                       {.motion = motion.get(),
                        .probe = &probe_,
                        .clock = &clock_,
                        .resting = true,
                        .followed = std::move(followed),
                        .viewers = viewers_}};
        Run run;
        const Status ended = feed.run({}, [&run](const FedFrame& fed) {
            run.pictures.push_back(fed.frame->at);
            if (fed.look)
                run.looks.push_back(fed.frame->at);
            return true;
        });
        EXPECT_TRUE(ended);
        run.gate = feed.gate_report();
        run.decoded = feed.frames();
        return run;
    }

    static std::vector<StreamTime> between(const std::vector<StreamTime>& all,
                                           std::chrono::milliseconds from,
                                           std::chrono::milliseconds to) {
        std::vector<StreamTime> out;
        for (const StreamTime at : all)
            if (at >= StreamTime{from} && at < StreamTime{to})
                out.push_back(at);
        return out;
    }

    std::function<Viewers()> viewers_;
    TemporaryFolder folder_;
    media::SourceRegistry sources_;
    DetectOptions options_;
    NullMetrics metrics_;
    NullLog log_;
    media::FfmpegLogGuard no_chatter_{log_};
    PipelineProbe probe_{metrics_, log_, "camera"};
    SystemClock clock_;
};

TEST_F(GatedFeedTest, AsleepItDecodesKeyFramesAndLooksAtWhatItLooksAtWithoutAGate) {
    const std::string file = clip(70, 50'200ms, 53s);
    const Run all = run(file, GateMode::motion);
    const Run gated = run(file, GateMode::packet);
    EXPECT_EQ(all.decoded, 700U);
    EXPECT_FALSE(all.gate.on);
    EXPECT_LT(gated.decoded, 500U);
    EXPECT_GE(gated.gate.of(WakeReason::sizes) + gated.gate.of(WakeReason::picture), 1U);
    EXPECT_TRUE(std::is_sorted(gated.pictures.begin(), gated.pictures.end()));
    EXPECT_EQ(std::adjacent_find(gated.pictures.begin(), gated.pictures.end()),
              gated.pictures.end())
        << "no picture twice";
    const auto found = between(gated.looks, 50s, 55s);
    EXPECT_GE(found.size(), 20U);
    for (const StreamTime at : between(all.looks, 50200ms, 55s))
        EXPECT_TRUE(std::binary_search(found.begin(), found.end(), at))
            << at.time_since_epoch() / 1ms << " ms is not looked at";
}

TEST_F(GatedFeedTest, WithoutAGateNothingIsLeftOut) {
    const std::string file = clip(30, 90s, 99s);
    options_.require_motion = false;
    const Run motion = run(file, GateMode::motion);
    options_.require_motion = true;
    const Run off = run(file, GateMode::off);
    EXPECT_EQ(off.looks.size(), 150U) << "five a second, whatever moves";
    EXPECT_EQ(off.looks, motion.looks) << "require_motion: false is that, too";
}

TEST_F(GatedFeedTest, WhatIsParkedIsLookedAtAsOftenAsWithoutAGate) {
    const std::string file = clip(100, 900s, 999s);
    const Run nobody = run(file, GateMode::packet);
    const Run parked = run(file, GateMode::packet, [] { return Followed{.parked = true}; });
    EXPECT_EQ(parked.gate.wakes, nobody.gate.wakes);
    EXPECT_GE(between(parked.looks, 40s, 100s).size(), 4U) << "every ten seconds";
    EXPECT_LE(between(nobody.looks, 40s, 100s).size(), 1U) << "every minute";
}

TEST_F(GatedFeedTest, WhatIsFollowedIsSeenToItsEnd) {
    const std::string file = clip(60, 900s, 999s);
    const Run run_ = run(file, GateMode::packet, [] { return Followed{.moving = true}; });
    EXPECT_EQ(run_.decoded, 600U);
    EXPECT_EQ(run_.gate.probed, 0U);
}

TEST_F(GatedFeedTest, WhereNobodyLooksOnlyPicturesToBeShownAreDecoded) {
    const std::string file = clip(20, 5s, 10s);
    options_.enabled = false;
    for (const GateMode mode : {GateMode::off, GateMode::motion, GateMode::packet}) {
        const Run shown = run(file, mode);
        EXPECT_TRUE(shown.looks.empty());
        EXPECT_GE(shown.decoded, 4U);
        EXPECT_LE(shown.decoded, 10U) << "one in two seconds";
        EXPECT_EQ(shown.pictures.size(), shown.decoded);
    }
    viewers_ = [] { return Viewers::now_and_then; };
    const Run previewed = run(file, GateMode::off);
    EXPECT_GE(previewed.decoded, 2U);
    EXPECT_LE(previewed.decoded, 3U) << "one in eight seconds";
    viewers_ = [] { return Viewers::nobody; };
    EXPECT_EQ(run(file, GateMode::off).decoded, 1U);
}

} // namespace
} // namespace vedette::pipeline
