#include "vedette/observability/make_log.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <vector>

#include "vedette/base/secret.h"
#include "vedette/config/document.h"

namespace vedette::observability {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <class T>
concept Loggable = std::constructible_from<LogField, std::string_view, T>;
static_assert(Loggable<const char*> && Loggable<std::string> && Loggable<int>);
static_assert(!Loggable<Secret<std::string>>, "a secret must have no way into the log");

class MakeLog : public ::testing::Test {
protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder = std::filesystem::path{::testing::TempDir()} /
                 ("vedette-log-" + std::to_string(::getpid()) + "-" + test->name());
        std::filesystem::create_directories(folder);
        options.file.path = folder / "vedette.log";
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::unique_ptr<Log> open() const {
        auto log = make_log(options, clock);
        EXPECT_TRUE(log) << log.error().message();
        return log ? *std::move(log) : nullptr;
    }
    [[nodiscard]] static std::string content(const std::filesystem::path& path) {
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        std::istringstream text{content(options.file.path)};
        std::vector<std::string> out;
        for (std::string line; std::getline(text, line);)
            out.push_back(line);
        return out;
    }

    std::filesystem::path folder;
    LogOptions options;
    ManualClock clock;
};

TEST_F(MakeLog, WritesEachLineAtOnce) {
    const auto log = open();
    log->info("started", {{"version", "0.1"}});
    EXPECT_EQ(content(options.file.path), "1970-01-01T00:00:00.000Z INFO  started version=0.1\n");
}

TEST_F(MakeLog, DropsWhatIsNotImportantEnough) {
    options.level = LogLevel::warn;
    const auto log = open();
    log->info("no");
    log->warn("yes");
    log->error("yes too");
    EXPECT_EQ(lines().size(), 2U);
}

TEST_F(MakeLog, WritesJsonWhenAsked) {
    options.format = LogFormat::json;
    open()->error("disk is full", {{"path", "/x"}});
    EXPECT_EQ(lines().at(0), R"({"time":"1970-01-01T00:00:00.000Z","level":"error",)"
                             R"("message":"disk is full","path":"/x"})");
}

TEST_F(MakeLog, LeavesOutWhatComesTooOftenAndSaysSo) {
    const auto log = open();
    for (int i = 0; i < 30; ++i)
        log->warn("camera is silent", {{"camera", "gate"}, {"i", i}});
    log->warn("camera is silent", {{"camera", "drive"}});
    EXPECT_EQ(lines().size(), 21U) << "20 of one camera, and the other's own";
    clock.advance(std::chrono::seconds{10});
    log->warn("camera is silent", {{"camera", "gate"}});
    EXPECT_THAT(lines().back(), HasSubstr("suppressed=10"));
}

TEST_F(MakeLog, WritesEveryDetailThatWasAskedFor) {
    options.level = LogLevel::trace;
    const auto log = open();
    for (int i = 0; i < 30; ++i) {
        log->write(LogLevel::trace, "picture looked at", {});
        log->debug("track began", {{"camera", "gate"}});
    }
    EXPECT_EQ(lines().size(), 60U);
}

TEST_F(MakeLog, TellsAtTheEndWhatWasLeftOut) {
    {
        const auto log = open();
        for (int i = 0; i < 25; ++i)
            log->info("frame lost");
    }
    EXPECT_THAT(lines().back(),
                HasSubstr(R"(events were left out event="info frame lost" suppressed=5)"));
}

TEST_F(MakeLog, TurnsTheFileOverAndKeepsNoMoreThanAsked) {
    options.file.max_size = config::ByteSize{1000};
    options.file.keep = 3;
    const auto log = open();
    const std::string filler(100, 'x');
    for (int i = 0; i < 100; ++i) {
        clock.advance(std::chrono::seconds{11});
        log->info("event", {{"filler", filler}});
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        EXPECT_LE(entry.file_size(), 1000U);
        ++files;
    }
    EXPECT_EQ(files, 3U);
}

TEST_F(MakeLog, AddsToAFileThatIsThere) {
    open()->info("one");
    open()->info("two");
    EXPECT_EQ(lines().size(), 2U);
}

TEST_F(MakeLog, SaysAtTheStartThatTheFileCannotBeWritten) {
    std::ofstream{folder / "file"} << "no folder";
    options.file.path = folder / "file" / "vedette.log";
    const auto log = make_log(options, clock);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(log.error().message(),
                HasSubstr("cannot write the log file " + options.file.path.string()));
    EXPECT_THAT(log.error().message(), HasSubstr("logger.file.path"));
}

TEST_F(MakeLog, GoesOnWithoutTheDisk) {
    if (!std::filesystem::exists("/dev/full"))
        GTEST_SKIP() << "this system has no /dev/full to stand for a full disk";
    options.file.path = "/dev/full";
    const auto log = open();
    ::testing::internal::CaptureStderr();
    log->error("lost", {{"i", 1}});
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("ERROR lost i=1"));
}

TEST_F(MakeLog, WritesToStandardErrorWithoutAFile) {
    options.file.path.clear();
    ::testing::internal::CaptureStderr();
    open()->info("hello");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "1970-01-01T00:00:00.000Z INFO  hello\n");
}

TEST_F(MakeLog, KeepsTheLinesOfManyThreadsWhole) {
    const auto log = open();
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&log, t] {
                for (int i = 0; i < 20; ++i)
                    log->info("turn", {{"camera", std::to_string(t)}, {"i", i}});
            });
    }
    EXPECT_EQ(lines().size(), 80U);
    for (const std::string& line : lines())
        EXPECT_THAT(line, HasSubstr("INFO  turn camera="));
}

TEST_F(MakeLog, IsConfiguredByTheSectionLogger) {
    const auto document = config::Document::parse(
        "default: debug\nformat: json\nfile: { path: /tmp/x.log, max_size: 1MB, keep: 2 }", "f");
    ASSERT_TRUE(document);
    const auto read = log_options().read(document->root());
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->level, LogLevel::debug);
    EXPECT_EQ(read->format, LogFormat::json);
    EXPECT_EQ(read->file.path, "/tmp/x.log");
    EXPECT_EQ(read->file.max_size.bytes, 1'000'000U);
    EXPECT_EQ(read->file.keep, 2);
}

} // namespace
} // namespace vedette::observability
