#include "vedette/base/iso_time.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kMorning =
    WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}} + 10h + 15min;

TEST(IsoTime, WritesAsManyDigitsAsAskedFor) {
    const WallTime time = kMorning + 250'017us;
    EXPECT_EQ(format_iso_time(time, SecondDigits::milliseconds), "2026-11-21T10:15:00.250Z");
    EXPECT_EQ(format_iso_time(time, SecondDigits::microseconds), "2026-11-21T10:15:00.250017Z");
    EXPECT_EQ(format_iso_time(time, SecondDigits::as_needed), "2026-11-21T10:15:00.250017Z");
    EXPECT_EQ(format_iso_time(kMorning + 1ms, SecondDigits::as_needed), "2026-11-21T10:15:00.001Z");
    EXPECT_EQ(format_iso_time(WallTime{-1us}, SecondDigits::microseconds),
              "1969-12-31T23:59:59.999999Z");
}

TEST(IsoTime, ReadsItBack) {
    for (const WallTime time : {WallTime{}, kMorning, kMorning + 1us, WallTime{-1us}})
        EXPECT_EQ(parse_iso_time(format_iso_time(time, SecondDigits::as_needed)).value(), time);
}

TEST(IsoTime, TakesZonesAndFractions) {
    for (const char* text : {"2026-11-21T10:15:00Z", "2026-11-21 10:15:00z",
                             "2026-11-21T11:15:00+01:00", "2026-11-21T04:45:00-0530"})
        EXPECT_EQ(parse_iso_time(text).value(), kMorning) << text;
    EXPECT_EQ(parse_iso_time("2026-11-21T10:15:00,25Z").value(), kMorning + 250ms);
    EXPECT_EQ(parse_iso_time("2026-11-21T10:15:00.0000019Z").value(), kMorning + 1us);
    EXPECT_EQ(parse_iso_time("2026-11-21T11:15:00", 60min).value(), kMorning);
}

TEST(IsoTime, RefusesWhatIsNoTime) {
    for (const char* text :
         {"", "2026-11-21", "2026-11-21T10:15", "2026-11-21T10:15:00", "2026-02-30T00:00:00Z",
          "2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T10:15:00.Z",
          "2026-11-21T10:15:00+25:00", "2026-11-21T10:15:00Zx", "2026-1-21T10:15:00Z"})
        EXPECT_FALSE(parse_iso_time(text)) << text;
}

} // namespace
} // namespace vedette
