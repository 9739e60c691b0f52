#include "vedette/pipeline/live_node.h"

#include <atomic>
#include <condition_variable>
#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "live/overload_watch.h"
#include "live/rate_meter.h"
#include "test_fakes.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ports::CameraState;

constexpr domain::NormBox kSomewhere{0.1F, 0.1F, 0.2F, 0.4F};

/// Lets a test wait for what other threads do.
class Waiter {
public:
    template <class Change>
    void change(Change&& change) {
        {
            const std::scoped_lock lock{mutex_};
            change();
        }
        changed_.notify_all();
    }
    template <class Ready>
    [[nodiscard]] bool wait(Ready&& ready) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 20s, ready);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

class LiveNodeTest : public ::testing::Test, public CameraObserver {
protected:
    void state_changed(const ports::CameraStatus& status) override {
        waiter_.change([&] { states_[status.id.value()].push_back(status); });
    }

    void tamper_changed(const ports::TamperChange& change) override {
        waiter_.change([&] { tampered_.push_back(change); });
    }

    void load_changed(bool, double) override {}
    void input_changed(const domain::CameraId& camera, const ports::InputStatus& input) override {
        waiter_.change([&] { inputs_[camera.value()].push_back(input); });
    }

    /// The n-th opening of a camera gives a source of its own.
    using Script = std::function<Result<std::unique_ptr<media::Source>>(int opening)>;

    LiveNode::Parts parts() {
        return {.open = [this](const LiveCameraOptions& camera, media::InputMonitor& monitor,
                               const std::stop_token&) -> Result<OpenedInput> {
                    int opening = 0;
                    waiter_.change([&] {
                        opening = openings_[camera.camera.name]++;
                        locations_.push_back(monitor.location());
                    });
                    VEDETTE_TRY(auto source, scripts_.at(camera.camera.name)(opening));
                    return OpenedInput{monitor.watch(std::move(source)),
                                       std::make_unique<ScriptedDecoder>()};
                },
                .lanes = {{&detector_}},
                .analysis = {.site = "home",
                             .models = {},
                             .plates = nullptr,
                             .grammars = &*grammars_,
                             .sink = &sink_,
                             .clock = &clock_},
                .observer = this,
                .metrics = &metrics_,
                .log = &log_,
                .clock = &clock_};
    }

    LiveCameraOptions camera(const std::string& name, Script script, bool once = true) {
        scripts_[name] = std::move(script);
        LiveCameraOptions options;
        options.camera.name = name;
        options.location = "rtsp://user:secret@host/" + name;
        options.fingerprint = name;
        options.once = once;
        options.first_retry = 1ms;
        options.longest_retry = 2ms;
        return options;
    }

    static Script plays(int pictures) {
        return [pictures](int) -> Result<std::unique_ptr<media::Source>> {
            return std::make_unique<ScriptedSource>(pictures, std::nullopt);
        };
    }

    bool reaches(const std::string& camera, CameraState state, std::size_t times = 1) {
        return waiter_.wait([&] {
            return static_cast<std::size_t>(std::count_if(
                       states_[camera].begin(), states_[camera].end(),
                       [state](const auto& status) { return status.state == state; })) >= times;
        });
    }

    Waiter waiter_;
    std::map<std::string, std::vector<ports::CameraStatus>> states_;
    std::map<std::string, std::vector<ports::InputStatus>> inputs_;
    std::vector<ports::TamperChange> tampered_;
    std::map<std::string, int> openings_;
    std::vector<std::string> locations_; ///< that were opened
    std::map<std::string, Script> scripts_;
    ScriptedDetector detector_{{seen("person", kSomewhere)}};
    CollectingSink sink_;
    NullMetrics metrics_;
    NullLog log_;
    SystemClock clock_;
    Result<vision::PlateGrammars> grammars_ = vision::PlateGrammars::builtin();
};

TEST_F(LiveNodeTest, ACamerasOwnSiteGoesBeforeThatOfTheNode) {
    {
        LiveNode node{parts()};
        LiveCameraOptions gate = camera("gate", plays(50));
        gate.camera.site = "harbour";
        node.apply({gate, camera("yard", plays(50))});
        EXPECT_TRUE(reaches("gate", CameraState::ended));
        EXPECT_TRUE(reaches("yard", CameraState::ended));
        EXPECT_EQ(node.cameras()[0].site, "harbour");
    }
    std::set<std::string> sites;
    for (const domain::Event& event : sink_.events)
        sites.insert(event.id.value().substr(0, event.id.value().find('.', 8)));
    EXPECT_EQ(sites, (std::set<std::string>{"harbour.gate", "home.yard"}));
}

