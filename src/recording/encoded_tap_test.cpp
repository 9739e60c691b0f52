#include "vedette/recording/encoded_tap.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "test_recordings.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

/// What a recorder would get.
struct Got {
    std::mutex mutex;
    std::vector<media::Packet> packets;
    std::vector<WallTime> came;
    std::vector<std::string> codecs;
    std::vector<std::string> ends;
    std::vector<std::string> withheld;
};

class CollectingTap final : public RecorderTap {
public:
    explicit CollectingTap(std::shared_ptr<Got> got) : got_{std::move(got)} {}
    using RecorderTap::take;
    void take(const media::Packet& packet, const media::StreamInfo& streams) override {
        take(packet, streams, WallTime{});
    }
    void take(const media::Packet& packet, const media::StreamInfo& streams,
              WallTime came) override {
        const std::scoped_lock lock{got_->mutex};
        got_->packets.push_back(packet);
        got_->came.push_back(came);
        got_->codecs.push_back(streams.codec);
    }
    void withhold(const std::string& why) override {
        const std::scoped_lock lock{got_->mutex};
        got_->withheld.push_back(why);
    }
    void end(const std::string& why) override {
        const std::scoped_lock lock{got_->mutex};
        got_->ends.push_back(why);
    }

private:
    const std::shared_ptr<Got> got_;
};

/// Encodes nothing until it is let go, or not at all.
class HeldBackend final : public media::EncoderBackend {
public:
    [[nodiscard]] std::vector<media::EncoderKind> kinds() const override { return real->kinds(); }
    [[nodiscard]] Result<std::unique_ptr<media::Encoder>>
    open(const media::EncoderKind& kind, const media::EncoderOptions& options) override {
        if (held.valid())
            held.wait();
        if (refuses)
            return Error{ErrorCode::unavailable, "none today"};
        return real->open(kind, options);
    }
    const std::unique_ptr<media::EncoderBackend> real = media::libav_encoders();
    std::shared_future<void> held;
    bool refuses = false;
};

/// What gauges show, and showed at most.
class Gauges final : public Metrics {
public:
    struct Shown final : Gauge {
        void set(double value) override {
            const std::scoped_lock lock{mutex};
            now = value;
            most = std::max(most, value);
        }
        std::mutex mutex;
        double now = -1;
        double most = -1;
    };
    std::shared_ptr<Counter> counter(const std::string& name, const std::string& help,
                                     const MetricLabels& labels) override {
        return null_.counter(name, help, labels);
    }
    std::shared_ptr<Gauge> gauge(const std::string& name, const std::string&,
                                 const MetricLabels&) override {
        return of(name);
    }
    std::shared_ptr<Histogram> histogram(const std::string& name, const std::string& help,
                                         const std::vector<double>& buckets,
                                         const MetricLabels& labels) override {
        return null_.histogram(name, help, buckets, labels);
    }
    std::shared_ptr<Shown> of(const std::string& name) {
        auto& gauge = gauges_[name];
        if (!gauge)
            gauge = std::make_shared<Shown>();
        return gauge;
    }

private:
    std::map<std::string, std::shared_ptr<Shown>> gauges_;
    NullMetrics null_;
};

/// Goes on by a step whenever it is asked. The wall clock is set forward all the time.
class SteppingClock final : public Clock {
public:
    explicit SteppingClock(std::chrono::milliseconds step) : step_{step} {}
    [[nodiscard]] WallTime wall_now() const override {
        return WallTime{std::chrono::hours{wall_asked_.fetch_add(1)}};
    }
    [[nodiscard]] SteadyTime steady_now() const override {
        return SteadyTime{step_ * asked_.fetch_add(1)};
    }
    [[nodiscard]] int asked() const { return asked_.load(); }

private:
    const std::chrono::milliseconds step_;
    mutable std::atomic<int> asked_{0};
    mutable std::atomic<int> wall_asked_{0};
};

class EncodedTapTest : public ::testing::Test {
protected:
    void SetUp() override {
        const auto made = make_clip(6);
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *made;
    }
    std::unique_ptr<media::PacketTap> tap(std::size_t max_waiting_bytes = 16U << 20U) {
        return encoded(std::make_unique<CollectingTap>(got), {.encoder = "software"},
                       {.encoders = chooser,
                        .metrics = metrics,
                        .log = log,
                        .clock = stepping ? static_cast<const Clock&>(*stepping) : clock,
                        .camera = domain::CameraId{"gate"},
                        .mask = mask,
                        .hwaccel = "none",
                        .max_waiting_bytes = max_waiting_bytes});
    }
    void take(media::PacketTap& into, std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            into.take(clip.packets[i], clip.streams);
    }
    /// Each once the one before is done. \pre the clock steps
    void take_in_turn(media::PacketTap& into, std::size_t count) {
        constexpr int kAskedForEach = 3; // when it comes, and before and after it is worked on
        for (std::size_t i = 0; i < count; ++i) {
            take(into, i, i + 1);
            while (stepping->asked() < kAskedForEach * static_cast<int>(i + 1))
                std::this_thread::yield();
        }
    }

