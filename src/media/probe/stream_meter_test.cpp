#include "probe/stream_meter.h"

#include <gtest/gtest.h>

#include "probe/judge.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

/// Pictures at the given times, in the order of decoding, a key frame every `group`.
StreamMeasures measured(const std::vector<microseconds>& times, std::size_t group,
                        double arrival_speed = 1) {
    StreamMeter meter{true};
    for (std::size_t i = 0; i < times.size(); ++i)
        meter.add({.at = StreamTime{times[i]}, .key_frame = i % group == 0, .bytes = 1000},
                  SteadyTime{} +
                      std::chrono::duration_cast<SteadyTime::duration>(times[i] / arrival_speed));
    return meter.measures();
}

std::vector<microseconds> even(int count, microseconds distance) {
    std::vector<microseconds> times;
    for (int i = 0; i < count; ++i)
        times.push_back(i * distance);
    return times;
}

bool says(const StreamMeasures& measures, const std::string& id,
          std::chrono::milliseconds watched = 20s) {
    InputReport report;
    report.opened = report.live = true;
    report.codec = "h264";
    report.declared_frame_rate = 25;
    report.measures = measures;
    const auto findings = judge(report, watched);
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& one) { return one.id == id; });
}

TEST(StreamMeter, AnEvenStream) {
    const auto m = measured(even(250, 40ms), 50);
    EXPECT_NEAR(m.frame_rate.value(), 25, 0.01);
    EXPECT_NEAR(m.arrival_rate.value(), 25, 0.01);
    EXPECT_EQ(m.key_frames, 5U);
    EXPECT_EQ(m.key_frame_interval, 2s);
    EXPECT_EQ(m.key_frame_distance, 50);
    EXPECT_NEAR(m.bits_per_second.value(), 25 * 8000, 10);
    EXPECT_FALSE(m.reordered);
    EXPECT_FALSE(m.variable_rate);
    for (const char* id : {"long-key-frame-interval", "variable-rate", "other-rate", "b-frames",
                           "times-run-wrong", "time-jumps"})
        EXPECT_FALSE(says(m, id)) << id;
}

TEST(StreamMeter, JitterIsNoVariableRateAndSmartCodecsAre) {
    auto jittered = even(100, 40ms);
    for (std::size_t i = 0; i < jittered.size(); ++i)
        jittered[i] += microseconds{(i * 7919 % 11) * 800};
    EXPECT_FALSE(measured(jittered, 25).variable_rate);
    auto uneven = even(100, 40ms);
    for (std::size_t i = 50; i < uneven.size(); ++i)
        uneven[i] = uneven[i - 1] + 200ms;
    EXPECT_TRUE(measured(uneven, 25).variable_rate);
    EXPECT_TRUE(says(measured(uneven, 25), "variable-rate"));
}

TEST(StreamMeter, BFramesShowByTheirOrder) {
    std::vector<microseconds> times;
    for (int i = 0; i < 40; i += 2) {
        times.push_back((i + 1) * 40ms);
        times.push_back(i * 40ms);
    }
    const auto m = measured(times, 20);
    EXPECT_TRUE(m.reordered);
    EXPECT_NEAR(m.frame_rate.value(), 25, 0.01);
    EXPECT_TRUE(says(m, "b-frames"));
}

TEST(StreamMeter, LongGroupsAreSaidWhetherTheyEndOrNot) {
    EXPECT_TRUE(says(measured(even(400, 40ms), 250), "long-key-frame-interval"));
    const auto none = measured(even(400, 40ms), 1000);
    EXPECT_FALSE(none.key_frame_interval);
    EXPECT_TRUE(says(none, "long-key-frame-interval"));
    EXPECT_FALSE(says(none, "long-key-frame-interval", 2s)) << "that short a look tells nothing";
}

TEST(StreamMeter, TimesThatRunTooFastAreSaid) {
    EXPECT_TRUE(says(measured(even(250, 40ms), 50, 0.5), "times-run-wrong"));
    EXPECT_TRUE(says(measured(even(250, 80ms), 50), "other-rate"));
    auto m = measured(even(250, 40ms), 50);
    m.time_jumps = 2;
    EXPECT_TRUE(says(m, "time-jumps"));
}

TEST(StreamMeter, NothingCameOrOnePictureIsNoDivisionByZero) {
    EXPECT_EQ(StreamMeter{true}.measures().packets, 0U);
    const auto one = measured({0us}, 1);
    EXPECT_EQ(one.packets, 1U);
    EXPECT_FALSE(one.frame_rate);
    EXPECT_FALSE(measured({0us, 0us, 0us}, 1).frame_rate);
}

TEST(StreamMeter, RemembersBoundedlyMany) {
    const auto m = measured(even(20'000, 10ms), 100);
    EXPECT_EQ(m.packets, 20'000U);
    EXPECT_NEAR(m.frame_rate.value(), 100, 0.1);
}

} // namespace
} // namespace vedette::media
