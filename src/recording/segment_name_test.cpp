#include "segment_name.h"

#include <gtest/gtest.h>

namespace vedette::recording {
namespace {

TEST(SegmentName, SaysCameraAndStart) {
    const SegmentName name{domain::CameraId{"back-yard_2"},
                           WallTime{std::chrono::microseconds{1'795'860'003'000'250}}, "mp4"};
    EXPECT_EQ(to_file(name), "back-yard_2/2026-11-28/10/100003.000250.mp4");
    EXPECT_EQ(from_file(to_file(name)), name);
}

TEST(SegmentName, IsNotFoundInOtherNames) {
    for (const char* other :
         {"", "x", "gate/2026-11-28/10", "gate/2026-11-28/10/100003.mp4",
          "gate/2026-11-28/11/100003.000250.mp4", "gate/2026-13-28/10/100003.000250.mp4",
          "gate/2026-11-28/10/1000a3.000250.mp4", "gate/2026-11-28/10/100003.000250.",
          "gate/2026-11-28/10/100003.000250", "/2026-11-28/10/100003.000250.mp4",
          "a/gate/2026-11-28/10/100003.000250.mp4", "gate/2026-11-28/10/106003.000250.mp4"})
        EXPECT_FALSE(from_file(other)) << other;
}

TEST(SegmentName, RisesThroughAnHourThatTheClockShowsTwice) {
    // In Berlin the clock is set back from 3 to 2 on 25 October 2026 at 1:00 UTC.
    const WallTime set_back{std::chrono::seconds{1'792'890'000}};
    std::string before;
    for (int minute = -90; minute <= 90; minute += 10) {
        const SegmentName name{domain::CameraId{"gate"}, set_back + std::chrono::minutes{minute},
                               "mp4"};
        const std::string file = to_file(name);
        EXPECT_LT(before, file);
        EXPECT_EQ(from_file(file), name);
        before = file;
    }
    EXPECT_EQ(to_file({domain::CameraId{"gate"}, set_back, "mp4"}),
              "gate/2026-10-25/01/010000.000000.mp4");
}

} // namespace
} // namespace vedette::recording
