#include "vedette/pipeline/camera_analyzer.h"

#include <gtest/gtest.h>

#include "test_fakes.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using domain::Verdict;

constexpr domain::NormBox kCar{0.3F, 0.3F, 0.4F, 0.4F};
constexpr domain::NormBox kPlate{0.45F, 0.6F, 0.1F, 0.05F};

class CameraAnalyzerTest : public ::testing::Test {
protected:
    CameraAnalyzer& analyzer() {
        if (!analyzer_) {
            auto tracker = std::make_unique<ScriptedTracker>();
            tracker_ = tracker.get();
            analyzer_ =
                std::make_unique<CameraAnalyzer>(options_, identity_, std::move(tracker), &plates_,
                                                 *grammars_, sink_, probe_, clock_);
        }
        return *analyzer_;
    }
    /// The same detections in `count` pictures, 200 ms apart.
    void show(const std::vector<domain::Detection>& detections, int count) {
        for (int i = 0; i < count; ++i, now_ += 200ms)
            ASSERT_TRUE(analyzer().analyse(frame_at(now_), trace_, detections));
    }
    void end() { ASSERT_TRUE(analyzer().finish()); }
    /// The only event there is.
    const domain::Event& event() {
        EXPECT_EQ(sink_.events.size(), 1U);
        return sink_.events.at(0);
    }

    CameraOptions options_{
        .name = "camera", .detect = {}, .motion = {}, .objects = {}, .lpr = {}, .snapshots = {}};
    AnalysisIdentity identity_{
        .site = "home", .boot = "b1", .source = "clip.mp4", .models = {{"object", "m@1"}}};
    ScriptedPlateFinder plates_;
    CollectingSink sink_;
    NullMetrics metrics_;
    RecordingLog log_;
    PipelineProbe probe_{metrics_, log_, "camera"};
    ManualClock clock_;
    Result<vision::PlateGrammars> grammars_ = vision::PlateGrammars::builtin();
    ScriptedTracker* tracker_ = nullptr;
    std::unique_ptr<CameraAnalyzer> analyzer_;
    std::chrono::milliseconds now_{0};
    domain::TraceId trace_;
};

TEST_F(CameraAnalyzerTest, AnEventHasTheTraceOfThePictureThatShowsItBest) {
    const auto person = [](float height) {
        return std::vector{seen("person", {0.1F, 0.1F, height / 3, height})};
    };
    std::vector<domain::TraceId> traces;
    for (const float height : {0.2F, 0.6F, 0.3F}) { // comes, is near, goes
        trace_ = analyzer().traces().of(StreamTime{now_});
        traces.push_back(trace_);
        show(person(height), 1);
    }
    end();
    EXPECT_TRUE(event().trace.is_set());
    EXPECT_EQ(event().trace, traces[1]);
    EXPECT_NE(traces[0], traces[1]);
    EXPECT_EQ(event().media_offset, 200ms);
}

TEST_F(CameraAnalyzerTest, EveryLineOfATrackNamesTheEventItLeadsTo) {
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, kPlate)};
    trace_ = analyzer().traces().of(StreamTime{now_});
    show({seen("car", kCar)}, 3);
    end();
    ASSERT_GE(log_.lines.size(), 3U);
    EXPECT_EQ(log_.lines.front().message, "track began");
    EXPECT_EQ(log_.lines[1].message, "plate read");
    EXPECT_EQ(log_.lines.back().message, "track concluded");
    for (const RecordingLog::Line& line : log_.lines) {
        EXPECT_EQ(line.fields.at("camera"), "camera");
        EXPECT_EQ(line.fields.at("event"), event().id.value());
        EXPECT_EQ(line.fields.at("trace"), trace_.to_hex());
        for (const auto& [key, value] : line.fields)
            EXPECT_EQ(value.find("AB12"), std::string::npos) << "a plate in the log: " << key;
    }
}

TEST_F(CameraAnalyzerTest, PlatesAreLookedForWithTheCamerasOwnThreshold) {
    options_.lpr.detection_threshold = 0.55F;
    show({seen("car", kCar)}, 1);
    EXPECT_FLOAT_EQ(plates_.min_score, 0.55F);
}

