// Models are exchanged while cameras are watched: nothing is lost, nothing is looked at twice.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <mutex>

#include "test_fakes.h"
#include "vedette/pipeline/live_node.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using domain::ModelUse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ModelUse kOld{"object", "old@1", std::string(64, 'a')};
const ModelUse kNew{"object", "new@2", std::string(64, 'b')};

/// Which pictures were analysed, and how often; lets others wait for that.
class Tally {
public:
    void analysed(const std::string& camera, WallTime at) {
        {
            const std::scoped_lock lock{mutex_};
            ++times_[camera][at];
            ++count_[camera];
        }
        changed_.notify_all();
    }
    /// \return false if that takes too long, or `stop`
    bool wait_for(const std::string& camera, std::size_t pictures,
                  const std::stop_token& stop = {}) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, stop, 60s, [&] { return count_[camera] >= pictures; });
    }
    std::map<WallTime, int> of(const std::string& camera) {
        const std::scoped_lock lock{mutex_};
        return times_[camera];
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, std::map<WallTime, int>> times_;
    std::map<std::string, std::size_t> count_;
};

/// Gives a picture when the one before it is analysed: none can take the place of another, so that
/// each one given must come through.
class PacedSource final : public media::Source {
public:
    PacedSource(std::string camera, std::size_t pictures, Tally& tally)
        : camera_{std::move(camera)}, pictures_{pictures}, tally_{tally} {
        info_.width_px = 64;
        info_.height_px = 48;
    }
    [[nodiscard]] const media::StreamInfo& info() const override { return info_; }
    [[nodiscard]] Result<std::optional<media::Packet>> read(std::stop_token stop) override {
        if (!tally_.wait_for(camera_, given_, stop))
            return Error{ErrorCode::cancelled, "stopped"};
        if (given_ == pictures_)
            return std::optional<media::Packet>{};
        ++given_;
        return std::optional{media::Packet{nullptr}};
    }
    [[nodiscard]] const std::string& name() const override { return camera_; }

private:
    const std::string camera_;
    const std::size_t pictures_;
    Tally& tally_;
    std::size_t given_ = 0;
    media::StreamInfo info_;
};

class CountingDetector final : public vision::Detector {
public:
    [[nodiscard]] Result<std::vector<std::vector<domain::Detection>>>
    detect(std::span<const imaging::ImageView> pictures) override {
        ++looks;
        return std::vector<std::vector<domain::Detection>>(
            pictures.size(), {seen("person", {0.1F, 0.1F, 0.2F, 0.4F})});
    }
    [[nodiscard]] const std::string& model_id() const override { return id_; }
    std::atomic<std::size_t> looks{0};

private:
    std::string id_ = "counting@1";
};

class ModelExchange : public ::testing::Test, public CameraObserver {
protected:
    void state_changed(const ports::CameraStatus&) override {}
    void tamper_changed(const ports::TamperChange&) override {}
    void load_changed(bool, double) override {}
    void input_changed(const domain::CameraId&, const ports::InputStatus&) override {}

    LiveNode::Parts parts() {
        return {.open = [this](const LiveCameraOptions& camera, media::InputMonitor& monitor,
                               const std::stop_token&) -> Result<OpenedInput> {
                    auto source =
                        std::make_unique<PacedSource>(camera.camera.name, kPictures, tally);
                    return OpenedInput{monitor.watch(std::move(source)),
                                       std::make_unique<ScriptedDecoder>()};
                },
                .lanes = {{&before}},
                .analysis = {.site = "home",
                             .models = {kOld},
                             .plates = nullptr,
                             .grammars = &*grammars,
                             .sink = &sink,
                             .clock = &clock},
                .observer = this,
                .on_activity =
                    [this](const domain::CameraId& camera, const CameraActivity& activity) {
                        tally.analysed(camera.value(), activity.at);
                    },
                .metrics = &metrics,
                .log = &log,
                .clock = &clock};
    }

    /// Every picture of it is due for a look.
    static LiveCameraOptions camera(const std::string& name) {
        LiveCameraOptions options;
        options.camera.name = name;
        options.camera.detect.fps = 60;
        options.camera.detect.gate = GateMode::off;
        options.camera.detect.max_frame_age = 60s;
        options.camera.detect.stationary.threshold = 10'000;
        options.location = options.fingerprint = name;
        options.once = true;
        return options;
    }

