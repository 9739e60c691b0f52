#include "vedette/media/input_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>
#include <utility>

#include "ffmpeg/stream_data.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;
using ports::CameraState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Packet key_frame() {
    auto data = std::make_shared<Packet::Data>();
    data->packet.reset(av_packet_alloc());
    data->packet->flags |= AV_PKT_FLAG_KEY;
    auto parameters = std::make_shared<StreamInfo::Parameters>();
    parameters->codec.reset(avcodec_parameters_alloc());
    parameters->codec->codec_type = AVMEDIA_TYPE_VIDEO;
    data->parameters = std::move(parameters);
    return Packet{std::move(data)};
}

/// Key frames for ever, or until it is to fail.
class Stream final : public Source {
public:
    explicit Stream(const std::atomic<bool>* fails = nullptr) : fails_{fails} {}
    [[nodiscard]] const StreamInfo& info() const override { return info_; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Result<std::optional<Packet>> read(std::stop_token stop) override {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped"};
        if (fails_ != nullptr && *fails_)
            return Error{ErrorCode::unavailable, "it hung up"};
        return std::optional{key_frame()};
    }

private:
    const std::atomic<bool>* fails_;
    StreamInfo info_;
    std::string name_ = "stream";
};

class InputMonitorTest : public ::testing::Test {
protected:
    InputMonitor::Options options(std::optional<FallbackOptions> fallback = std::nullopt) {
        return {.camera = "gate",
                .roles = {"record", "audio"},
                .location = "rtsp://user:secret@host/main",
                .retry = {.first = 1s, .longest = 8s, .jitter = 0},
                .fallback = std::move(fallback),
                .trial = 0ms};
    }
    InputMonitor::Parts parts() {
        return {.metrics = &metrics_,
                .log = &log_,
                .clock = &clock_,
                .on_change = [this](const ports::InputStatus& input) { heard_.push_back(input); },
                .open_for_trial = [this](const std::stop_token&) { return open_for_trial(); }};
    }
    Result<std::unique_ptr<Source>> open_for_trial() {
        ++trials_;
        if (main_fails_)
            return Error{ErrorCode::unavailable, "no route to the camera"};
        return std::make_unique<Stream>();
    }
    static FallbackOptions sub() {
        return {.location = "rtsp://user:secret@host/sub", .after = 3, .try_again = 60s};
    }
    /// Opens it, sees a picture, and another one after that time.
    std::unique_ptr<Source> play(InputMonitor& monitor, std::chrono::seconds time = 0s) {
        auto source = monitor.watch(std::make_unique<Stream>());
        EXPECT_TRUE(source->read({}));
        clock_.advance(time);
        EXPECT_TRUE(source->read({}));
        return source;
    }
    /// Reads until it ends, or a trial has failed.
    Status read_until_trial_is_over(Source& source, int trials) {
        while (true) {
            if (auto packet = source.read({}); !packet)
                return packet.error();
            const std::scoped_lock lock{log_mutex_};
            if (trials_ >= trials && failed_trials_ >= trials)
                return {};
            std::this_thread::yield();
        }
    }
    void fail(InputMonitor& monitor, int times) {
        for (int i = 0; i < times; ++i)
            (void)monitor.lost("no answer");
    }

    /// Counts the trials that failed.
    class CountingLog final : public Log {
    public:
        explicit CountingLog(InputMonitorTest& test) : test_{test} {}
        void write(LogLevel, std::string_view message, std::span<const LogField>) override {
            const std::scoped_lock lock{test_.log_mutex_};
            test_.failed_trials_ += message.starts_with("an input is not well yet") ? 1 : 0;
        }

    private:
        InputMonitorTest& test_;
    };

    ManualClock clock_;
    NullMetrics metrics_;
    std::mutex log_mutex_;
    int failed_trials_ = 0; ///< under log_mutex_
    CountingLog log_{*this};
    std::vector<ports::InputStatus> heard_;
    std::atomic<int> trials_{0};
    std::atomic<bool> main_fails_{true};
};

TEST_F(InputMonitorTest, TellsHowTheConnectionFares) {
    InputMonitor monitor{options(), parts()};
    EXPECT_EQ(monitor.status().state, CameraState::starting);
    EXPECT_EQ(monitor.status().source, "rtsp://***@host/main");
    EXPECT_FALSE(monitor.status().last_packet);
    clock_.advance(5s);
    play(monitor);
    EXPECT_EQ(monitor.status().state, CameraState::online);
    EXPECT_EQ(monitor.status().since, clock_.wall_now());
    EXPECT_EQ(monitor.status().last_packet, clock_.wall_now());
    clock_.advance(5s);
    EXPECT_EQ(monitor.lost("it hung up"), 1s);
    monitor.opens_again();
    const auto status = monitor.status();
    EXPECT_EQ(status.state, CameraState::offline);
    EXPECT_EQ(status.problem, "it hung up");
    EXPECT_EQ(status.since, clock_.wall_now());
    EXPECT_EQ(status.reconnects, 1U);
    EXPECT_EQ(status.breaks, 1U);
    EXPECT_THAT(status.roles, ElementsAre("record", "audio"));
    ASSERT_EQ(heard_.size(), 2U);
    EXPECT_EQ(heard_[1].state, CameraState::offline);
}

TEST_F(InputMonitorTest, WaitsLongerWithEachFailureUntilItWasWellForAWhile) {
    InputMonitor monitor{options(), parts()};
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 5; ++i)
        pauses.push_back(monitor.lost("no answer"));
    EXPECT_THAT(pauses, ElementsAre(1s, 2s, 4s, 8s, 8s));
    EXPECT_EQ(monitor.status().breaks, 0U) << "no picture had come";
    play(monitor, 29s);
    EXPECT_EQ(monitor.lost("it hung up"), 8s) << "it broke off again";
    play(monitor, 30s);
    EXPECT_EQ(monitor.lost("it hung up"), 1s);
}

