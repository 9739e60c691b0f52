#include "app/commands/doctor/data_checks.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data/test_data_folder.h"

namespace vedette::app {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RunningData;
using ::testing::SizeIs;

class DataChecks : public ::testing::Test {
protected:
    void SetUp() override {
        RunningData server{data_};
        server.see(0, 10);
        server.take();
        clock_.advance(std::chrono::hours{24} * 40'000); // every picture is older than that
    }
    static auto about(Check::State state, const std::string& topic, const std::string& finding) {
        return AllOf(Field(&Check::state, state), Field(&Check::topic, topic),
                     Field(&Check::finding, HasSubstr(finding)));
    }
    std::vector<Check> checks() { return check_data(data_, clock_); }
    static void damage(const std::filesystem::path& file, std::streamoff at) {
        std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
        stream.seekp(at);
        stream << "damaged";
    }

    testing::TemporaryFolder folder_;
    DataFolder data_{folder_.path() / "data"};
    ManualClock clock_;
};

TEST_F(DataChecks, FindNothingWrongInAGoodFolderAndChangeNothing) {
    const auto before = testing::contents_of(data_.root);
    const auto found = checks();
    EXPECT_THAT(found, Each(Field(&Check::advice, IsEmpty())));
    EXPECT_THAT(found, Contains(about(Check::State::ok, "event log", "10 events in 1 files")));
    EXPECT_THAT(found, Contains(about(Check::State::ok, "store", "10 sightings")));
    EXPECT_THAT(found, Contains(about(Check::State::ok, "pictures", "10 are there")));
    EXPECT_THAT(repair_data(data_).value(), IsEmpty());
    EXPECT_EQ(testing::contents_of(data_.root), before);
}

TEST_F(DataChecks, WorkBesideARunningServerAndSayWhatTheStoreHasYetToTake) {
    RunningData server{data_};
    server.see(10, 13);
    const auto found = checks();
    EXPECT_THAT(found, Contains(about(Check::State::ok, "data", "a server runs on it")));
    EXPECT_THAT(found, Contains(about(Check::State::ok, "position", "yet to take 3 events")));
    EXPECT_THAT(found, Contains(about(Check::State::ok, "pictures", "13 are there")));
    EXPECT_EQ(repair_data(data_).error().code(), ErrorCode::unavailable);
}

TEST_F(DataChecks, FindPicturesThatAreMissingAndThoseOfNothing) {
    std::filesystem::remove(data_.snapshots() / RunningData::picture_of(4));
    folder_.write("data/snapshots/2026-11-21/nobody.jpg", "x");
    const auto found = checks();
    EXPECT_THAT(
        found, Contains(about(Check::State::warn, "pictures missing", RunningData::picture_of(4))));
    EXPECT_THAT(found, Contains(about(Check::State::warn, "pictures of nothing", "nobody.jpg")));

    const auto done = repair_data(data_).value();
    EXPECT_THAT(done, Contains(about(Check::State::ok, "pictures removed", "1 ")));
    EXPECT_FALSE(std::filesystem::exists(data_.snapshots() / "2026-11-21/nobody.jpg"));
    EXPECT_THAT(checks(), Contains(about(Check::State::ok, "pictures", "9 are there")));
}

TEST_F(DataChecks, DoNotJudgeAPictureThatMayWaitForItsSighting) {
    folder_.write("data/snapshots/2026-11-21/just-now.jpg", "x");
    const ManualClock before;
    EXPECT_THAT(check_data(data_, before), Each(Field(&Check::state, Check::State::ok)));
}

TEST_F(DataChecks, FailOnADamagedStoreAndMendIt) {
    damage(data_.store(), 2 * 4096);
    folder_.write("data/snapshots/2026-11-21/of-what-was-lost.jpg", "x");
    EXPECT_THAT(checks(), Contains(AllOf(Field(&Check::state, Check::State::fail),
                                         Field(&Check::topic, "store"),
                                         Field(&Check::advice, HasSubstr("--repair")))));
    const auto done = repair_data(data_);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_THAT(*done, Contains(Field(&Check::topic, "store repaired")));
    EXPECT_TRUE(std::filesystem::exists(data_.store().string() + ".damaged"));
    EXPECT_TRUE(std::filesystem::exists(data_.snapshots() / "2026-11-21/of-what-was-lost.jpg"));
    EXPECT_THAT(checks(), Contains(AllOf(Field(&Check::state, Check::State::ok),
                                         Field(&Check::topic, "store"))));
}

TEST_F(DataChecks, FailOnDamageInTheLogAndNameThePlace) {
    damage(data_.log() / "00000000000000000001.events", 500);
    EXPECT_THAT(checks(), Contains(about(Check::State::fail, "event log",
                                         "00000000000000000001.events is damaged at offset")));
}

TEST_F(DataChecks, WarnOfALogThatEndsBeforeTheStore) {
    std::filesystem::remove_all(data_.log());
    RunningData{data_}.see(20, 22);
    EXPECT_THAT(checks(), Contains(about(Check::State::warn, "position", "the log ends at 2")));
}

TEST_F(DataChecks, CountTheCasesOfFollowingAndFailOnDamage) {
    testing::add_case(data_, "one");
    EXPECT_THAT(checks(), Contains(about(Check::State::ok, "following", "1 cases")));
    folder_.write("data/following.db", std::string(8192, 'x'));
    EXPECT_THAT(checks(), Contains(AllOf(Field(&Check::state, Check::State::fail),
                                         Field(&Check::topic, "following"))));
}

TEST_F(DataChecks, FailWhereNothingIs) {
    const DataFolder none{folder_.path() / "none"};
    EXPECT_THAT(check_data(none, clock_),
                AllOf(SizeIs(1), Contains(about(Check::State::fail, "data", none.root.string()))));
    EXPECT_EQ(repair_data(none).error().code(), ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(none.root));
}

} // namespace
} // namespace vedette::app
