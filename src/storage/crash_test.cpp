#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_store.h"
#include "vedette/base/unique_fd.h"
#include "vedette/ports/testing/sample_events.h"
#include "vedette/storage/sqlite_care.h"

namespace vedette::storage {
namespace {

using ports::LogPosition;
using ports::testing::sample_sighting;

constexpr std::uint64_t kBatch = 7;

/// Applies batch after batch, tells of each through the pipe, and never ends by itself.
[[noreturn]] void write_for_ever(const std::filesystem::path& file, int told) {
    auto store = SqliteStore::open(file);
    if (!store)
        ::_exit(1);
    std::uint64_t position = (*store)->position("store").value().value();
    for (;;) {
        std::vector<domain::Event> events;
        for (std::uint64_t i = 1; i <= kBatch; ++i)
            events.push_back(sample_sighting("e" + std::to_string(position + i),
                                             "AB" + std::to_string((position + i) % 50),
                                             static_cast<std::int64_t>(position + i)));
        position += kBatch;
        if (!(*store)->apply("store", LogPosition{position}, events) ||
            ::write(told, &position, sizeof position) != sizeof position)
            ::_exit(1);
    }
}

/// \return the last position that was told of before the process was killed in the middle of it
std::uint64_t write_and_kill(const std::filesystem::path& file, int batches) {
    int ends[2] = {};
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0)
        write_for_ever(file, ends[1]);
    UniqueFd read_end{ends[0]};
    ::close(ends[1]);
    std::uint64_t told = 0;
    for (int i = 0; i < batches; ++i)
        EXPECT_EQ(::read(read_end.get(), &told, sizeof told), ssize_t{sizeof told});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(read_end.get(), &told, sizeof told) == ssize_t{sizeof told}) {
        // what it still said before it died
    }
    return told;
}

TEST(StoreCrash, KilledAnywhereEventsAndPositionAgree) {
    const TemporaryFolder folder;
    const auto file = folder / "store.db";
    for (int round = 0; round < 12; ++round) {
        const std::uint64_t told = write_and_kill(file, 1 + round * 5 % 17);
        const auto store = open_store(file);
        const std::uint64_t position = store->position("store").value().value();
        EXPECT_GE(position, told) << "what was acknowledged is there";
        EXPECT_EQ(store->extent().value().events, position) << "one event for each position";
        EXPECT_TRUE(store->find(domain::EventId{"e" + std::to_string(position)}));
        EXPECT_FALSE(store->find(domain::EventId{"e" + std::to_string(position + 1)}));
    }
    EXPECT_THAT(check_store(file).value().problems, ::testing::IsEmpty());
}

} // namespace
} // namespace vedette::storage