TEST_F(InputMonitorTest, AnInputThatKeepsFailingHasItsFallback) {
    InputMonitor monitor{options(sub()), parts()};
    fail(monitor, 1);
    play(monitor, 10s); // too short to be well
    fail(monitor, 1);
    EXPECT_FALSE(monitor.on_fallback());
    fail(monitor, 1);
    EXPECT_TRUE(monitor.on_fallback());
    EXPECT_EQ(monitor.location(), "rtsp://user:secret@host/sub");
    heard_.clear();
    play(monitor);
    ASSERT_EQ(heard_.size(), 1U);
    EXPECT_TRUE(heard_[0].on_fallback);
    EXPECT_EQ(heard_[0].source, "rtsp://***@host/sub");
    EXPECT_EQ(heard_[0].fallback_reason, "no answer");
}

TEST_F(InputMonitorTest, FailuresThatAreFarApartAreNotInARow) {
    InputMonitor monitor{options(sub()), parts()};
    for (int i = 0; i < 10; ++i) {
        play(monitor, 31s);
        fail(monitor, 1);
    }
    EXPECT_FALSE(monitor.on_fallback());
    InputMonitor without{options(), parts()};
    fail(without, 10);
    EXPECT_FALSE(without.on_fallback());
}

TEST_F(InputMonitorTest, IsGoneBackToOnceATrialBesideItsFallbackIsWell) {
    main_fails_ = false;
    InputMonitor monitor{options(sub()), parts()};
    fail(monitor, 3);
    auto source = play(monitor, 47s);
    EXPECT_EQ(trials_, 0) << "not yet";
    clock_.advance(13s);
    const Status ended = read_until_trial_is_over(*source, 1);
    ASSERT_FALSE(ended);
    EXPECT_THAT(ended.error().message(), HasSubstr("gone back to"));
    EXPECT_EQ(monitor.status().state, CameraState::online) << "until it is opened";
    source.reset();
    EXPECT_EQ(monitor.lost(ended.error().message()), 0s);
    EXPECT_FALSE(monitor.on_fallback());
    EXPECT_EQ(monitor.status().breaks, 0U) << "nothing broke";
    heard_.clear();
    play(monitor);
    ASSERT_EQ(heard_.size(), 1U);
    EXPECT_FALSE(heard_[0].on_fallback);
    EXPECT_EQ(heard_[0].fallback_reason, "");
}

TEST_F(InputMonitorTest, AnInputThatFailsAgainSoonIsTriedAgainLater) {
    main_fails_ = false;
    InputMonitor monitor{options(sub()), parts()};
    fail(monitor, 3);
    for (const auto pause : {60s, 96s}) { // jitter: between 96 and 120 s
        auto source = play(monitor, pause - 13s);
        const int before = trials_;
        clock_.advance(37s);
        EXPECT_FALSE(read_until_trial_is_over(*source, before + 1));
        EXPECT_EQ(trials_, before + 1);
        source.reset();
        EXPECT_EQ(monitor.lost("back"), 0s);
        play(monitor, 5s);
        fail(monitor, 1);
        EXPECT_TRUE(monitor.on_fallback()) << "one failure is enough now";
    }
}

TEST_F(InputMonitorTest, ATrialThatFailsLeavesTheFallbackAlone) {
    InputMonitor monitor{options(sub()), parts()};
    fail(monitor, 3);
    auto source = play(monitor, 61s);
    EXPECT_TRUE(read_until_trial_is_over(*source, 1));
    EXPECT_TRUE(source->read({}));
    EXPECT_TRUE(monitor.on_fallback());
    clock_.advance(90s);
    EXPECT_TRUE(source->read({}));
    EXPECT_EQ(trials_, 1) << "it waits longer now";
    clock_.advance(40s);
    EXPECT_TRUE(read_until_trial_is_over(*source, 2));
    EXPECT_EQ(monitor.status().state, CameraState::online);
}

TEST_F(InputMonitorTest, WhereBothFailTheyTakeTurnsAndNobodyHearsOfIt) {
    InputMonitor monitor{options(sub()), parts()};
    fail(monitor, 3);
    std::string used;
    for (int i = 0; i < 6; ++i) {
        used += monitor.on_fallback() ? 'f' : 'm';
        fail(monitor, 1);
    }
    EXPECT_EQ(used, "fmfmfm");
    ASSERT_EQ(heard_.size(), 1U);
    EXPECT_EQ(heard_[0].state, CameraState::offline);
}

TEST_F(InputMonitorTest, AFallbackThatWasWellIsOpenedAgainFirst) {
    InputMonitor monitor{options(sub()), parts()};
    fail(monitor, 3);
    play(monitor, 40s);
    fail(monitor, 1);
    EXPECT_TRUE(monitor.on_fallback());
    fail(monitor, 1);
    EXPECT_FALSE(monitor.on_fallback());
}

TEST_F(InputMonitorTest, ARecordingThatIsOverIsNotAway) {
    InputMonitor monitor{options(), parts()};
    play(monitor);
    monitor.ended();
    EXPECT_EQ(monitor.status().state, CameraState::ended);
    EXPECT_EQ(monitor.status().problem, "");
}

} // namespace
} // namespace vedette::media
