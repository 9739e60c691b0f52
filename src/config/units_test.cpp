#include "vedette/config/units.h"

#include <gtest/gtest.h>

namespace vedette::config {
namespace {

using namespace std::chrono_literals;

TEST(Duration, TakesEveryUnit) {
    EXPECT_EQ(*parse_duration("7us"), 7us);
    EXPECT_EQ(*parse_duration("500ms"), 500ms);
    EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(*parse_duration("30 m"), 30min);
    EXPECT_EQ(*parse_duration("24h"), 24h);
    EXPECT_EQ(*parse_duration("365d"), 24h * 365);
    EXPECT_EQ(*parse_duration("0"), 0s) << "zero needs no unit";
    EXPECT_EQ(*parse_duration("5", BareNumber::seconds), 5s);
}

TEST(Duration, RefusesWhatIsNone) {
    for (const char* text :
         {"", "s", "5", "-5s", "+5s", "5 ", "5  s", "1.2.3s", "5sec", "5S", "1e3s", "inf", "nans",
          "0x5s", "5s s", "1d12h", "36601d", "99999999999999999999999d"})
        EXPECT_FALSE(parse_duration(text)) << text;
    EXPECT_FALSE(parse_duration("-5", BareNumber::seconds));
}

TEST(Size, KnowsThousandsFrom1024s) {
    EXPECT_EQ(parse_size("2048MB")->bytes, 2'048'000'000U);
    EXPECT_EQ(parse_size("1kB")->bytes, 1000U);
    EXPECT_EQ(parse_size("1KB")->bytes, 1000U);
    EXPECT_EQ(parse_size("1KiB")->bytes, 1024U);
    EXPECT_EQ(parse_size("1.5 GiB")->bytes, 1'610'612'736U);
    EXPECT_EQ(parse_size("0B")->bytes, 0U);
}

TEST(Size, RefusesWhatIsNone) {
    for (const char* text :
         {"", "2048", "2048 ", "MB", "-1MB", "1mb", "1M", "1 PB", "99999999999TB"})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Share, IsAPercentage) {
    EXPECT_EQ(parse_share("5%")->value, 0.05);
    EXPECT_EQ(parse_share("12.5 %")->value, 0.125);
    EXPECT_EQ(parse_share("100%")->value, 1);
    for (const char* text : {"", "5", "0.05", "101%", "-1%", "%", "5%%"})
        EXPECT_FALSE(parse_share(text)) << text;
}

TEST(Number, IsDecimalAndFinite) {
    EXPECT_EQ(*parse_int("-42"), -42);
    EXPECT_EQ(*parse_int("+42"), 42);
    EXPECT_EQ(*parse_int("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(*parse_double("-1.5e3"), -1500);
    for (const char* text :
         {"", "+", "++1", "+-1", "1.5", "0x10", "1_000", " 1", "1 ", "9223372036854775808"})
        EXPECT_FALSE(parse_int(text)) << text;
    for (const char* text : {"", ".", "nan", "inf", "-inf", "1e999", "1,5", "1.5x"})
        EXPECT_FALSE(parse_double(text)) << text;
}

TEST(Bool, TakesTheWordsOfYaml) {
    for (const char* text : {"true", "True", "TRUE", "yes", "on", "ON"})
        EXPECT_TRUE(*parse_bool(text)) << text;
    for (const char* text : {"false", "no", "No", "off"})
        EXPECT_FALSE(*parse_bool(text)) << text;
    for (const char* text : {"", "1", "0", "tRue", "y", "enabled"})
        EXPECT_FALSE(parse_bool(text).has_value()) << text;
}

TEST(ToText, ReadsBackAsTheSame) {
    for (const char* text : {"7us", "500ms", "90s", "30m", "25h", "7d", "0s", "1500ms"})
        EXPECT_EQ(to_text(*parse_duration(text)), text);
    EXPECT_EQ(to_text(*parse_duration("120s")), "2m");
    for (const char* text : {"2048MB", "64KiB", "200GB", "5TB", "1B", "0B", "1023B", "3GiB"})
        EXPECT_EQ(to_text(*parse_size(text)), text);
    for (const char* text : {"5%", "80%", "12.5%", "0%", "100%", "7%"})
        EXPECT_EQ(to_text(*parse_share(text)), text);
    EXPECT_EQ(to_text(0.1), "0.1");
    EXPECT_EQ(to_text(60.0), "60");
}

} // namespace
} // namespace vedette::config
