#include "log_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace vedette::observability {
namespace {

constexpr WallTime kAt{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} +
                       std::chrono::milliseconds{43'200'123}};

LogEvent event(std::string_view message, std::span<const LogField> fields,
               std::uint64_t suppressed = 0) {
    return {kAt, LogLevel::warn, message, fields, suppressed};
}

TEST(LogText, IsOneLineOfKeysAndValues) {
    const LogField fields[] = {{"camera", "gate"}, {"for_s", 12}, {"share", 0.5}, {"ok", true}};
    EXPECT_EQ(
        to_text_line(event("camera is silent", fields)),
        "2026-01-31T12:00:00.123Z WARN  camera is silent camera=gate for_s=12 share=0.5 ok=true");
    EXPECT_EQ(to_text_line(event("camera is silent", {}, 7)),
              "2026-01-31T12:00:00.123Z WARN  camera is silent suppressed=7");
}

TEST(LogText, CannotBeMadeToForgeALine) {
    const LogField fields[] = {{"path", "a\n2026-01-31T12:00:00.123Z ERROR forged x=1"},
                               {"empty", ""},
                               {"bad key", "a=b"}};
    const std::string line = to_text_line(event("two\nlines", fields));
    EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr("\n")));
    EXPECT_THAT(line, ::testing::HasSubstr(R"(path="a\n2026)"));
    EXPECT_THAT(line, ::testing::HasSubstr(R"(empty="" "bad key"="a=b")"));
}

TEST(LogJson, ReadsBackWhateverTheBytes) {
    const LogField fields[] = {{"quote", "a\"b\\c\n\x01"},
                               {"bytes", "\xff\xfe"},
                               {"umlaut", "ü"},
                               {"count", 3},
                               {"nan", std::numeric_limits<double>::quiet_NaN()},
                               {"yes", true}};
    const std::string line = to_json_line(event("message", fields));
    EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr("\n")));
    const auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["time"], "2026-01-31T12:00:00.123Z");
    EXPECT_EQ(json["level"], "warn");
    EXPECT_EQ(json["message"], "message");
    EXPECT_EQ(json["quote"], "a\"b\\c\n\x01");
    EXPECT_EQ(json["bytes"], "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(json["umlaut"], "ü");
    EXPECT_EQ(json["count"], 3);
    EXPECT_TRUE(json["nan"].is_null());
    EXPECT_EQ(json["yes"], true);
    EXPECT_FALSE(json.contains("suppressed"));
}

TEST(LogJson, KeepsFieldsThatAreCalledLikeOurs) {
    const LogField fields[] = {{"level", "7"}, {"suppressed", 1}, {"x", 1}, {"x", 2}};
    const auto json = nlohmann::json::parse(to_json_line(event("m", fields, 4)));
    EXPECT_EQ(json["level"], "warn");
    EXPECT_EQ(json["_level"], "7");
    EXPECT_EQ(json["suppressed"], 4);
    EXPECT_EQ(json["_suppressed"], 1);
    EXPECT_EQ(json["x"], 1);
    EXPECT_EQ(json["_x"], 2);
}

TEST(LogText, WritesTimesBeforeTheEpochToo) {
    LogEvent early = event("m", {});
    early.at = WallTime{std::chrono::microseconds{-1}};
    EXPECT_THAT(to_text_line(early), ::testing::StartsWith("1969-12-31T23:59:59.999Z"));
}

} // namespace
} // namespace vedette::observability