TEST_F(CameraAnalyzerTest, APersonPassingIsOneSightingWithItsTimes) {
    show({seen("person", {0.1F, 0.1F, 0.1F, 0.3F})}, 3);
    EXPECT_TRUE(sink_.events.empty()); // still passing
    end();
    EXPECT_EQ(event().verdict, Verdict::published);
    EXPECT_EQ(event().label, "person");
    EXPECT_EQ(event().id.value(), "home.camera.b1.1.sighting.0");
    EXPECT_EQ(event().detections, 3);
    EXPECT_EQ(event().last_seen - event().first_seen, 400ms);
    EXPECT_EQ(event().models.size(), 1U);
    EXPECT_TRUE(sink_.had_picture[0]);
    EXPECT_EQ(plates_.looks, 0);
}

TEST_F(CameraAnalyzerTest, APlateThatIsReadWellIsPublished) {
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, kPlate)};
    show({seen("car", kCar)}, 5);
    end();
    EXPECT_EQ(event().verdict, Verdict::published);
    ASSERT_TRUE(event().plate);
    EXPECT_EQ(event().plate->normalized, "AB12CDE");
    EXPECT_TRUE(event().plate_corners);
    EXPECT_TRUE(sink_.had_plate_picture[0]);
}

TEST_F(CameraAnalyzerTest, KnowsSinceWhenAPlateIsStillToBeTold) {
    EXPECT_FALSE(analyzer().open_since());
    show({seen("person", {0.1F, 0.1F, 0.1F, 0.3F})}, 3);
    EXPECT_FALSE(analyzer().open_since()) << "a person has no plate";
    end();
    const WallTime came = frame_at(now_).captured_at;
    show({seen("car", kCar)}, 3);
    EXPECT_EQ(analyzer().open_since(), came);
    end();
    EXPECT_FALSE(analyzer().open_since());
}

TEST_F(CameraAnalyzerTest, AVehicleWithoutPlateSaysWhy) {
    show({seen("car", kCar)}, 3);
    end();
    EXPECT_EQ(event().verdict, Verdict::no_plate_found);
    EXPECT_FALSE(event().plate);
}

TEST_F(CameraAnalyzerTest, ATooSmallPlateSaysSo) {
    plates_.findings.too_small = 1;
    show({seen("car", kCar)}, 3);
    end();
    EXPECT_EQ(event().verdict, Verdict::plate_too_small);
}

TEST_F(CameraAnalyzerTest, AWeakTextIsKeptButNotBelieved) {
    plates_.findings.reads = {read_of("AB12CDE", 0.55F, kPlate)};
    show({seen("car", kCar)}, 1);
    show({seen("car", kCar)}, 1);
    end();
    EXPECT_EQ(event().verdict, Verdict::plate_unreadable);
    EXPECT_TRUE(event().plate);
}

TEST_F(CameraAnalyzerTest, AShortTextIsNoPlate) {
    options_.lpr.min_plate_length = 4;
    plates_.findings.reads = {read_of("AB1", 0.999F, kPlate)};
    show({seen("car", kCar)}, 5);
    end();
    EXPECT_EQ(event().verdict, Verdict::plate_too_short);
}

TEST_F(CameraAnalyzerTest, TheSamePlateWithinTheWindowIsOnePassage) {
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, kPlate)};
    show({seen("car", kCar)}, 4);
    end();
    show({seen("car", kCar)}, 4);
    end();
    now_ += options_.lpr.dedupe_window + 1s;
    show({seen("car", kCar)}, 4);
    end();
    ASSERT_EQ(sink_.events.size(), 3U);
    EXPECT_EQ(sink_.events[0].verdict, Verdict::published);
    EXPECT_EQ(sink_.events[1].verdict, Verdict::duplicate);
    EXPECT_EQ(sink_.events[2].verdict, Verdict::published);
}

TEST_F(CameraAnalyzerTest, ABriefOrWeakTrackIsDiscardedWithItsReason) {
    show({seen("person", kCar)}, 1);
    end();
    show({seen("person", kCar, 0.3F)}, 4);
    end();
    ASSERT_EQ(sink_.events.size(), 2U);
    EXPECT_EQ(sink_.events[0].verdict, Verdict::too_brief);
    EXPECT_EQ(sink_.events[1].verdict, Verdict::too_weak);
    EXPECT_EQ(analyzer().funnel().total(), 2U);
    EXPECT_EQ(analyzer().funnel().published(), 0U);
}

