#include "app/server/camera_news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using namespace std::chrono_literals;
using ports::CameraState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CameraNewsTest : public ::testing::Test, public pipeline::CameraObserver {
protected:
    void state_changed(const ports::CameraStatus& status) override {
        told_.push_back(status.id.value() + " " + std::string{to_string(status.state)});
    }
    void load_changed(bool overloaded, double) override {
        told_.emplace_back(overloaded ? "overloaded" : "recovered");
    }
    void tamper_changed(const ports::TamperChange& change) override {
        told_.push_back(change.camera.value() + " " + change.kind);
    }
    void input_changed(const domain::CameraId&, const ports::InputStatus&) override {
        FAIL() << "inputs are told one by one";
    }

    void becomes(CameraState state, const std::string& camera = "gate") {
        ports::CameraStatus status;
        status.id = domain::CameraId{camera};
        status.state = state;
        news_.state_changed(status);
    }
    void input(CameraState state, bool on_fallback = false, const char* role = "record") {
        ports::InputStatus status;
        status.roles = {role};
        status.state = state;
        status.on_fallback = on_fallback;
        news_.input_changed(domain::CameraId{"gate"}, status);
    }
    void wait(std::chrono::seconds time) {
        for (auto waited = 0s; waited < time; waited += 1s) {
            clock_.advance(1s);
            news_.look();
        }
    }
    std::vector<std::string> told() { return std::exchange(told_, {}); }

    ManualClock clock_;
    std::vector<std::string> told_;
    CameraNews news_{{.cameras = this,
                      .inputs =
                          [this](const InputNews& news) {
                              told_.push_back(news.camera.value() + " " + news.kind);
                          },
                      .clock = &clock_}};
};

TEST_F(CameraNewsTest, WhatACameraCannotSeeIsTold) {
    ports::TamperChange change;
    change.camera = domain::CameraId{"gate"};
    change.kind = "black";
    news_.tamper_changed(change);
    EXPECT_THAT(told(), ElementsAre("gate black"));
}

TEST_F(CameraNewsTest, TheFirstPictureIsTold) {
    becomes(CameraState::online);
    EXPECT_THAT(told(), ElementsAre("gate online"));
    wait(60s);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(CameraNewsTest, AShortBreakIsNotTold) {
    becomes(CameraState::online);
    told();
    becomes(CameraState::offline);
    wait(4s);
    becomes(CameraState::online);
    wait(60s);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(CameraNewsTest, ALongOneIsToldAndSoIsItsEnd) {
    becomes(CameraState::online);
    told();
    becomes(CameraState::offline);
    wait(5s);
    EXPECT_THAT(told(), ElementsAre("gate offline"));
    wait(60s);
    becomes(CameraState::online);
    EXPECT_THAT(told(), IsEmpty()) << "it has to last";
    wait(5s);
    EXPECT_THAT(told(), ElementsAre("gate online"));
}

TEST_F(CameraNewsTest, ACameraThatNeverCameIsTold) {
    becomes(CameraState::offline);
    wait(5s);
    EXPECT_THAT(told(), ElementsAre("gate offline"));
}

TEST_F(CameraNewsTest, AThousandFlapsAreAFewEvents) {
    becomes(CameraState::online);
    for (int i = 0; i < 1000; ++i) {
        becomes(CameraState::offline);
        wait(15s);
        becomes(CameraState::online);
        wait(15s);
    }
    EXPECT_THAT(told(), ElementsAre("gate online", "gate offline", "gate online", "gate offline",
                                    "gate online", "gate offline"));
    wait(60s);
    EXPECT_THAT(told(), ElementsAre("gate online"));
    wait(3600s);
    becomes(CameraState::offline);
    wait(5s);
    becomes(CameraState::online);
    wait(5s);
    EXPECT_THAT(told(), ElementsAre("gate offline", "gate online")) << "it was well for an hour";
}

TEST_F(CameraNewsTest, CamerasAreJudgedEachByItself) {
    becomes(CameraState::online, "gate");
    becomes(CameraState::online, "yard");
    becomes(CameraState::offline, "gate");
    wait(5s);
    EXPECT_THAT(told(), ElementsAre("gate online", "yard online", "gate offline"));
    news_.keep({"yard"});
    becomes(CameraState::online, "gate");
    EXPECT_THAT(told(), ElementsAre("gate online")) << "a new camera of that name";
}

TEST_F(CameraNewsTest, TheEndOfARecordingAndTheLoadAreToldAtOnce) {
    becomes(CameraState::online);
    becomes(CameraState::ended);
    news_.load_changed(true, 0.5);
    EXPECT_THAT(told(), ElementsAre("gate online", "gate ended", "overloaded"));
}

TEST_F(CameraNewsTest, AnInputThatIsRecordedAloneIsTold) {
    input(CameraState::online);
    input(CameraState::offline);
    wait(5s);
    EXPECT_THAT(told(), ElementsAre("gate camera.record_online", "gate camera.record_offline"));
    input(CameraState::offline, false, "detect");
    wait(60s);
    EXPECT_THAT(told(), IsEmpty()) << "that is the camera itself";
}

TEST_F(CameraNewsTest, AFallbackIsToldWhenItGivesPictures) {
    input(CameraState::online, false, "detect");
    input(CameraState::offline, true, "detect");
    wait(60s);
    EXPECT_THAT(told(), IsEmpty());
    input(CameraState::online, true, "detect");
    input(CameraState::online, true, "detect");
    EXPECT_THAT(told(), ElementsAre("gate camera.fallback_on"));
    input(CameraState::online, false, "detect");
    EXPECT_THAT(told(), ElementsAre("gate camera.fallback_off"));
}

} // namespace
} // namespace vedette::app
