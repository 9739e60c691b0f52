#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "vedette/media/ffmpeg_log.h"

extern "C" {
#include <libavutil/log.h>
}

namespace vedette::media {
namespace {

/// Keeps the lines that come from FFmpeg.
class KeepingLog final : public Log {
public:
    struct Line {
        LogLevel level;
        std::string text;
        std::int64_t left_out = -1;
    };
    void write(LogLevel level, std::string_view, std::span<const LogField> fields) override {
        Line line{level, {}, -1};
        for (const LogField& field : fields) {
            if (field.key == "text")
                line.text = std::get<std::string_view>(field.value);
            if (field.key == "left_out")
                line.left_out = std::get<std::int64_t>(field.value);
        }
        lines.push_back(std::move(line));
    }
    std::vector<Line> lines;
};

void say(const char* text) { av_log(nullptr, AV_LOG_WARNING, "%s", text); }

TEST(FfmpegLogGuard, PassesWarningsOnAtDebugLevelAndNothingBelow) {
    KeepingLog log;
    {
        const FfmpegLogGuard guard{log};
        say("first line\n");
        av_log(nullptr, AV_LOG_INFO, "chatter\n");
        av_log(nullptr, AV_LOG_ERROR, "number %d", 7);
    }
    ASSERT_EQ(log.lines.size(), 2U);
    EXPECT_EQ(log.lines[0].level, LogLevel::debug);
    EXPECT_EQ(log.lines[0].text, "first line");
    EXPECT_EQ(log.lines[1].text, "number 7");
}

TEST(FfmpegLogGuard, RemovesCredentials) {
    KeepingLog log;
    const FfmpegLogGuard guard{log};
    say("cannot open 'rtsp://viewer:hunter2@10.0.0.5/live?token=abc' now");
    ASSERT_EQ(log.lines.size(), 1U);
    EXPECT_EQ(log.lines[0].text, "cannot open 'rtsp://***@10.0.0.5/live?token=***' now");
}

TEST(FfmpegLogGuard, TakesTwentyLinesASecondAndSaysHowManyWereLeftOut) {
    KeepingLog log;
    ManualClock clock;
    const FfmpegLogGuard guard{log, clock};
    for (int i = 0; i < 50; ++i)
        say("again");
    EXPECT_EQ(log.lines.size(), 20U);
    EXPECT_EQ(log.lines.back().left_out, 0);
    clock.advance(std::chrono::milliseconds{999});
    say("still the same second");
    EXPECT_EQ(log.lines.size(), 20U);
    clock.advance(std::chrono::milliseconds{1});
    say("next second");
    ASSERT_EQ(log.lines.size(), 21U);
    EXPECT_EQ(log.lines.back().text, "next second");
    EXPECT_EQ(log.lines.back().left_out, 31);
    say("and one more");
    EXPECT_EQ(log.lines.back().left_out, 0);
}

TEST(FfmpegLogGuard, CutsEndlessLines) {
    KeepingLog log;
    const FfmpegLogGuard guard{log};
    say(std::string(100'000, 'x').c_str());
    ASSERT_EQ(log.lines.size(), 1U);
    EXPECT_LT(log.lines[0].text.size(), 1000U);
}

TEST(FfmpegLogGuard, GuardsNest) {
    KeepingLog outer_log;
    KeepingLog inner_log;
    const FfmpegLogGuard outer{outer_log};
    say("one");
    {
        const FfmpegLogGuard inner{inner_log};
        say("two");
    }
    say("three");
    ASSERT_EQ(outer_log.lines.size(), 2U);
    EXPECT_EQ(outer_log.lines[1].text, "three");
    ASSERT_EQ(inner_log.lines.size(), 1U);
    EXPECT_EQ(inner_log.lines[0].text, "two");
}

} // namespace
} // namespace vedette::media
