#include "live/tamper_watch.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "test_fakes.h"
#include "vedette/imaging/image.h"
#include "vedette/observability/prometheus_metrics.h"

namespace vedette::pipeline {
namespace {

using namespace std::chrono_literals;
using State = ports::CameraTamper::State;

constexpr int kWidth = 320;
constexpr int kHeight = 180;

/// Boxes, each of another size and grey.
imaging::Image scene() {
    imaging::Image image{imaging::PixelFormat::gray8, kWidth, kHeight};
    for (int y = 0; y < kHeight; ++y)
        std::fill_n(image.row(y), kWidth, std::uint8_t{120});
    for (int box = 0; box < 40; ++box) {
        const int left = box * 67 % (kWidth - 40);
        const int top = box * 41 % (kHeight - 30);
        for (int y = top; y < top + 10 + box % 5 * 4; ++y)
            std::fill_n(image.row(y) + left, 14 + box % 7 * 3,
                        static_cast<std::uint8_t>(20 + box * 53 % 220));
    }
    return image;
}

/// Whose time of day can be set.
class SetClock final : public Clock {
public:
    [[nodiscard]] WallTime wall_now() const override { return clock_.wall_now() + set_by_; }
    [[nodiscard]] SteadyTime steady_now() const override { return clock_.steady_now(); }
    void advance(std::chrono::microseconds by) { clock_.advance(by); }
    void set_by(std::chrono::microseconds by) { set_by_ = by; }

private:
    ManualClock clock_{WallTime{} + std::chrono::hours{24 * 365 * 50}};
    std::chrono::microseconds set_by_{};
};

class TamperWatchTest : public ::testing::Test, public CameraObserver {
protected:
    void state_changed(const ports::CameraStatus&) override {}
    void load_changed(bool, double) override {}
    void input_changed(const domain::CameraId&, const ports::InputStatus&) override {}
    void tamper_changed(const ports::TamperChange& change) override { changes_.push_back(change); }

    std::unique_ptr<TamperWatch> watch(vision::TamperOptions options = {.enabled = true}) {
        CameraOptions camera;
        camera.name = "gate";
        camera.site = "harbour";
        camera.tamper = options;
        camera.motion.ignored = clock_place_;
        return std::make_unique<TamperWatch>(camera, privacy_,
                                             TamperWatch::Parts{&metrics_, &log_, this, &clock_});
    }
    void show(TamperWatch& watch, const imaging::Image& picture, std::chrono::seconds time) {
        for (const SteadyTime until = clock_.steady_now() + time; clock_.steady_now() < until;
             clock_.advance(200ms))
            watch.look(picture.view());
    }

    /// Whether this kind is told of the camera, by its gauge.
    bool gauge(const std::string& kind) {
        const std::string text = metrics_.expose();
        const std::string line =
            "\npipeline_camera_tampered{camera=\"gate\",kind=\"" + kind + "\"} ";
        const auto at = text.find(line);
        EXPECT_NE(at, std::string::npos) << kind;
        return at != std::string::npos && text.at(at + line.size()) == '1';
    }

