#include "app/server/shadow_runner.h"

#include <atomic>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using domain::CameraId;
using domain::Detection;
using domain::ModelUse;
using namespace std::chrono_literals;

constexpr domain::NormBox kSomewhere{0.1F, 0.1F, 0.2F, 0.2F};
const ModelUse kLive{"object", "old@1", std::string(64, 'a')};
const ModelUse kShadow{"object", "new@2", std::string(64, 'b')};

Detection seen(const std::string& label) { return {kSomewhere, 0.9F, label, {}}; }

/// Sees a car; takes so much of the clock's time for it; waits, if it is told to.
class SlowDetector final : public vision::Detector {
public:
    SlowDetector(ManualClock& clock, std::chrono::microseconds takes)
        : clock_{clock}, takes_{takes} {}
    [[nodiscard]] Result<std::vector<std::vector<Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        if (hold.valid())
            hold.wait();
        clock_.advance(takes_);
        if (fails)
            return Error{ErrorCode::unavailable, "device lost"};
        return std::vector<std::vector<Detection>>(pictures.size(), {seen("car")});
    }
    [[nodiscard]] const std::string& model_id() const override { return kShadow.id; }
    std::shared_future<void> hold{};
    bool fails = false;

private:
    ManualClock& clock_;
    const std::chrono::microseconds takes_;
};

/// Reads what it is told to.
class ScriptedFinder final : public vision::PlateFinder {
public:
    explicit ScriptedFinder(std::string text) : text_{std::move(text)} {}
    [[nodiscard]] Result<vision::PlateFindings> find(const imaging::ImageView&,
                                                     const vision::PlateSearch&) override {
        return findings_of(text_);
    }
    static vision::PlateFindings findings_of(const std::string& text) {
        domain::PlateRead read;
        read.text = text;
        read.corners = domain::corners_of(kSomewhere);
        return {.reads = {read}, .plates = {{kSomewhere, 0.8F, "plate", {}}}};
    }

private:
    std::string text_;
};

class ShadowRunnerTest : public ::testing::Test {
protected:
    ShadowRunnerTest() { clock.advance(1h); }

    ShadowModel object_model(std::chrono::microseconds takes = 1ms) {
        auto detector = std::make_unique<SlowDetector>(clock, takes);
        slow = detector.get();
        return {"object", kLive, kShadow, std::move(detector), nullptr};
    }
    static std::vector<ShadowModel> only(ShadowModel model) {
        std::vector<ShadowModel> models;
        models.push_back(std::move(model));
        return models;
    }
    /// \return whether it was wanted
    bool offer(const std::vector<Detection>& live = {seen("car")}) {
        if (!runner.wants_detections())
            return false;
        imaging::Frame frame;
        frame.captured_at = clock.wall_now();
        runner.detected(CameraId{"gate"}, frame, live);
        return true;
    }
    ShadowTally tally() const { return runner.tallies().front(); }

    ManualClock clock;
    NullLog log;
    NullMetrics metrics;
    SlowDetector* slow = nullptr;
    ShadowRunner runner{{.share = 0.1, .clock = &clock, .log = &log, .metrics = &metrics}};
};

TEST_F(ShadowRunnerTest, NobodyIsAskedWithoutAShadow) {
    EXPECT_FALSE(offer());
    runner.watch(only(object_model()), {});
    EXPECT_FALSE(runner.wants_plates());
    EXPECT_TRUE(offer());
    runner.wait_idle();
    runner.watch({}, {});
    EXPECT_FALSE(offer());
}

TEST_F(ShadowRunnerTest, CountsHowFarTheyAgree) {
    runner.watch(only(object_model()), {});
    for (const auto& live : {std::vector{seen("car")}, std::vector<Detection>{},
                             std::vector{seen("car"), seen("person")}}) {
        EXPECT_TRUE(offer(live));
        runner.wait_idle();
    }
    EXPECT_EQ(tally().pictures, 3U);
    EXPECT_EQ(tally().agreement, (Agreement{2, 1, 1, 0}));
    ASSERT_EQ(tally().examples.size(), 2U);
    EXPECT_EQ(tally().examples.front().camera, "gate");
}

TEST_F(ShadowRunnerTest, ItHasItsShareOfTimeAndNoMore) {
    runner.watch(only(object_model(100ms)), {});
    int taken = 0;
    const SteadyTime began = clock.steady_now();
    while (clock.steady_now() - began < 100s) { // a picture every 40 ms
        taken += offer() ? 1 : 0;
        runner.wait_idle();
        clock.advance(40ms);
    }
    // Each takes 100 ms: a tenth of 100 s, and the second that was saved up.
    EXPECT_GE(taken, 100);
    EXPECT_LE(taken, 112);
    EXPECT_EQ(tally().pictures, static_cast<std::uint64_t>(taken));
    EXPECT_GT(tally().passed_over, 2000U);
}

TEST_F(ShadowRunnerTest, WhatComesWhileItWorksIsPassedOver) {
    runner.watch(only(object_model()), {});
    std::promise<void> go_on;
    slow->hold = go_on.get_future().share();
    EXPECT_TRUE(offer());
    EXPECT_FALSE(offer()); // nobody waits for it
    EXPECT_FALSE(offer());
    go_on.set_value();
    runner.wait_idle();
    EXPECT_EQ(tally().pictures, 1U);
    EXPECT_EQ(tally().passed_over, 2U);
    EXPECT_TRUE(offer());
}

TEST_F(ShadowRunnerTest, AShareOfNothingIsNone) {
    ShadowRunner none{{.share = 0, .clock = &clock, .log = &log, .metrics = &metrics}};
    none.watch(only(object_model()), {});
    EXPECT_FALSE(none.wants_detections());
}

TEST_F(ShadowRunnerTest, AFailureIsCountedAndHarmsNobody) {
    runner.watch(only(object_model()), {});
    slow->fails = true;
    EXPECT_TRUE(offer());
    runner.wait_idle();
    EXPECT_EQ(tally().failures, 1U);
    EXPECT_EQ(tally().pictures, 0U);
}

TEST_F(ShadowRunnerTest, ATallyGoesOnForTheSameTwo) {
    runner.watch(only(object_model()), {});
    EXPECT_TRUE(offer());
    runner.wait_idle();
    const auto before = runner.tallies();
    runner.watch(only(object_model()), before);
    EXPECT_TRUE(offer());
    runner.wait_idle();
    EXPECT_EQ(tally().pictures, 2U);
    ShadowModel other = object_model();
    other.live.id = "other@1";
    runner.watch(only(std::move(other)), before);
    EXPECT_EQ(tally().pictures, 0U);
}

TEST_F(ShadowRunnerTest, PlatesAndTextsAreComparedOnWhatWasSearched) {
    std::vector<ShadowModel> models;
    models.push_back({"plate", kLive, kShadow, nullptr, std::make_unique<ScriptedFinder>("AB12")});
    models.push_back({"ocr", kLive, kShadow, nullptr, std::make_unique<ScriptedFinder>("AB13")});
    runner.watch(std::move(models), {});
    EXPECT_FALSE(runner.wants_detections());
    ASSERT_TRUE(runner.wants_plates());
    runner.plates_found(CameraId{"gate"}, {}, {}, ScriptedFinder::findings_of("AB12"));
    runner.wait_idle();
    EXPECT_EQ(runner.tallies()[0].agreement, (Agreement{1, 0, 0, 0}));
    EXPECT_EQ(runner.tallies()[1].agreement, (Agreement{0, 0, 0, 1}));
}

} // namespace
} // namespace vedette::app
