#include "vedette/pipeline/processor.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <utility>

#include "frame_feed.h"
#include "sampler.h"
#include "test_fakes.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using namespace testing;

constexpr domain::NormBox kSomewhere{0.1F, 0.1F, 0.2F, 0.4F};

class ProcessorTest : public ::testing::Test, public FrameObserver {
protected:
    Status frame_done(const imaging::Frame& frame, std::span<const LiveTrack>) override {
        observed_.push_back(frame.sequence);
        return {};
    }
    RunReport run(std::unique_ptr<ScriptedSource> source, ScriptedDetector& detector,
                  std::stop_token stop = {}) {
        return run_with(std::move(source), {{&detector}}, std::move(stop));
    }
    RunReport run_with(std::unique_ptr<ScriptedSource> source,
                       const std::vector<DetectorLane>& lanes, std::stop_token stop = {}) {
        analyzer_ = std::make_unique<CameraAnalyzer>(CameraOptions{}, AnalysisIdentity{},
                                                     std::make_unique<ScriptedTracker>(), nullptr,
                                                     *grammars_, sink_, probe_, clock_);
        Processor processor{std::move(source),
                            std::make_unique<ScriptedDecoder>(),
                            options_,
                            {.lanes = lanes,
                             .motion = motion_,
                             .analyzer = analyzer_.get(),
                             .observer = observer_,
                             .probe = &probe_,
                             .clock = &clock_,
                             .log = &log_,
                             .on_progress = {}}};
        return processor.run(std::move(stop));
    }

    DetectOptions options_;
    FrameObserver* observer_ = nullptr;
    vision::MotionDetector* motion_ = nullptr;
    std::vector<std::uint64_t> observed_;
    CollectingSink sink_;
    NullMetrics metrics_;
    NullLog log_;
    PipelineProbe probe_{metrics_, log_, "camera"};
    ManualClock clock_;
    Result<vision::PlateGrammars> grammars_ = vision::PlateGrammars::builtin();
    std::unique_ptr<CameraAnalyzer> analyzer_;
};

TEST_F(ProcessorTest, LooksAtTheAskedRateAndConcludesAtTheEnd) {
    ScriptedDetector detector{{seen("person", kSomewhere)}};
    const RunReport report =
        run(std::make_unique<ScriptedSource>(100, std::nullopt), detector); // 4 s at 25/s
    EXPECT_TRUE(report.ended);
    EXPECT_EQ(report.progress.frames, 100U);
    EXPECT_EQ(report.progress.looked, 20U); // 5 a second
    EXPECT_EQ(sink_.events.size(), 1U);
}

TEST_F(ProcessorTest, AnObserverSeesEveryPictureInOrder) {
    observer_ = this;
    ScriptedDetector detector{{}};
    run(std::make_unique<ScriptedSource>(50, std::nullopt), detector);
    ASSERT_EQ(observed_.size(), 50U);
    for (std::size_t i = 0; i < observed_.size(); ++i)
        EXPECT_EQ(observed_[i], i);
}

TEST_F(ProcessorTest, AnInputThatBreaksOffKeepsWhatWasSeen) {
    ScriptedDetector detector{{seen("person", kSomewhere)}};
    const RunReport report =
        run(std::make_unique<ScriptedSource>(50, Error{ErrorCode::data_loss, "file is cut short"}),
            detector);
    ASSERT_FALSE(report.ended);
    EXPECT_EQ(report.ended.error().code(), ErrorCode::data_loss);
    EXPECT_EQ(report.progress.frames, 50U);
    EXPECT_EQ(sink_.events.size(), 1U);
}

TEST_F(ProcessorTest, ADetectorThatFailsEndsTheRunWithItsOwnReason) {
    ScriptedDetector detector{{seen("person", kSomewhere)}, 3};
    const RunReport report =
        run(std::make_unique<ScriptedSource>(1'000'000, std::nullopt), detector);
    ASSERT_FALSE(report.ended);
    EXPECT_EQ(report.ended.error().message(), "device lost");
    EXPECT_LT(report.progress.frames, 1000U);
    EXPECT_EQ(sink_.events.size(), 1U);
}

