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

} // namespace
} // namespace vedette::recording