    std::shared_ptr<HeldBackend> backend = std::make_shared<HeldBackend>();
    NullLog log;
    Gauges metrics;
    const SystemClock clock;
    std::optional<SteppingClock> stepping; ///< instead of it
    const media::FfmpegLogGuard quiet{log};
    std::shared_ptr<media::EncoderChooser> chooser =
        std::make_shared<media::EncoderChooser>(backend, log);
    imaging::PictureMask mask;
    testing::Clip clip;
    std::shared_ptr<Got> got = std::make_shared<Got>();
};

TEST_F(EncodedTapTest, HandsOnWhatItEncodedWithTheTimeAtWhichItCame) {
    const WallTime before = clock.wall_now();
    const auto work = tap();
    take(*work, 0, 90);
    const WallTime after = clock.wall_now();
    work->end("over");
    ASSERT_EQ(got->packets.size(), 90U);
    for (std::size_t i = 0; i < 90; ++i) {
        EXPECT_EQ(got->packets[i].at(), clip.packets[i].at());
        EXPECT_GE(got->came[i], before);
        EXPECT_LE(got->came[i], after) << "not when it was encoded";
    }
    EXPECT_EQ(got->ends, std::vector<std::string>{"over"});
}

TEST_F(EncodedTapTest, NeverWaitsAndLosesWhatDoesNotFitUpToAKeyFrame) {
    std::promise<void> go;
    backend->held = go.get_future().share();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < 30; ++i)
        bytes += clip.packets[i].size_bytes();
    const auto work = tap(bytes);
    take(*work, 0, 60);
    go.set_value();
    while (true) { // the thread goes on with what waited
        const std::scoped_lock lock{got->mutex};
        if (got->packets.size() >= 25)
            break;
        std::this_thread::yield();
    }
    take(*work, 60, 150);
    work->end("");
    ASSERT_GE(got->packets.size(), 25U + 35U); // what is four seconds ahead is lost, too
    ASSERT_LT(got->packets.size(), 120U);
    bool gap = false;
    for (std::size_t i = 1; i < got->packets.size(); ++i) {
        const auto step = got->packets[i].at() - got->packets[i - 1].at();
        if (step > std::chrono::milliseconds{45}) {
            gap = true;
            const auto from_second = got->packets[i].at().time_since_epoch().count() % 1'000'000;
            EXPECT_EQ(from_second, 0) << "it goes on with a key frame";
        }
    }
    EXPECT_TRUE(gap);
}

TEST_F(EncodedTapTest, WithoutAnEncoderPacketsAreRecordedAsTheyCome) {
    backend->refuses = true;
    const auto work = tap();
    take(*work, 0, 50);
    work->end("");
    ASSERT_EQ(got->packets.size(), 49U) << "but for the first, which was tried";
    EXPECT_EQ(got->packets.back().set_up(), clip.packets.back().set_up());
}

TEST_F(EncodedTapTest, NothingThatIsMaskedIsEverRecordedAsItComes) {
    backend->refuses = true;
    mask = imaging::PictureMask{{{{0, 0}, {1, 0}, {1, 1}}}};
    const auto work = tap();
    take(*work, 0, 50);
    work->end("over");
    EXPECT_TRUE(got->packets.empty());
    ASSERT_EQ(got->ends.size(), 2U);
    EXPECT_NE(got->ends.front().find("could not be encoded"), std::string::npos);
    ASSERT_EQ(got->withheld.size(), 1U);
    for (const char* said : {"privacy mask", "none today", "record.encode.encoder"})
        EXPECT_NE(got->withheld.front().find(said), std::string::npos) << got->withheld.front();
}

TEST_F(EncodedTapTest, GoesOnWhenWhoMadeItIsGone) {
    const auto work = tap();
    chooser.reset();
    backend.reset();
    take(*work, 0, 50);
    work->end("");
    EXPECT_EQ(got->packets.size(), 50U);
}

TEST_F(EncodedTapTest, AClockThatIsSetMakesNothingLate) {
    stepping.emplace(std::chrono::milliseconds{50});
    const auto work = tap();
    take_in_turn(*work, 100);
    EXPECT_EQ(metrics.of("recording_encode_level")->most, 0);
    work->end("");
}

TEST_F(EncodedTapTest, ShowsNothingOfWhatIsOver) {
    stepping.emplace(std::chrono::milliseconds{600}); // what comes is always late
    const auto work = tap();
    take_in_turn(*work, 100);
    work->end("");
    EXPECT_GE(metrics.of("recording_encode_level")->most, 1);
    EXPECT_EQ(metrics.of("recording_encode_works")->most, 1);
    EXPECT_GT(metrics.of("recording_encode_busy_ratio")->most, 0);
    for (const char* name :
         {"recording_encode_level", "recording_encode_works", "recording_encode_busy_ratio"})
        EXPECT_EQ(metrics.of(name)->now, 0) << name;
}

TEST_F(EncodedTapTest, MayEndBeforeAnythingCame) {
    tap()->end("nothing came");
    EXPECT_EQ(got->ends, std::vector<std::string>{"nothing came"});
    tap().reset();
}

} // namespace
} // namespace vedette::recording