TEST_F(ProcessorTest, LanesShareThePicturesAndKeepTheirOrder) {
    observer_ = this;
    ScriptedDetector one{{seen("person", kSomewhere)}};
    ScriptedDetector other{{seen("person", kSomewhere)}};
    const RunReport report =
        run_with(std::make_unique<ScriptedSource>(500, std::nullopt), {{&one}, {&other}});
    EXPECT_TRUE(report.ended);
    EXPECT_EQ(report.progress.looked, 100U);
    EXPECT_EQ(one.calls + other.calls, 100);
    ASSERT_EQ(observed_.size(), 500U);
    EXPECT_TRUE(std::is_sorted(observed_.begin(), observed_.end()));
}

TEST_F(ProcessorTest, OneLaneThatFailsEndsTheRunOfAll) {
    ScriptedDetector sound{{seen("person", kSomewhere)}};
    ScriptedDetector broken{{seen("person", kSomewhere)}, 3};
    const RunReport report =
        run_with(std::make_unique<ScriptedSource>(1'000'000, std::nullopt), {{&sound}, {&broken}});
    ASSERT_FALSE(report.ended);
    EXPECT_EQ(report.ended.error().message(), "device lost");
    EXPECT_EQ(sink_.events.size(), 1U);
}

TEST_F(ProcessorTest, ASinkThatFailsEndsTheRun) {
    sink_.fails = true;
    ScriptedDetector detector{{seen("person", kSomewhere)}};
    const RunReport report = run(std::make_unique<ScriptedSource>(50, std::nullopt), detector);
    ASSERT_FALSE(report.ended);
    EXPECT_EQ(report.ended.error().code(), ErrorCode::resource_exhausted);
}

