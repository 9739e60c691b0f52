#include "app/commands/backup/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/data/test_data_folder.h"

namespace vedette::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RunningData;

class BackupTest : public ::testing::Test {
protected:
    Result<BackupReport> back_up(const std::filesystem::path& to) {
        return make_backup(data_, to, clock_, stop_.get_token());
    }
    static ErrorCode code_of(const Result<BackupReport>& result) {
        return result ? ErrorCode::internal : result.error().code();
    }

    testing::TemporaryFolder folder_;
    DataFolder data_{folder_.path() / "data"};
    std::filesystem::path to_ = folder_.path() / "backups" / "monday";
    ManualClock clock_;
    std::stop_source stop_;
};

TEST_F(BackupTest, HoldsAllWhileTheServerGoesOn) {
    RunningData server{data_};
    server.see(0, 20);
    server.take();
    server.see(20, 25); // the store has yet to take these
    const auto report = back_up(to_);
    ASSERT_TRUE(report) << report.error().message();
    server.see(25, 30);
    server.take();

    EXPECT_EQ(report->manifest.sightings, 20U);
    EXPECT_EQ(report->manifest.pictures, 25U);
    EXPECT_EQ(report->manifest.log_last, ports::LogPosition{25});
    EXPECT_EQ(report->manifest.handled, ports::LogPosition{20});
    EXPECT_THAT(report->warnings, IsEmpty());
    EXPECT_TRUE(check_sums(to_, read_manifest(to_).value(), {}));
    EXPECT_EQ(testing::content_of(to_ / "snapshots" / RunningData::picture_of(24)), "picture 24");
    EXPECT_FALSE(std::filesystem::exists(to_.string() + ".part"));
}

TEST_F(BackupTest, IsForItsOwnerAlone) {
    RunningData{data_}.see(0, 1);
    ASSERT_TRUE(back_up(to_));
    for (const char* name : {"", "log", "snapshots", "vedette.db"}) {
        struct stat info {};
        ASSERT_EQ(::stat((to_ / name).c_str(), &info), 0) << name;
        EXPECT_EQ(info.st_mode & 077U, 0U) << name;
    }
}

TEST_F(BackupTest, LeavesWhatIsThereAlone) {
    RunningData{data_}.see(0, 1);
    folder_.write("backups/monday/mine.txt", "mine");
    EXPECT_EQ(code_of(back_up(to_)), ErrorCode::already_exists);
    folder_.write("backups/tuesday.part/mine.txt", "mine");
    EXPECT_EQ(code_of(back_up(folder_.path() / "backups/tuesday")), ErrorCode::already_exists);
    EXPECT_EQ(testing::content_of(folder_.path() / "backups/tuesday.part/mine.txt"), "mine");
    EXPECT_EQ(code_of(back_up(data_.root / "backup")), ErrorCode::invalid_argument);
}

TEST_F(BackupTest, TakesThePlaceOfAnEmptyFolderAndOfAnInterruptedBackup) {
    RunningData{data_}.see(0, 1);
    std::filesystem::create_directories(to_);
    folder_.write("backups/monday.part/unfinished-vedette-backup", "");
    folder_.write("backups/monday.part/vedette.db", "half of it");
    EXPECT_TRUE(back_up(to_));
}

TEST_F(BackupTest, NeedsAFolderOfAServer) {
    const auto report = back_up(to_);
    EXPECT_EQ(code_of(report), ErrorCode::not_found);
    EXPECT_THAT(report.error().message(), HasSubstr("--data"));
    EXPECT_FALSE(std::filesystem::exists(data_.root));
}

TEST_F(BackupTest, LeavesNothingWhenItIsStoppedOrTheStoreIsDamaged) {
    RunningData{data_}.see(0, 3);
    stop_.request_stop();
    EXPECT_EQ(code_of(back_up(to_)), ErrorCode::cancelled);
    stop_ = {};
    std::filesystem::resize_file(data_.store(), 5000);
    EXPECT_EQ(code_of(back_up(to_)), ErrorCode::data_loss);
    EXPECT_TRUE(std::filesystem::is_empty(to_.parent_path()));
}

TEST_F(BackupTest, TellsOfDamageInTheLogAndTakesItAlong) {
    {
        RunningData server{data_};
        server.see(0, 10);
        server.take();
    }
    const auto segment = data_.log() / "00000000000000000001.events";
    auto bytes = testing::content_of(segment);
    bytes[500] = static_cast<char>(bytes[500] ^ 0x55);
    std::ofstream{segment, std::ios::binary} << bytes;
    const auto report = back_up(to_);
    ASSERT_TRUE(report) << report.error().message();
    ASSERT_THAT(report->warnings, ::testing::SizeIs(1));
    EXPECT_THAT(report->warnings.front(), HasSubstr("are lost: " + segment.string()));
}

} // namespace
} // namespace vedette::app
