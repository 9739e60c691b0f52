#include "app/commands/restore/restore.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "app/commands/backup/backup.h"
#include "app/data/places.h"
#include "app/data/test_data_folder.h"

namespace vedette::app {
namespace {

using testing::contents_of;
using ::testing::HasSubstr;
using testing::RunningData;
using ::testing::SizeIs;
using testing::stored_ids;

class RestoreTest : public ::testing::Test {
protected:
    /// 20 sightings in the store, 5 more in the log.
    void SetUp() override {
        RunningData server{data_};
        server.see(0, 20);
        server.take();
        server.see(20, 25);
        const auto made = make_backup(data_, backup_, clock_, {});
        ASSERT_TRUE(made) << made.error().message();
    }
    Result<RestoreReport> restore(Replace replace = Replace::refuse) {
        return restore_backup(backup_, to_, replace, {});
    }
    /// Must fail so, and leave nothing behind.
    std::string refused(ErrorCode code) {
        const auto report = restore();
        if (report) {
            ADD_FAILURE() << "it was restored";
            return {};
        }
        EXPECT_EQ(report.error().code(), code) << report.error().message();
        EXPECT_FALSE(to_.is_used());
        EXPECT_FALSE(std::filesystem::exists(to_.root / "restore.part"));
        EXPECT_FALSE(std::filesystem::exists(to_.root / "before-restore"));
        return report.error().message();
    }
    /// Writes the sums anew, as if the backup had been made like this.
    void seal() { ASSERT_TRUE(seal_backup(backup_, read_manifest(backup_).value(), {})); }
    void execute(const std::string& sql) {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open((backup_ / "vedette.db").c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }

    testing::TemporaryFolder folder_;
    DataFolder data_{folder_.path() / "data"};
    DataFolder to_{folder_.path() / "elsewhere" / "data"};
    std::filesystem::path backup_ = folder_.path() / "backup";
    ManualClock clock_;
};

TEST_F(RestoreTest, BringsBackTheCasesOfFollowingAndPutsThoseThatAreThereAside) {
    testing::add_case(data_, "before");
    std::vector<analysis::Place> places(1);
    places[0].camera = domain::CameraId{"gate"};
    places[0].at = {53.5, 10};
    ASSERT_TRUE(remember_places(data_, places));
    ASSERT_TRUE(make_backup(data_, folder_.path() / "with-cases", clock_, {}));
    testing::add_case(data_, "after");
    auto moved = places;
    moved[0].at = {1, 1};
    ASSERT_TRUE(remember_places(data_, moved));
    const auto report =
        restore_backup(folder_.path() / "with-cases", data_, Replace::put_aside, {});
    ASSERT_TRUE(report) << report.error().message();
    const auto ids = [](const DataFolder& folder) {
        const auto cases = storage::FollowingDb::open(folder.following()).value();
        return cases->list({}).value().records.size();
    };
    EXPECT_EQ(ids(data_), 1U);
    EXPECT_EQ(ids(DataFolder{report->put_aside}), 2U);
    EXPECT_EQ(known_places(data_).value(), places);
    EXPECT_EQ(known_places(DataFolder{report->put_aside}).value(), moved);
}

TEST_F(RestoreTest, NothingIsLostAndNothingComesTwice) {
    const auto report = restore();
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_TRUE(report->put_aside.empty());
    EXPECT_FALSE(std::filesystem::exists(to_.root / "before-restore"));
    RunningData server{to_};
    EXPECT_THAT(stored_ids(server.store()), SizeIs(20));
    server.take(); // goes on where the store stood
    EXPECT_THAT(stored_ids(server.store()), SizeIs(25));
    server.see(25, 26);
    server.take();
    EXPECT_EQ(server.log().extent().last, ports::LogPosition{26});
    EXPECT_THAT(stored_ids(server.store()), SizeIs(26));
    for (int number = 0; number < 25; ++number)
        EXPECT_TRUE(server.pictures().get(RunningData::picture_of(number))) << number;
}

TEST_F(RestoreTest, PutsWhatIsThereAsideOnlyWhenAskedAndBackAgain) {
    std::filesystem::create_directories(to_.root);
    RunningData{to_}.see(100, 103);
    const auto before = contents_of(to_.root);
    const auto refusal = restore();
    ASSERT_FALSE(refusal);
    EXPECT_EQ(refusal.error().code(), ErrorCode::already_exists);
    EXPECT_THAT(refusal.error().message(), HasSubstr("--replace"));
    EXPECT_EQ(contents_of(to_.root), before);

    const auto report = restore(Replace::put_aside);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_THAT(stored_ids(RunningData{to_}.store()), SizeIs(20));
    EXPECT_EQ(restore(Replace::put_aside).error().code(), ErrorCode::already_exists);

    ASSERT_TRUE(undo_restore(to_));
    RunningData server{to_};
    EXPECT_TRUE(server.pictures().get(RunningData::picture_of(101)));
    EXPECT_EQ(server.log().extent().last, ports::LogPosition{3});
}

TEST_F(RestoreTest, AnUndoNeedsSomethingToGoBackTo) {
    const auto status = undo_restore(to_);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::not_found);
}

TEST_F(RestoreTest, IsRefusedWhileAServerRuns) {
    const RunningData server{to_};
    const auto report = restore(Replace::put_aside);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(report.error().message(), HasSubstr("stop it first"));
}

TEST_F(RestoreTest, RefusesABackupInWhichAFileIsNotWhatItWas) {
    for (const char* name : {"vedette.db", "log/00000000000000000001.events", "SHA256SUMS",
                             "snapshots/2026-11-21/e3.jpg"}) {
        const auto whole = testing::content_of(backup_ / name);
        std::ofstream{backup_ / name, std::ios::app} << "x";
        EXPECT_THAT(refused(ErrorCode::data_loss), HasSubstr(name));
        std::ofstream{backup_ / name, std::ios::binary} << whole;
    }
    std::filesystem::remove(backup_ / "snapshots/2026-11-21/e3.jpg");
    EXPECT_THAT(refused(ErrorCode::data_loss), HasSubstr("e3.jpg is missing"));
}

TEST_F(RestoreTest, RefusesWhatIsNoBackupOrWasNotFinished) {
    std::filesystem::remove(backup_ / "backup.json");
    EXPECT_THAT(refused(ErrorCode::not_found), HasSubstr("no backup"));
    std::ofstream{backup_ / "backup.json"} << "{\"vedette_backup\": 1}";
    EXPECT_THAT(refused(ErrorCode::data_loss), HasSubstr("backup.json"));
    std::ofstream{backup_ / "backup.json"} << "[";
    EXPECT_THAT(refused(ErrorCode::data_loss), HasSubstr("backup.json"));
}

TEST_F(RestoreTest, RefusesWhatANewerVedetteMade) {
    execute("PRAGMA user_version = 99");
    seal();
    EXPECT_THAT(refused(ErrorCode::invalid_argument), HasSubstr("update Vedette"));
    std::ofstream{backup_ / "backup.json"} << "{\"vedette_backup\": 2}";
    EXPECT_THAT(refused(ErrorCode::invalid_argument), HasSubstr("update Vedette"));
}

TEST_F(RestoreTest, RefusesAStoreWhoseIndexesDiffer) {
    execute("DELETE FROM plate_sightings");
    seal();
    EXPECT_THAT(refused(ErrorCode::data_loss), HasSubstr("damaged"));
}

TEST_F(RestoreTest, RefusesAStoreThatIsAheadOfItsLog) {
    execute("UPDATE subscribers SET position = 1000");
    seal();
    EXPECT_THAT(refused(ErrorCode::data_loss), HasSubstr("its log ends at 25"));
}

TEST_F(RestoreTest, WritesNothingOutsideItsFolder) {
    const std::string sum(64, 'a');
    for (const char* name : {"../evil", "/etc/evil", "snapshots/../../evil", "log/../evil.events",
                             "log/x/1.events", "vedette.db-wal"}) {
        std::ofstream{backup_ / "SHA256SUMS"} << sum << "  " << name << "\n";
        EXPECT_FALSE(for_each_sum(backup_, [](auto, const auto&) { return Status{}; })) << name;
    }
}

TEST_F(RestoreTest, PicturesThatNoSightingNamesDoNotComeBack) {
    std::ofstream{backup_ / "snapshots/2026-11-21/forgotten.jpg"} << "x";
    std::filesystem::remove(backup_ / "snapshots" / RunningData::picture_of(7));
    seal();
    const auto report = restore().value();
    EXPECT_EQ(report.left_out, 1U);
    EXPECT_EQ(report.missing, 1U);
    EXPECT_FALSE(std::filesystem::exists(to_.snapshots() / "2026-11-21/forgotten.jpg"));
}

TEST_F(RestoreTest, LeavesTheDataAloneWhenItIsStopped) {
    std::stop_source stop;
    stop.request_stop();
    const auto report = restore_backup(backup_, to_, Replace::refuse, stop.get_token());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::cancelled);
    EXPECT_FALSE(to_.is_used());
}

} // namespace
} // namespace vedette::app