TEST_F(LiveNodeTest, EveryCameraIsAnalysedToItsEnd) {
    {
        LiveNode node{parts()};
        node.apply({camera("gate", plays(50)), camera("yard", plays(75))});
        EXPECT_TRUE(reaches("gate", CameraState::ended));
        EXPECT_TRUE(reaches("yard", CameraState::ended));
        const auto all = node.cameras();
        ASSERT_EQ(all.size(), 2U);
        EXPECT_EQ(all[0].id.value(), "gate");
        EXPECT_EQ(all[0].frames, 50U);
        EXPECT_EQ(all[0].source, "rtsp://***@host/gate");
        EXPECT_EQ(all[1].frames, 75U);
        const WallTime before = clock_.wall_now();
        const auto settled = node.settled();
        ASSERT_TRUE(settled);
        EXPECT_GE(*settled, before) << "of cameras that have ended nothing is waited for";
        EXPECT_LE(*settled, clock_.wall_now());
    }
    std::set<std::string> cameras;
    for (const domain::Event& event : sink_.events)
        cameras.insert(event.camera.value());
    EXPECT_EQ(cameras, (std::set<std::string>{"gate", "yard"}));
}

TEST_F(LiveNodeTest, ACameraThatIsLostIsOpenedAgainAndTheOtherGoesOn) {
    LiveNode node{parts()};
    node.apply({camera(
                    "flaky",
                    [](int opening) -> Result<std::unique_ptr<media::Source>> {
                        if (opening % 2 == 1)
                            return Error{ErrorCode::unavailable, "no route to the camera"};
                        return std::make_unique<ScriptedSource>(
                            10, Error{ErrorCode::deadline_exceeded, "silent for 20 s"});
                    },
                    false),
                camera("steady", plays(50))});
    EXPECT_TRUE(reaches("flaky", CameraState::offline, 3));
    EXPECT_TRUE(reaches("flaky", CameraState::online, 3));
    EXPECT_TRUE(reaches("steady", CameraState::ended));
    const auto status = node.camera(domain::CameraId{"flaky"});
    ASSERT_TRUE(status);
    EXPECT_GE(status->reconnects, 3U);
    EXPECT_GE(status->frames, 30U);
    std::uint64_t tracks = 0;
    for (const auto& [verdict, count] : status->funnel)
        tracks += count;
    EXPECT_GE(tracks, 2U) << "those of earlier connections count, too";
}

TEST_F(LiveNodeTest, AnInputThatKeepsFailingGivesWayToItsFallback) {
    LiveNode node{parts()};
    auto flaky = camera(
        "flaky",
        [](int opening) -> Result<std::unique_ptr<media::Source>> {
            if (opening < 2)
                return Error{ErrorCode::unavailable, "no route to the camera"};
            return std::make_unique<ScriptedSource>(1'000'000'000, std::nullopt);
        },
        false);
    flaky.fallback = media::FallbackOptions{.location = "rtsp://user:secret@host/low", .after = 2};
    flaky.roles = {"detect", "live", "record"};
    node.apply({flaky});
    EXPECT_TRUE(reaches("flaky", CameraState::online));
    EXPECT_EQ(locations_, (std::vector<std::string>{"rtsp://user:secret@host/flaky",
                                                    "rtsp://user:secret@host/flaky",
                                                    "rtsp://user:secret@host/low"}));
    const auto status = node.camera(domain::CameraId{"flaky"});
    ASSERT_TRUE(status);
    ASSERT_EQ(status->inputs.size(), 1U);
    EXPECT_TRUE(status->inputs[0].on_fallback);
    EXPECT_EQ(status->inputs[0].source, "rtsp://***@host/low");
    EXPECT_EQ(status->inputs[0].roles, flaky.roles);
    EXPECT_EQ(status->inputs[0].state, CameraState::online);
    EXPECT_EQ(status->inputs[0].reconnects, 2U);
    EXPECT_TRUE(waiter_.wait([&] { return inputs_["flaky"].back().on_fallback; }));
}

TEST_F(LiveNodeTest, ApplyLeavesWhatIsAsBeforeRunning) {
    const auto for_ever = [](int) -> Result<std::unique_ptr<media::Source>> {
        return std::make_unique<ScriptedSource>(1'000'000'000, std::nullopt);
    };
    LiveNode node{parts()};
    node.apply({camera("kept", for_ever), camera("changed", for_ever), camera("gone", for_ever)});
    for (const char* name : {"kept", "changed", "gone"})
        EXPECT_TRUE(reaches(name, CameraState::online));
    auto changed = camera("changed", for_ever);
    changed.fingerprint = "otherwise";
    node.apply({camera("new", for_ever), changed, camera("kept", for_ever)});
    EXPECT_TRUE(reaches("new", CameraState::online));
    EXPECT_TRUE(reaches("changed", CameraState::online, 2));
    EXPECT_EQ(openings_["kept"], 1);
    EXPECT_EQ(openings_["gone"], 1);
    const auto all = node.cameras();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].id.value(), "new");
    EXPECT_FALSE(node.camera(domain::CameraId{"gone"}));
}