    LiveModels models(CountingDetector& detector, const ModelUse& use) const {
        return {.lanes = {{&detector}}, .plates = nullptr, .used = {use}};
    }

    void expect_each_once(const std::string& name) {
        const auto times = tally.of(name);
        EXPECT_EQ(times.size(), kPictures) << name;
        EXPECT_TRUE(std::all_of(times.begin(), times.end(), [](const auto& one) {
            return one.second == 1;
        })) << name;
    }

    static constexpr std::size_t kPictures = 200;
    Tally tally;
    CountingDetector before;
    CountingDetector after;
    CollectingSink sink;
    NullMetrics metrics;
    NullLog log;
    SystemClock clock;
    Result<vision::PlateGrammars> grammars = vision::PlateGrammars::builtin();
};

TEST_F(ModelExchange, EveryPictureIsLookedAtOnceByOneOrTheOther) {
    {
        LiveNode node{parts()};
        node.apply({camera("gate"), camera("yard")});
        bool to_new = true;
        for (std::size_t so_far = 1; so_far < kPictures; so_far += 3) { // in the middle of the work
            EXPECT_TRUE(tally.wait_for("gate", so_far));
            EXPECT_TRUE(node.exchange_models(to_new ? models(after, kNew) : models(before, kOld)));
            to_new = !to_new;
        }
        EXPECT_TRUE(tally.wait_for("gate", kPictures));
        EXPECT_TRUE(tally.wait_for("yard", kPictures));
    }
    expect_each_once("gate");
    expect_each_once("yard");
    EXPECT_EQ(before.looks + after.looks, 2 * kPictures);
    EXPECT_GT(before.looks, 0U);
    EXPECT_GT(after.looks, 0U);
    int detections = 0;
    for (const domain::Event& event : sink.events)
        detections += event.detections;
    EXPECT_EQ(static_cast<std::size_t>(detections), 2 * kPictures);
    EXPECT_EQ(sink.events.size(), 2U) << "tracks go on";
}

TEST_F(ModelExchange, AnEventNamesWhoTookPartInTheirOrder) {
    {
        LiveNode node{parts()};
        node.apply({camera("gate")});
        EXPECT_TRUE(tally.wait_for("gate", 20));
        EXPECT_TRUE(node.exchange_models(models(after, kNew)));
        EXPECT_TRUE(tally.wait_for("gate", kPictures));
    }
    ASSERT_EQ(sink.events.size(), 1U);
    EXPECT_THAT(sink.events.front().models, ElementsAre(kOld, kNew));
}

TEST_F(ModelExchange, TheFormerOnesAreLetGoOnceNoPictureNeedsThem) {
    auto owner = std::make_shared<int>(7);
    const std::weak_ptr<int> still_there = owner;
    auto with_owner = parts();
    with_owner.models_owner = std::move(owner);
    LiveNode node{std::move(with_owner)};
    node.apply({camera("gate")});
    EXPECT_TRUE(tally.wait_for("gate", 20));
    EXPECT_FALSE(still_there.expired());
    EXPECT_TRUE(node.exchange_models(models(after, kNew)));
    EXPECT_TRUE(tally.wait_for("gate", kPictures));
    node.apply({}); // the last picture is through
    EXPECT_TRUE(still_there.expired());
}

TEST_F(ModelExchange, WhatCamerasAreSetUpForStays) {
    ScriptedPlateFinder plates;
    LiveNode node{parts()};
    LiveModels with_plates = models(after, kNew);
    with_plates.plates = &plates;
    LiveModels two_lanes = models(after, kNew);
    two_lanes.lanes.push_back({&before});
    LiveModels none = models(after, kNew);
    none.lanes.clear();
    for (LiveModels* other : {&with_plates, &two_lanes, &none}) {
        const Status refused = node.exchange_models(std::move(*other));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(refused.error().message(), HasSubstr("next start"));
    }
    node.apply({camera("gate")});
    EXPECT_TRUE(tally.wait_for("gate", kPictures));
    EXPECT_EQ(before.looks, kPictures);
}

} // namespace
} // namespace vedette::pipeline