    const imaging::Image dark_{imaging::PixelFormat::gray8, kWidth, kHeight};
    imaging::PictureMask privacy_;
    imaging::PictureMask clock_place_;
    observability::PrometheusMetrics metrics_;
    NullLog log_;
    SetClock clock_;
    std::vector<ports::TamperChange> changes_;
};

TEST_F(TamperWatchTest, TellsWhatIsWrongSinceWhenAndThatItIsOver) {
    const auto one = watch();
    one->interrupted();
    EXPECT_EQ(one->now().state, State::learning);
    show(*one, scene(), 60s);
    EXPECT_EQ(one->now().state, State::ok);
    const WallTime covered = clock_.wall_now();
    show(*one, dark_, 30s);
    ASSERT_EQ(changes_.size(), 1U);
    EXPECT_TRUE(changes_[0].begins);
    EXPECT_EQ(changes_[0].kind, "black");
    EXPECT_EQ(changes_[0].camera, domain::CameraId{"gate"});
    EXPECT_EQ(changes_[0].site, "harbour");
    EXPECT_GE(changes_[0].since, covered);
    EXPECT_LE(changes_[0].since, covered + 2s);
    EXPECT_GE(changes_[0].at, covered + 15s);
    EXPECT_EQ(one->now().state, State::tampered);
    EXPECT_EQ(one->now().kind, "black");
    EXPECT_TRUE(one->now().since);
    EXPECT_TRUE(gauge("black"));
    for (const char* other : {"uniform", "blurred", "moved"})
        EXPECT_FALSE(gauge(other)) << other;
    show(*one, scene(), 20s);
    ASSERT_EQ(changes_.size(), 2U);
    EXPECT_FALSE(changes_[1].begins);
    EXPECT_FALSE(changes_[1].accepted);
    EXPECT_EQ(one->now().state, State::ok);
    EXPECT_FALSE(gauge("black"));
    EXPECT_EQ(one->now().kind, "");
}

/// What stays however the lens is covered: a quarter of the picture.
void print_signs(imaging::Image& image) {
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth / 4; ++x)
            image.row(y)[x] = (x / 8 + y / 8) % 2 == 0 ? 0 : 220;
}

TEST_F(TamperWatchTest, WhatIsMaskedDoesNotHideACover) {
    imaging::Image with = scene();
    imaging::Image covered{imaging::PixelFormat::gray8, kWidth, kHeight};
    for (int y = 0; y < kHeight; ++y)
        std::fill_n(covered.row(y), kWidth, std::uint8_t{140});
    print_signs(with);
    print_signs(covered);
    for (const bool masked : {false, true}) {
        if (masked) {
            privacy_ = imaging::PictureMask{{{{0, 0}, {0.26F, 0}, {0.26F, 0.5F}, {0, 0.5F}}}};
            clock_place_ = imaging::PictureMask{{{{0, 0.5F}, {0.26F, 0.5F}, {0.26F, 1}, {0, 1}}}};
        }
        const auto one = watch();
        show(*one, with, 60s);
        changes_.clear();
        show(*one, covered, 30s);
        EXPECT_EQ(changes_.size(), masked ? 1U : 0U);
    }
}

TEST_F(TamperWatchTest, AnEndHasTheTimeOfItsBeginning) {
    const auto one = watch();
    show(*one, scene(), 60s);
    show(*one, dark_, 30s);
    imaging::Image paper{imaging::PixelFormat::gray8, kWidth, kHeight};
    for (int y = 0; y < kHeight; ++y)
        std::fill_n(paper.row(y), kWidth, std::uint8_t{150});
    clock_.set_by(1h);
    show(*one, paper, 30s);
    ASSERT_EQ(changes_.size(), 3U);
    EXPECT_EQ(changes_[1].kind, "black");
    EXPECT_FALSE(changes_[1].begins);
    EXPECT_EQ(changes_[1].since, changes_[0].since);
    EXPECT_EQ(changes_[2].kind, "uniform");
    EXPECT_EQ(one->now().since, changes_[2].since);
}

TEST_F(TamperWatchTest, ALitSignUnderAMaskDoesNotHideTheDark) {
    privacy_ = imaging::PictureMask{{{{0, 0}, {0.26F, 0}, {0.26F, 1}, {0, 1}}}};
    const auto lit = [](imaging::Image image) {
        for (int y = 0; y < kHeight; ++y)
            std::fill_n(image.row(y), kWidth / 4, std::uint8_t{255});
        return image;
    };
    const auto one = watch();
    show(*one, lit(scene()), 60s);
    show(*one, lit(dark_), 30s);
    ASSERT_EQ(changes_.size(), 1U);
    EXPECT_EQ(changes_[0].kind, "black");
}

TEST_F(TamperWatchTest, WhereItIsSwitchedOffNobodyLooks) {
    const auto one = watch({.enabled = false});
    show(*one, scene(), 60s);
    show(*one, dark_, 60s);
    one->interrupted();
    EXPECT_TRUE(changes_.empty());
    EXPECT_EQ(one->now().state, State::off);
}

} // namespace
} // namespace vedette::pipeline
