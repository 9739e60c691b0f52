#include "gate/size_watch.h"

#include <gtest/gtest.h>

#include "gate/test_stream.h"

namespace vedette::pipeline {
namespace {

using namespace testing;
using Lesson = SizeWatch::Lesson;

/// \return signs, each of which is taken for an end of the sum.
int signs_over(SizeWatch& watch, TestStream& stream, double seconds, Lesson lesson,
               double busier = 0) {
    int signs = 0;
    for (const double end = stream.seconds() + seconds; stream.seconds() < end;) {
        watch.add(stream.next(busier), lesson);
        if (watch.surprise() >= 1) {
            ++signs;
            watch.calm();
        }
    }
    return signs;
}

TEST(SizeWatch, NothingIsLearnedAtOnceAndEverythingInAQuarterOfAMinute) {
    for (const auto& [name, shape] : quiet_streams()) {
        SizeWatch watch;
        TestStream stream{shape, 1};
        signs_over(watch, stream, 8, Lesson::certain);
        EXPECT_FALSE(watch.learned()) << name;
        signs_over(watch, stream, 22, Lesson::certain);
        EXPECT_TRUE(watch.learned()) << name;
    }
}

TEST(SizeWatch, AnHourInWhichNothingHappensHasHardlyASign) {
    for (const auto& [name, shape] : quiet_streams())
        for (std::uint32_t seed = 1; seed <= 3; ++seed) {
            SizeWatch watch;
            TestStream stream{shape, seed};
            signs_over(watch, stream, 60, Lesson::certain);
            EXPECT_LE(signs_over(watch, stream, 3600, Lesson::presumed), 2)
                << name << ", seed " << seed;
        }
}

TEST(SizeWatch, WhatHalvesAgainTheSizesIsASignWithinASecond) {
    for (const auto& [name, shape] : quiet_streams()) {
        SizeWatch watch;
        TestStream stream{shape, 5};
        signs_over(watch, stream, 60, Lesson::certain);
        watch.calm();
        const double busier = shape.group == 1 ? 12 : 2; // a key frame changes by a tenth of it
        EXPECT_GE(signs_over(watch, stream, 1.2, Lesson::presumed, busier), 1) << name;
    }
}

/// \return the share of groups of two seconds in which something was suspicious.
double suspicious_share(SizeWatch& watch, TestStream& stream, int groups, double busier) {
    int suspicious = 0;
    for (int group = 0; group < groups; ++group) {
        watch.cleared();
        for (const double end = stream.seconds() + 2; stream.seconds() < end;)
            watch.add(stream.next(busier), Lesson::none);
        suspicious += watch.suspicious() ? 1 : 0;
    }
    return static_cast<double>(suspicious) / groups;
}

TEST(SizeWatch, WhatIsTooLittleForASignIsSuspicious) {
    for (const auto& [name, shape] : quiet_streams()) {
        if (shape.group == 1)
            continue; // a key frame changes too little
        SizeWatch watch;
        TestStream stream{shape, 4};
        signs_over(watch, stream, 120, Lesson::certain);
        EXPECT_LT(suspicious_share(watch, stream, 300, 0), 0.5) << name;
        watch.calm();
        EXPECT_GT(suspicious_share(watch, stream, 30, 2 * shape.spread), 0.9) << name;
    }
}

TEST(SizeWatch, OneHugePacketIsNoSign) {
    SizeWatch watch;
    TestStream stream{{}, 3};
    signs_over(watch, stream, 60, Lesson::certain);
    watch.calm();
    watch.add(stream.next(8), Lesson::presumed);
    EXPECT_LT(watch.surprise(), 1);
    EXPECT_EQ(signs_over(watch, stream, 10, Lesson::presumed), 0);
}

TEST(SizeWatch, AnotherLevelBecomesTheUsualOneWhereNothingIsSeenToMove) {
    SizeWatch watch;
    TestStream day{{.inter_bytes = 3'000}, 3};
    signs_over(watch, day, 60, Lesson::certain);
    const double rain = 2;
    EXPECT_GE(signs_over(watch, day, 2, Lesson::certain, rain), 1);
    signs_over(watch, day, 30, Lesson::certain, rain);
    EXPECT_EQ(signs_over(watch, day, 120, Lesson::presumed, rain), 0);
}

TEST(SizeWatch, WhatMovesIsNotLearned) {
    SizeWatch watch;
    TestStream stream{{}, 3};
    signs_over(watch, stream, 60, Lesson::certain);
    signs_over(watch, stream, 300, Lesson::none, 2);
    watch.calm();
    EXPECT_GE(signs_over(watch, stream, 2, Lesson::presumed, 2), 1);
}

TEST(SizeWatch, ACameraThatWasWrongIsBelievedLess) {
    const auto signs_of = [](int mistakes) {
        SizeWatch watch;
        TestStream stream{{.spread = 0.2}, 3};
        signs_over(watch, stream, 60, Lesson::certain);
        watch.calm();
        for (int i = 0; i < mistakes; ++i)
            watch.was_wrong();
        return signs_over(watch, stream, 1, Lesson::presumed, 0.5);
    };
    EXPECT_GT(signs_of(0), 0);
    EXPECT_EQ(signs_of(3), 0);
}

TEST(SizeWatch, TheSamePacketsGiveTheSameSurprise) {
    const auto told = [] {
        SizeWatch watch;
        TestStream stream{{.spread = 0.5, .b_pictures = 2}, 9};
        std::vector<double> surprises;
        for (int i = 0; i < 5'000; ++i) {
            watch.add(stream.next(i % 700 > 600 ? 1 : 0),
                      i % 3 == 0 ? Lesson::certain : Lesson::presumed);
            surprises.push_back(watch.surprise());
        }
        return surprises;
    };
    EXPECT_EQ(told(), told());
}

} // namespace
} // namespace vedette::pipeline
