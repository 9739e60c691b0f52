#include "app/commands/export/exporting.h"

#include <cstdlib>
#include <ctime>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vedette/base/iso_time.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;

/// A machine in Berlin, until the test ends. Rules of POSIX.1-2017, 8.3, which need no data base.
class ExportTime : public ::testing::Test {
protected:
    void SetUp() override {
        const char* const before = std::getenv("TZ"); // NOLINT(concurrency-mt-unsafe): one thread
        before_ = before == nullptr ? std::optional<std::string>{} : std::string{before};
        // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
        ASSERT_EQ(::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
        ::tzset();
    }
    void TearDown() override {
        if (before_)
            (void)::setenv("TZ", before_->c_str(), 1); // NOLINT(concurrency-mt-unsafe): one thread
        else
            (void)::unsetenv("TZ"); // NOLINT(concurrency-mt-unsafe): one thread
        ::tzset();
    }
    static std::string utc(const std::string& text) {
        const auto time = export_time("--from", text);
        return time ? format_iso_time(*time, SecondDigits::as_needed) : time.error().message();
    }
    std::optional<std::string> before_;
};

TEST_F(ExportTime, IsThatOfTheClockOnThatDay) {
    EXPECT_EQ(utc("2026-07-01T12:00:00"), "2026-07-01T10:00:00.000Z");
    EXPECT_EQ(utc("2026-12-01T12:00:00"), "2026-12-01T11:00:00.000Z");
    EXPECT_EQ(utc("2026-07-01T12:00:00Z"), "2026-07-01T12:00:00.000Z");
    EXPECT_EQ(utc("2026-07-01T12:00:00-05:00"), "2026-07-01T17:00:00.000Z");
}

TEST_F(ExportTime, IsAskedBackWhereTheClockShowsItTwice) {
    EXPECT_EQ(utc("2026-10-25T01:59:59"), "2026-10-24T23:59:59.000Z");
    EXPECT_THAT(utc("2026-10-25T02:30:00"),
                HasSubstr("comes twice by this machine's clock, which was set back then: "
                          "2026-10-25T00:30:00.000Z or 2026-10-25T01:30:00.000Z"));
    EXPECT_EQ(utc("2026-10-25T02:30:00+01:00"), "2026-10-25T01:30:00.000Z");
    EXPECT_EQ(utc("2026-10-25T03:00:00"), "2026-10-25T02:00:00.000Z");
}

TEST_F(ExportTime, IsRefusedWhereTheClockNeverShowsIt) {
    EXPECT_EQ(utc("2026-03-29T01:59:59"), "2026-03-29T00:59:59.000Z");
    EXPECT_THAT(utc("2026-03-29T02:30:00"), HasSubstr("it was set forward then"));
    EXPECT_EQ(utc("2026-03-29T03:00:00"), "2026-03-29T01:00:00.000Z");
}

TEST_F(ExportTime, SaysWhatItMustBe) {
    EXPECT_THAT(utc("yesterday"), HasSubstr("--from "));
    EXPECT_THAT(utc("yesterday"), HasSubstr("must be"));
}

} // namespace
} // namespace vedette::app