TEST_F(CameraAnalyzerTest, AParkedCarIsToldOnceWhenItComesToRest) {
    show({seen("car", kCar)}, 2);
    tracker_->stationary = true;
    show({seen("car", kCar)}, 20);
    EXPECT_EQ(sink_.events.size(), 1U);
    end();
    EXPECT_EQ(event().stationary, true);
    EXPECT_EQ(analyzer().funnel().total(), 1U);
}

TEST_F(CameraAnalyzerTest, OfTwoOverlappingVehiclesTheTighterOneOwnsThePlate) {
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, kPlate)};
    const domain::NormBox truck{0.1F, 0.05F, 0.8F, 0.9F};
    show({seen("truck", truck), seen("car", kCar)}, 4);
    end();
    ASSERT_EQ(sink_.events.size(), 2U);
    for (const domain::Event& one : sink_.events)
        EXPECT_EQ(one.plate.has_value(), one.label == "car") << one.label;
}

TEST_F(CameraAnalyzerTest, APlateOutsideItsVehicleIsNotItsPlate) {
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, {0.0F, 0.0F, 0.1F, 0.05F})};
    show({seen("car", kCar)}, 4);
    end();
    EXPECT_EQ(event().verdict, Verdict::no_plate_found);
}

TEST_F(CameraAnalyzerTest, LooksForPlatesAreBoundedWhenNothingNewIsToBeSeen) {
    plates_.findings.reads = {read_of("AB12CDE", 0.995F, kPlate)};
    show({seen("car", kCar)}, 200);
    EXPECT_LT(plates_.looks, 10);
}

TEST_F(CameraAnalyzerTest, APlateCameraFollowsPlatesThemselves) {
    options_.type = CameraType::lpr;
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, kPlate)};
    show({}, 4);
    end();
    EXPECT_TRUE(plates_.whole_picture);
    EXPECT_EQ(event().label, "plate");
    EXPECT_EQ(event().verdict, Verdict::published);
}

TEST_F(CameraAnalyzerTest, ACaptionThatLooksLikeAPlateIsDiscarded) {
    options_.type = CameraType::lpr;
    plates_.findings.reads = {read_of("SALE", 0.4F, kPlate)};
    show({}, 4);
    end();
    EXPECT_EQ(event().verdict, Verdict::too_weak);
}

TEST_F(CameraAnalyzerTest, SeparatePicturesAreConcludedOneByOne) {
    identity_.separate_pictures = true;
    auto tracker = std::make_unique<ScriptedTracker>(1);
    analyzer_ = std::make_unique<CameraAnalyzer>(options_, identity_, std::move(tracker), &plates_,
                                                 *grammars_, sink_, probe_, clock_);
    show({seen("person", kCar)}, 2);
    EXPECT_EQ(sink_.events.size(), 2U);
}

TEST_F(CameraAnalyzerTest, WhatIsNotTrackedOrTooSmallIsLeftOut) {
    options_.objects.filters["car"] = {.min_score = 0.5F, .threshold = 0.5F, .min_area = 2000};
    show({seen("dog", kCar), seen("car", {0.1F, 0.1F, 0.05F, 0.05F})}, 3); // 768 pixels
    end();
    EXPECT_TRUE(sink_.events.empty());
}

TEST_F(CameraAnalyzerTest, ErrorsOfTheSinkAndTheEngineReachTheCaller) {
    sink_.fails = true;
    show({seen("person", kCar)}, 3);
    const Status ended = analyzer().finish();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code(), ErrorCode::resource_exhausted);
    plates_.fails = true;
    EXPECT_EQ(
        analyzer().analyse(frame_at(now_), trace_, std::vector{seen("car", kCar)}).error().code(),
        ErrorCode::unavailable);
}

TEST_F(CameraAnalyzerTest, SnapshotsCanBeSwitchedOff) {
    options_.snapshots.enabled = false;
    plates_.findings.reads = {read_of("AB12CDE", 0.99F, kPlate)};
    show({seen("car", kCar)}, 3);
    end();
    EXPECT_FALSE(sink_.had_picture[0]);
    EXPECT_FALSE(sink_.had_plate_picture[0]);
}

} // namespace
} // namespace vedette::pipeline
