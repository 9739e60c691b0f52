#include "vedette/analysis/time_zone.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"
#include "watchlist/zone_rule.h"

namespace vedette::analysis {
namespace {

using std::chrono::sys_days;
using std::chrono::year;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

WallTime utc(int y, unsigned month, unsigned day, std::chrono::seconds of_day) {
    return WallTime{sys_days{year{y} / std::chrono::month{month} / std::chrono::day{day}} + of_day};
}

TEST(ZoneRule, ChangesAtTheMomentsOfTheYear) {
    const auto rule = parse_zone_rule("CET-1CEST,M3.5.0,M10.5.0/3");
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->offset_at(utc(2026, 3, 29, 3599s)), 1h);
    EXPECT_EQ(rule->offset_at(utc(2026, 3, 29, 3600s)), 2h);
    EXPECT_EQ(rule->offset_at(utc(2050, 10, 30, 3599s)), 2h);
    EXPECT_EQ(rule->offset_at(utc(2050, 10, 30, 3600s)), 1h);
}

TEST(ZoneRule, KnowsTheSouthAndOddOnes) {
    const auto sydney = parse_zone_rule("AEST-10AEDT,M10.1.0,M4.1.0/3");
    ASSERT_TRUE(sydney);
    EXPECT_EQ(sydney->offset_at(utc(2026, 1, 1, 0s)), 11h);
    EXPECT_EQ(sydney->offset_at(utc(2026, 7, 1, 0s)), 10h);
    const auto india = parse_zone_rule("IST-5:30");
    ASSERT_TRUE(india);
    EXPECT_EQ(india->offset_at(utc(2026, 7, 1, 0s)), 5h + 30min);
    const auto unnamed = parse_zone_rule("<-03>3");
    ASSERT_TRUE(unnamed);
    EXPECT_EQ(unnamed->offset_at(utc(2026, 7, 1, 0s)), -3h);
    EXPECT_TRUE(parse_zone_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")) << "Nuuk";
    for (const char* wrong : {"", "C", "CET", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0",
                              "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J60,J300", "CET-1x"})
        EXPECT_FALSE(parse_zone_rule(wrong)) << wrong;
}

/// A TZif file of version 2 with these transitions: seconds, type; types: offsets.
std::string zone_file(const std::vector<std::pair<std::int64_t, int>>& transitions,
                      const std::vector<std::int32_t>& offsets, const std::string& rule) {
    const auto number = [](std::uint64_t value, int bytes) {
        std::string out;
        for (int i = bytes - 1; i >= 0; --i)
            out += static_cast<char>(value >> (8 * static_cast<unsigned>(i)));
        return out;
    };
    const auto header = [&](std::size_t times, std::size_t types, std::size_t chars) {
        return "TZif2" + std::string(15, '\0') + number(0, 4) + number(0, 4) + number(0, 4) +
               number(times, 4) + number(types, 4) + number(chars, 4);
    };
    std::string out =
        header(0, 1, 1) + std::string(7, '\0') + header(transitions.size(), offsets.size(), 4);
    for (const auto& [at, type] : transitions)
        out += number(static_cast<std::uint64_t>(at), 8);
    for (const auto& [at, type] : transitions)
        out += static_cast<char>(type);
    for (const std::int32_t offset : offsets)
        out += number(static_cast<std::uint32_t>(offset), 4) + std::string(2, '\0');
    return out + std::string("AAA\0", 4) + "\n" + rule + "\n";
}

TEST(TimeZone, GoesByItsTransitionsAndThenByItsRule) {
    const auto zone = TimeZone::parse(
        zone_file({{-1'000, 1}, {1'000, 0}}, {3'600, 7'200}, "CET-1CEST,M3.5.0,M10.5.0/3"), "x");
    ASSERT_TRUE(zone) << zone.error().message();
    EXPECT_EQ(zone->offset_at(WallTime{-1'001s}), 1h);
    EXPECT_EQ(zone->offset_at(WallTime{-1'000s}), 2h);
    EXPECT_EQ(zone->offset_at(WallTime{999s}), 2h);
    EXPECT_EQ(zone->offset_at(utc(2026, 1, 1, 0s)), 1h);
    EXPECT_EQ(zone->offset_at(utc(2026, 7, 1, 0s)), 2h);
    EXPECT_EQ(zone->local(utc(2026, 7, 1, 0s)), utc(2026, 7, 1, 7'200s));
}

TEST(TimeZone, ReadsTheFilesOfAFolderAndNothingOutsideIt) {
    const TemporaryFolder folder;
    std::ofstream{folder / "Mine", std::ios::binary} << zone_file({}, {1'800}, "");
    std::ofstream{folder / "Broken", std::ios::binary} << "TZif2 and nothing more";
    const auto mine = TimeZone::find("Mine", folder.path());
    ASSERT_TRUE(mine) << mine.error().message();
    EXPECT_EQ(mine->offset_at(WallTime{}), 30min);
    EXPECT_EQ(TimeZone::find("Broken", folder.path()).error().code(), ErrorCode::data_loss);
    for (const char* wrong : {"", "Nowhere", "../Mine", "/etc/passwd", "+2", "+02:61", "+16:00"}) {
        const auto zone = TimeZone::find(wrong, folder.path());
        ASSERT_FALSE(zone) << wrong;
        EXPECT_EQ(zone.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(zone.error().message(), ::testing::HasSubstr("Europe/Berlin"));
    }
    EXPECT_EQ(TimeZone::find("UTC").value().offset_at(WallTime{}), 0s);
    EXPECT_EQ(TimeZone::find("-05:30").value().offset_at(WallTime{}), -5h - 30min);
}

TEST(TimeZone, NoCutMakesItFail) {
    const std::string whole = zone_file({{0, 0}, {5, 1}}, {60, 120}, "UTC0");
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
        const auto zone = TimeZone::parse(std::string_view{whole}.substr(0, bytes), "cut");
        if (zone) {
            EXPECT_EQ(zone->offset_at(WallTime{10s}), 120s);
        }
    }
}

} // namespace
} // namespace vedette::analysis
