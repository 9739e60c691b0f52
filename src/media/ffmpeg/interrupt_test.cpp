#include "ffmpeg/interrupt.h"

#include <gtest/gtest.h>

namespace vedette::media::ffmpeg {
namespace {

using namespace std::chrono_literals;

/// How often it may be asked before it says that the call is to end; at most `most` times.
int asks_until_ended(Interrupt& interrupt, int most) {
    const AVIOInterruptCB callback = interrupt.callback();
    for (int i = 0; i < most; ++i)
        if (callback.callback(callback.opaque) != 0)
            return i;
    return most;
}

TEST(Interrupt, IsLostAfterMoreReadsThanAnyPictureTakes) {
    const ManualClock clock;
    Interrupt interrupt{clock, /*counts_reads=*/true};
    interrupt.begin(10s, {});
    const int largest_picture = 86'000;
    EXPECT_GT(asks_until_ended(interrupt, 1'000'000), largest_picture);
    EXPECT_TRUE(interrupt.lost());
    EXPECT_FALSE(interrupt.expired());
    interrupt.begin(10s, {});
    EXPECT_FALSE(interrupt.lost()) << "the next picture is counted anew";
}

TEST(Interrupt, OfWhatReadsInSmallPiecesNothingIsCounted) {
    const ManualClock clock;
    Interrupt interrupt{clock, /*counts_reads=*/false};
    interrupt.begin(10s, {});
    EXPECT_EQ(asks_until_ended(interrupt, 1'000'000), 1'000'000);
}

TEST(Interrupt, EndsAtItsDeadlineAndAtARequest) {
    ManualClock clock;
    Interrupt interrupt{clock, true};
    interrupt.begin(10s, {});
    EXPECT_EQ(asks_until_ended(interrupt, 5), 5);
    clock.advance(10s);
    EXPECT_EQ(asks_until_ended(interrupt, 5), 0);
    std::stop_source stop;
    interrupt.begin(10s, stop.get_token());
    EXPECT_EQ(asks_until_ended(interrupt, 5), 5);
    stop.request_stop();
    EXPECT_EQ(asks_until_ended(interrupt, 5), 0);
}

} // namespace
} // namespace vedette::media::ffmpeg
