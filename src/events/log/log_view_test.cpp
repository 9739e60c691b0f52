#include "vedette/events/log_view.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

#include "testing/temporary_folder.h"
#include "vedette/events/durable_log.h"
#include "vedette/ports/testing/event_log_contract.h"

namespace vedette::events {
namespace {

using ports::LogPosition;
using ports::testing::numbered_event;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kLargePayload = 4000; ///< so that sixteen fill a segment

class LogViewTest : public ::testing::Test {
protected:
    LogViewTest() { open(); }

    void open() {
        log_ =
            DurableLog::open(folder_, {.segment_bytes = 64 << 10}, quiet_, meters_, clock_).value();
    }
    void append(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i)
            ASSERT_TRUE(log_->append(
                std::vector{numbered_event(log_->extent().last.value() + 1, kLargePayload)}));
    }
    std::vector<std::filesystem::path> files() {
        std::vector<std::filesystem::path> found;
        for (const auto& one : std::filesystem::directory_iterator{folder_})
            if (one.path().extension() == ".events")
                found.push_back(one.path());
        std::sort(found.begin(), found.end());
        return found;
    }
    static void damage(const std::filesystem::path& file, std::streamoff at) {
        std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
        stream.seekp(at);
        stream << "damaged!";
    }
    static std::vector<std::uint64_t> positions(const LogView& view) {
        std::vector<std::uint64_t> found;
        LogPosition at{0};
        for (;;) {
            const auto page = view.read(at, 7);
            if (!page || page->empty())
                return found;
            for (const auto& one : *page) {
                EXPECT_EQ(one.event, numbered_event(one.position.value(), kLargePayload));
                found.push_back(one.position.value());
            }
            at = page->back().position;
        }
    }
    static std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to) {
        std::vector<std::uint64_t> all;
        for (; from <= to; ++from)
            all.push_back(from);
        return all;
    }

    const TemporaryFolder root_;
    const std::filesystem::path folder_ = root_ / "log";
    NullLog quiet_;
    NullMetrics meters_;
    SystemClock clock_;
    std::unique_ptr<DurableLog> log_;
};

TEST_F(LogViewTest, ShowsTheMomentOfItsOpeningWhileTheLogGoesOn) {
    append(50);
    const auto view = LogView::open(folder_).value();
    append(50);
    EXPECT_EQ(view->extent().first, LogPosition{1});
    EXPECT_EQ(view->extent().last, LogPosition{50});
    EXPECT_EQ(positions(*view), numbers(1, 50));
    EXPECT_EQ(log_->extent().last, LogPosition{100});
}

TEST_F(LogViewTest, PassesOverWhatIsForgottenMeanwhile) {
    append(60);
    const auto view = LogView::open(folder_).value();
    ASSERT_TRUE(log_->forget(LogPosition{40}));
    const std::uint64_t first = log_->extent().first.value();
    ASSERT_GT(first, 1U);
    EXPECT_EQ(positions(*view), numbers(first, 60));
}

TEST_F(LogViewTest, LeavesAnUnfinishedWriteAloneAndDoesNotShowIt) {
    append(5);
    log_.reset();
    const auto newest = files().back();
    const auto bytes = std::filesystem::file_size(newest);
    std::filesystem::resize_file(newest, bytes - 10);
    const auto view = LogView::open(folder_).value();
    EXPECT_EQ(positions(*view), numbers(1, 4));
    EXPECT_EQ(std::filesystem::file_size(newest), bytes - 10);
    const auto report = check_log(folder_).value();
    EXPECT_GT(report.unfinished_bytes, 0U);
    EXPECT_THAT(report.problems, IsEmpty());
}

TEST_F(LogViewTest, CannotBeOpenedWhereThereIsNoLog) {
    const auto none = LogView::open(root_ / "none");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(root_ / "none"));
    std::filesystem::create_directory(root_ / "empty");
    EXPECT_EQ(LogView::open(root_ / "empty").error().code(), ErrorCode::not_found);
}

