// A process that appends is killed at any moment, a hundred times on the same folder: what it had
// been told is durable is there each time, once and where it was said to be.

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "testing/temporary_folder.h"
#include "vedette/events/durable_log.h"

namespace vedette::events {
namespace {

using ports::Envelope;
using ports::LogPosition;

constexpr int kKills = 100;
constexpr std::uint32_t kWriters = 3;

/// What a writer reports over the pipe: less than PIPE_BUF, so it arrives whole or not at all.
struct Report {
    std::uint64_t position;
    std::uint32_t round, writer, number;
};

std::string id_of(const Report& report, int part) {
    return "r" + std::to_string(report.round) + ".w" + std::to_string(report.writer) + "." +
           std::to_string(report.number) + "." + std::to_string(part);
}

Envelope event_of(const Report& report, int part) {
    return {domain::EventId{id_of(report, part)}, "sighting", domain::CameraId{"gate"}, WallTime{},
            std::string((report.number * 37) % 900, 'x')};
}

DurableLogOptions small_files() {
    DurableLogOptions options;
    options.segment_bytes = 64 << 10;
    return options;
}

/// The child: writers append pairs and say so, until they are killed.
[[noreturn]] void write_for_ever(const std::filesystem::path& folder, std::uint32_t round,
                                 int out) {
    NullLog quiet;
    NullMetrics meters;
    const SystemClock clock;
    const auto log = DurableLog::open(folder, small_files(), quiet, meters, clock);
    if (!log)
        _exit(1);
    std::vector<std::jthread> writers;
    for (std::uint32_t writer = 0; writer < kWriters; ++writer)
        writers.emplace_back([&, writer] {
            for (std::uint32_t number = 0;; ++number) {
                Report report{0, round, writer, number};
                const std::array<Envelope, 2> pair{event_of(report, 0), event_of(report, 1)};
                const auto last = (*log)->append(pair);
                if (!last)
                    _exit(2);
                report.position = last->value();
                if (::write(out, &report, sizeof report) != sizeof report)
                    _exit(3);
            }
        });
    writers.clear(); // never comes back
    _exit(4);
}

class KilledLog : public ::testing::Test {
protected:
    /// Kills the child after it reported `count` appends; all that it reported is kept.
    void run_and_kill(std::uint32_t round, std::size_t count) {
        std::array<int, 2> ends{};
        ASSERT_EQ(::pipe(ends.data()), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            write_for_ever(folder_ / "log", round, ends[1]);
        }
        ::close(ends[1]);
        Report report{};
        for (std::size_t got = 0; ::read(ends[0], &report, sizeof report) == sizeof report;) {
            acknowledged_[report.position] = report;
            if (++got == count) {
                ASSERT_EQ(::kill(child, SIGKILL), 0); // what is in the pipe was acknowledged, too
            }
        }
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status))
            << "the child ended by itself, with " << WEXITSTATUS(status);
    }

    void check() {
        NullLog quiet;
        NullMetrics meters;
        const SystemClock clock;
        const auto log = DurableLog::open(folder_ / "log", small_files(), quiet, meters, clock);
        ASSERT_TRUE(log) << log.error().message();
        std::vector<std::string> ids; // of position p at [p - 1]
        std::map<std::string, int> times;
        for (;;) {
            const auto page = (*log)->read(LogPosition{ids.size()}, 500);
            ASSERT_TRUE(page) << page.error().message();
            if (page->empty())
                break;
            for (const auto& one : *page) {
                ASSERT_EQ(one.position.value(), ids.size() + 1);
                ids.push_back(one.event.id.value());
                ASSERT_EQ(++times[ids.back()], 1) << ids.back() << " is there twice";
            }
        }
        ASSERT_EQ(ids.size() % 2, 0U) << "half of a pair";
        for (std::size_t i = 0; i < ids.size(); i += 2)
            ASSERT_EQ(ids[i].substr(0, ids[i].size() - 1),
                      ids[i + 1].substr(0, ids[i + 1].size() - 1));
        for (const auto& [position, report] : acknowledged_) {
            ASSERT_LE(position, ids.size()) << "acknowledged, and lost";
            ASSERT_EQ(ids[position - 1], id_of(report, 1));
        }
    }

    const TemporaryFolder folder_;
    std::map<std::uint64_t, Report> acknowledged_;
};

TEST_F(KilledLog, KeepsWhatItAcknowledged) {
    std::mt19937 random{2026};
    for (std::uint32_t round = 0; round < kKills; ++round) {
        SCOPED_TRACE("kill " + std::to_string(round));
        run_and_kill(round, 1 + random() % 15);
        check();
        ASSERT_FALSE(HasFailure());
    }
    std::printf("%zu appends acknowledged over %d kills\n", acknowledged_.size(), kKills);
}

} // namespace
} // namespace vedette::events