TEST_F(ProcessorTest, AStopRequestEndsItWithTheTracksConcluded) {
    std::stop_source stop;
    ScriptedDetector detector{{seen("person", kSomewhere)}};
    stop.request_stop();
    const RunReport report = run(std::make_unique<ScriptedSource>(1'000'000'000, std::nullopt),
                                 detector, stop.get_token());
    ASSERT_FALSE(report.ended);
    EXPECT_EQ(report.ended.error().code(), ErrorCode::cancelled);
}

TEST_F(ProcessorTest, WithoutADetectorWhatMovesIsFollowed) {
    struct Mover final : vision::MotionDetector {
        vision::MotionResult update(const imaging::ImageView&) override {
            const domain::NormBox lamp{0.1F, 0.7F, 0.1F, 0.1F};
            const domain::NormBox leaf{0.9F, 0.9F, 0.01F, 0.01F};
            thing.left += 0.01F;
            return {.regions = {thing, lamp, leaf, kSomewhere},
                    .movers = {thing, lamp, leaf},
                    .changed_share = 0.1F,
                    .lightning = false};
        }
        domain::NormBox thing = kSomewhere;
    } mover;
    motion_ = &mover;
    run_with(std::make_unique<ScriptedSource>(50, std::nullopt), {});
    ASSERT_EQ(sink_.events.size(), 2U); // the leaf is too small
    int published = 0;
    for (const domain::Event& event : sink_.events) {
        EXPECT_EQ(event.label, kMovingLabel);
        published += domain::is_published(event.verdict) ? 1 : 0;
    }
    EXPECT_EQ(published, 1) << "the lamp gets nowhere";
}

TEST_F(ProcessorTest, SwitchedOffDetectionLooksAtNothing) {
    options_.enabled = false;
    ScriptedDetector detector{{seen("person", kSomewhere)}};
    run(std::make_unique<ScriptedSource>(50, std::nullopt), detector);
    EXPECT_EQ(detector.calls, 0);
}

TEST(RateSampler, SpreadsPicturesEvenlyWhateverTheFrameRate) {
    for (const double camera_fps : {5.0, 12.5, 15.0, 25.0, 30.0, 50.0}) {
        RateSampler sampler{5};
        int due = 0;
        for (int i = 0; i < static_cast<int>(camera_fps * 10); ++i)
            due += sampler.is_due(StreamTime{
                       std::chrono::microseconds{static_cast<std::int64_t>(i * 1e6 / camera_fps)}})
                       ? 1
                       : 0;
        EXPECT_NEAR(due, 50, 1) << camera_fps;
    }
}

TEST(RateSampler, ACameraSlowerThanAskedIsSeenWhole) {
    RateSampler sampler{10};
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(sampler.is_due(StreamTime{std::chrono::milliseconds{500 * i}}));
}

TEST(RateSampler, AJumpBackStartsAnew) {
    RateSampler sampler{5};
    EXPECT_TRUE(sampler.is_due(StreamTime{100s}));
    EXPECT_FALSE(sampler.is_due(StreamTime{100s + 40ms}));
    EXPECT_TRUE(sampler.is_due(StreamTime{1s}));
    EXPECT_FALSE(sampler.is_due(StreamTime{1s + 40ms}));
}

/// A stream of which every `nth` picture is built on by others, decoded only as far as needed.
struct SampledStream {
    int taken = 0;
    int decoded = 0;
    int slots = 0; ///< of 1/5 s that had a picture
    StreamClock::duration longest_gap{};
};

/// \param told  by the packets which pictures others build on: they come before those between them
SampledStream sample(double fps, int nth, bool told) {
    constexpr StreamClock::duration kSlot = 200ms;
    const StreamClock::duration spacing{static_cast<std::int64_t>(1e6 / fps)};
    RateSampler sampler{5};
    SampledStream out;
    StreamTime last{};
    std::int64_t last_slot = -1;
    const auto time_of = [spacing](int i) { // a trembling clock
        return StreamTime{i * spacing + std::chrono::microseconds{(i * 7919) % 5000}};
    };
    for (int i = 0; i < 600; ++i) {
        const StreamTime at = time_of(i);
        if (told && i % nth == 1 % nth)
            sampler.foresee(time_of(i - 1 % nth + nth));
        const std::int64_t slot = (at.time_since_epoch() + kSlot / 8) / kSlot;
        out.slots += std::exchange(last_slot, slot) != slot ? 1 : 0;
        if (i % nth != 0 && !sampler.should_decode(at, spacing))
            continue;
        ++out.decoded;
        if (!sampler.is_due(at))
            continue;
        ++out.taken;
        out.longest_gap = std::max(out.longest_gap, at - last);
        last = at;
    }
    return out;
}

TEST(RateSampler, EverySlotGetsAPictureThoughMostAreNotDecoded) {
    for (const double fps : {4.0, 6.0, 8.0, 10.0, 12.5, 15.0, 25.0, 30.0, 60.0})
        for (const int nth : {1, 2, 3, 4, 8, 50})
            for (const bool told : {false, true}) {
                const SampledStream stream = sample(fps, nth, told);
                const auto which = ::testing::Message() << fps << " fps, every " << nth << ".";
                EXPECT_LE(stream.taken, stream.slots) << which;
                EXPECT_GE(stream.taken, stream.slots - 1) << which << " (the last may be short)";
                EXPECT_LE(stream.longest_gap, 350ms) << which;
            }
}

TEST(RateSampler, TakesWhatMustBeDecodedAnyway) {
    const SampledStream stream = sample(25, 2, false);
    EXPECT_EQ(stream.decoded, 300); // all that others build on, and nothing else
    EXPECT_LT(sample(25, 50, false).decoded, 150);
    EXPECT_EQ(sample(25, 4, true).decoded, 150 + 30) << "a quarter of the slots have none in time";
}

TEST(FrameFeed, PassesOverWhatALiveStreamBringsTooLate) {
    for (const bool live : {true, false}) {
        ManualClock clock;
        NullMetrics metrics;
        NullLog log;
        PipelineProbe probe{metrics, log, "gate"};
        FrameFeed feed{std::make_unique<ScriptedSource>(5, std::nullopt, live),
                       std::make_unique<ScriptedDecoder>(),
                       {},
                       {.probe = &probe, .clock = &clock, .every_picture = true}};
        const Status ended = feed.run({}, [&clock](const FedFrame&) {
            clock.advance(2s); // the machine is slow
            return true;
        });
        EXPECT_TRUE(ended);
        EXPECT_EQ(feed.frames(), live ? 1U : 5U) << "a file waits";
    }
}

/// Takes packets and gives nothing.
class BarrenDecoder final : public media::Decoder {
public:
    Status send(const media::Packet&, media::Wanted) override { return {}; }
    Status finish() override { return {}; }
    Status restart() override { return {}; }
    void release_memory() override {}
    [[nodiscard]] Result<std::optional<imaging::FramePtr>> receive() override {
        return std::optional<imaging::FramePtr>{};
    }
    [[nodiscard]] const media::DecoderStats& stats() const override { return stats_; }

private:
    media::DecoderStats stats_;
};

/// A packet each second.
class SlowSource final : public media::Source {
public:
    explicit SlowSource(ManualClock& clock) : clock_{clock} {}
    [[nodiscard]] const media::StreamInfo& info() const override { return inner_.info(); }
    [[nodiscard]] const std::string& name() const override { return inner_.name(); }
    [[nodiscard]] Result<std::optional<media::Packet>> read(std::stop_token stop) override {
        clock_.advance(1s);
        return inner_.read(std::move(stop));
    }

private:
    ManualClock& clock_;
    ScriptedSource inner_{1000, std::nullopt, true};
};

TEST(FrameFeed, PacketsThatGiveNoPicturesAreABreak) {
    ManualClock clock;
    NullMetrics metrics;
    NullLog log;
    PipelineProbe probe{metrics, log, "gate"};
    const auto run = [&](std::unique_ptr<media::Decoder> decoder, SteadyTime::duration patience) {
        FrameFeed feed{std::make_unique<SlowSource>(clock),
                       std::move(decoder),
                       {},
                       {.probe = &probe, .clock = &clock, .no_pictures = patience}};
        return feed.run({}, [](const FedFrame&) { return true; });
    };
    const SteadyTime began = clock.steady_now();
    const Status barren = run(std::make_unique<BarrenDecoder>(), 20s);
    ASSERT_FALSE(barren);
    EXPECT_EQ(barren.error().code(), ErrorCode::data_loss);
    EXPECT_LT(clock.steady_now() - began, 200s) << "no key frame came either";
    EXPECT_TRUE(run(std::make_unique<BarrenDecoder>(), 0s)) << "a recording is read to its end";
    EXPECT_TRUE(run(std::make_unique<ScriptedDecoder>(), 20s));
}

/// Finds everything moving, and counts the pictures that it was shown.
class CountingMotion final : public vision::MotionDetector {
public:
    [[nodiscard]] vision::MotionResult update(const imaging::ImageView&) override {
        ++pictures;
        return {.regions = {kSomewhere}, .movers = {kSomewhere}, .changed_share = 0.1F};
    }
    int pictures = 0;
};

TEST(FrameFeed, ShowsTheFirstPicturesOfAConnectionAndTrustsThemNot) {
    ManualClock clock;
    NullMetrics metrics;
    NullLog log;
    PipelineProbe probe{metrics, log, "gate"};
    CountingMotion motion;
    DetectOptions options;
    options.fps = 25;
    FrameFeed feed{std::make_unique<ScriptedSource>(20, std::nullopt, true),
                   std::make_unique<ScriptedDecoder>(),
                   options,
                   {.motion = &motion,
                    .probe = &probe,
                    .clock = &clock,
                    .resting = true,
                    .settle_time = 400ms}};
    std::string looks;
    EXPECT_TRUE(feed.run({}, [&](const FedFrame& fed) {
        looks += fed.look ? 'L' : '-';
        return true;
    }));
    EXPECT_EQ(looks, "----------LLLLLLLLLL");
    EXPECT_EQ(motion.pictures, 10) << "the background learns nothing from them";
}

TEST(MotionGate, LingersAndThenLooksNowAndThen) {
    DetectOptions options;
    options.max_disappeared = 3;
    options.stationary = {.interval = 5, .threshold = 3};
    MotionGate gate{options};
    std::string looks;
    StreamTime at{40ms};
    for (const char moving : std::string{"m...................m.."}) {
        looks += gate.opens(at, moving == 'm') ? 'L' : '-';
        at += moving == '.' ? 190ms : 210ms; // pictures tremble around their times
    }
    EXPECT_EQ(looks, "LLLL----L----L----L-LLL");
}

TEST(MotionGate, ACameraOfFewPicturesIsLookedAtAsOftenAsAnyOther) {
    DetectOptions options; // parked things: once in ten seconds
    MotionGate gate{options};
    int looks = 0;
    for (StreamTime at{}; at < StreamTime{100s}; at += 2s)
        looks += gate.opens(at, false) ? 1 : 0;
    EXPECT_EQ(looks, 6 + 8) << "for ten seconds, then every ten";
}

} // namespace
} // namespace vedette::pipeline