TEST_F(LiveNodeTest, GivesTheNewestPictureWithItsBoxes) {
    LiveNode node{parts()};
    node.apply({camera("gate", plays(50))});
    ASSERT_TRUE(reaches("gate", CameraState::ended));
    const auto picture = node.latest_picture(domain::CameraId{"gate"}, 160);
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->width_px, 64); // never larger than it is
    ASSERT_GT(picture->jpeg.size(), 2U);
    EXPECT_EQ(picture->jpeg.front(), std::byte{0xFF});
    EXPECT_EQ(node.latest_picture(domain::CameraId{"none"}, 160).error().code(),
              ErrorCode::not_found);
}

TEST_F(LiveNodeTest, ADetectorThatFailsCostsPicturesAndNotTheCamera) {
    ScriptedDetector broken{{}, 0};
    auto with_broken = parts();
    with_broken.lanes = {{&broken}};
    LiveNode node{std::move(with_broken)};
    node.apply({camera("gate", plays(50))});
    EXPECT_TRUE(reaches("gate", CameraState::ended));
    EXPECT_EQ(node.cameras().at(0).frames, 50U);
}

TEST_F(LiveNodeTest, WhatWasSeenIsConcludedWhenTheNodeEnds) {
    {
        LiveNode node{parts()};
        node.apply({camera("gate", [](int) -> Result<std::unique_ptr<media::Source>> {
            return std::make_unique<ScriptedSource>(1'000'000'000, std::nullopt);
        })});
        EXPECT_TRUE(reaches("gate", CameraState::online));
        while (node.cameras().at(0).frames < 100)
            std::this_thread::yield();
        EXPECT_GT(*node.settled(), WallTime{} + std::chrono::days{365})
            << "nobody waits for a camera that reads no plates, whose pictures are of 1970";
    }
    EXPECT_GE(sink_.events.size(), 1U); // the source has no pace of its own: looks are far apart
}

TEST_F(LiveNodeTest, ACameraThatReadsPlatesIsWaitedFor) {
    ScriptedPlateFinder plates;
    auto with_plates = parts();
    with_plates.analysis.plates = &plates;
    LiveNode node{std::move(with_plates)};
    node.apply({camera("gate", [](int) -> Result<std::unique_ptr<media::Source>> {
        return std::make_unique<ScriptedSource>(1'000'000'000, std::nullopt);
    })});
    EXPECT_TRUE(reaches("gate", CameraState::online));
    EXPECT_LT(*node.settled(), WallTime{} + std::chrono::days{365})
        << "its pictures are of a day in 1970";
    node.apply({});
    EXPECT_GT(*node.settled(), WallTime{} + std::chrono::days{365});
}

TEST(OverloadWatch, SpeaksWhenTooMuchIsLostAndWhenItIsOver) {
    ManualClock clock;
    clock.advance(1000s);
    OverloadWatch watch;
    std::uint64_t looked = 0;
    std::uint64_t dropped = 0;
    const auto ten_seconds = [&](std::uint64_t looks, std::uint64_t drops) {
        looked += looks;
        dropped += drops;
        clock.advance(10s);
        return watch.update(clock.steady_now(), looked, dropped);
    };
    EXPECT_FALSE(watch.update(clock.steady_now(), 0, 0));
    EXPECT_FALSE(ten_seconds(90, 10));
    const auto slow = ten_seconds(50, 50);
    ASSERT_TRUE(slow);
    EXPECT_TRUE(slow->overloaded);
    EXPECT_DOUBLE_EQ(slow->lost, 0.5);
    EXPECT_FALSE(ten_seconds(90, 10)); // better, not well
    const auto well = ten_seconds(99, 1);
    ASSERT_TRUE(well);
    EXPECT_FALSE(well->overloaded);
    EXPECT_FALSE(ten_seconds(0, 0));
}

TEST(RateMeter, CountsTheLastTenSeconds) {
    ManualClock clock;
    clock.advance(1000s);
    RateMeter meter;
    EXPECT_EQ(meter.per_second(clock.steady_now()), 0);
    for (int i = 0; i < 20 * 25; ++i) {
        meter.count(clock.steady_now());
        clock.advance(40ms);
    }
    EXPECT_NEAR(meter.per_second(clock.steady_now()), 25, 1);
    clock.advance(60s);
    EXPECT_EQ(meter.per_second(clock.steady_now()), 0);
}

} // namespace
} // namespace vedette::pipeline
