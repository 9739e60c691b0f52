#include "vedette/events/durable_log.h"

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "log/segmented_log_fixture.h"
#include "testing/temporary_folder.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LogPosition;
using ports::testing::numbered_event;

TEST(DurableLog, MakesItsFolderForItsOwnerAlone) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    ASSERT_TRUE(DurableLog::open(folder.path() / "new" / "", {}, quiet, meters, clock));
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "new").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST(DurableLog, BelongsToOneProcessAtATime) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    auto first = DurableLog::open(folder.path(), {}, quiet, meters, clock);
    ASSERT_TRUE(first);
    const auto second = DurableLog::open(folder.path(), {}, quiet, meters, clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::unavailable);
    EXPECT_NE(second.error().message().find("in use by another Vedette (process " +
                                            std::to_string(::getpid())),
              std::string::npos)
        << second.error().message();
    first->reset();
    EXPECT_TRUE(DurableLog::open(folder.path(), {}, quiet, meters, clock));
}

TEST(DurableLog, SaysWhyAFolderCannotBeUsed) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    const auto file = folder.path() / "file";
    {
        const auto made = open_folder(folder.path(), FolderUse::shared);
        ASSERT_TRUE((*made)->open("file", LogFiles::Open::create));
    }
    const auto inside = DurableLog::open(file / "log", {}, quiet, meters, clock);
    ASSERT_FALSE(inside);
    EXPECT_NE(inside.error().message().find("Not a directory"), std::string::npos)
        << inside.error().message();
    // Nobody may make files there, not even the superuser.
    const auto read_only = DurableLog::open("/proc/self/fdinfo", {}, quiet, meters, clock);
    ASSERT_FALSE(read_only);
    EXPECT_NE(read_only.error().message().find("/proc/self/fdinfo"), std::string::npos);
    EXPECT_FALSE(DurableLog::open(folder.path(), {.segment_bytes = 1}, quiet, meters, clock));
}

TEST(DurableLog, ReadsOldFilesWhileTheyAreForgotten) {
    const TemporaryFolder folder;
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    const auto log =
        *DurableLog::open(folder.path(), {.segment_bytes = 64 << 10}, quiet, meters, clock);
    for (int i = 0; i < 40; ++i) // 20 files, more than are kept open
        ASSERT_TRUE(log->append(std::vector<Envelope>(2, numbered_event(1, 16 << 10))));
    std::jthread forgetting{[&] {
        for (std::uint64_t up_to = 1; up_to < 80; up_to += 2)
            EXPECT_TRUE(log->forget(LogPosition{up_to}));
    }};
    for (LogPosition at; at < log->extent().last;) {
        const auto page = log->read(at, 3);
        ASSERT_TRUE(page) << page.error().message();
        ASSERT_FALSE(page->empty());
        ASSERT_GT(page->front().position, at);
        at = page->back().position;
    }
}

} // namespace
} // namespace vedette::events