TEST_F(LogViewTest, ACopyHoldsTheSameAndGoesOnWhereItEnds) {
    append(50);
    ASSERT_TRUE(LogView::open(folder_).value()->copy_to(root_ / "copy"));
    append(30);
    ASSERT_TRUE(LogView::open(folder_).value()->copy_to(root_ / "copy"));
    EXPECT_EQ(positions(*LogView::open(root_ / "copy").value()), numbers(1, 80));
    const auto copy =
        DurableLog::open(root_ / "copy", {.segment_bytes = 64 << 10}, quiet_, meters_, clock_)
            .value();
    EXPECT_EQ(copy->append(std::vector{numbered_event(81)}).value(), LogPosition{81});
}

TEST_F(LogViewTest, ACopyKeepsWhatTheLogForgetsBetweenTwoRounds) {
    append(50);
    ASSERT_TRUE(LogView::open(folder_).value()->copy_to(root_ / "copy"));
    ASSERT_TRUE(log_->forget(LogPosition{40}));
    append(10);
    ASSERT_TRUE(LogView::open(folder_).value()->copy_to(root_ / "copy"));
    EXPECT_EQ(positions(*LogView::open(root_ / "copy").value()), numbers(1, 60));
}

TEST_F(LogViewTest, ACheckCountsWhatIsThereAndWhatIsLost) {
    append(50);
    const auto sound = check_log(folder_).value();
    EXPECT_EQ(sound.events, 50U);
    EXPECT_EQ(sound.segments, files().size());
    EXPECT_THAT(sound.problems, IsEmpty());

    damage(files().front(), 20'000);
    const auto report = check_log(folder_).value();
    EXPECT_EQ(report.lost, 1U);
    EXPECT_EQ(report.events, 49U);
    ASSERT_THAT(report.problems, SizeIs(1));
    EXPECT_THAT(report.problems.front(), HasSubstr(files().front().string()));
}

TEST_F(LogViewTest, ACheckNamesAFileWhoseHeaderIsDamaged) {
    append(50);
    log_.reset();
    damage(files().front(), 0);
    damage(files().back(), 0);
    const auto report = check_log(folder_).value();
    EXPECT_GT(report.lost, 0U);
    EXPECT_THAT(report.problems, ::testing::Contains(HasSubstr(files().front().string())));
    EXPECT_THAT(report.problems, ::testing::Contains(HasSubstr(files().back().string())));
}

TEST_F(LogViewTest, ANewerFormIsRefused) {
    append(1);
    log_.reset();
    std::fstream stream{files().front(), std::ios::binary | std::ios::in | std::ios::out};
    std::string header(40, '\0');
    stream.read(header.data(), 40);
    header[8] = 2;
    std::vector<unsigned char> bytes(header.begin(), header.end());
    std::uint32_t crc = ~0U; // CRC-32 of the 36 bytes before it
    for (std::size_t i = 0; i < 36; ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    crc = ~crc;
    for (std::size_t i = 0; i < 4; ++i)
        header[36 + i] = static_cast<char>((crc >> (8 * i)) & 0xFFU);
    stream.seekp(0);
    stream << header << std::flush;
    const auto refused = LogView::open(folder_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().message(), HasSubstr("update Vedette"));
}

TEST_F(LogViewTest, ALockKeepsTheLogFromBeingOpenedAndIsRefusedWhileItIs) {
    const auto refused = LogLock::take(folder_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
    log_.reset();
    {
        const auto lock = LogLock::take(folder_);
        ASSERT_TRUE(lock);
        EXPECT_FALSE(DurableLog::open(folder_, {}, quiet_, meters_, clock_));
    }
    EXPECT_TRUE(DurableLog::open(folder_, {}, quiet_, meters_, clock_));
}

} // namespace
} // namespace vedette::events
