#include "app/commands/replay/replay.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/data/test_data_folder.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RunningData;
using ::testing::SizeIs;
using testing::stored_ids;
using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

class ReplayTest : public ::testing::Test {
protected:
    std::vector<std::string> ids_of(const ReplayRange& range) {
        std::vector<std::string> ids;
        const auto report = replay(data_, range, {}, [&ids](const ports::Envelope& event) {
            ids.push_back(event.id.value());
            return Status{};
        });
        EXPECT_TRUE(report) << report.error().message();
        return ids;
    }
    static WallTime at(int number) { return WallTime{std::chrono::microseconds{number}}; }

    testing::TemporaryFolder folder_;
    DataFolder data_{folder_.path() / "data"};
};

TEST_F(ReplayTest, GivesTheEventsOfATimeInOrderWhileTheServerRuns) {
    RunningData server{data_};
    server.see(0, 10);
    EXPECT_THAT(ids_of({.from = at(3), .to = at(6), .kinds = {}, .cameras = {}}),
                ElementsAre("e3", "e4", "e5"));
    EXPECT_THAT(ids_of({}), SizeIs(10));
}

TEST_F(ReplayTest, ChoosesByKindAndCamera) {
    ReplayRange range{.from = {}, .to = {}, .kinds = {"camera"}, .cameras = {"gate"}};
    ports::Envelope event{domain::EventId{"a"}, "camera.offline", domain::CameraId{"gate"}, at(1),
                          "{}"};
    EXPECT_TRUE(range.holds(event));
    event.kind = "cameras";
    EXPECT_FALSE(range.holds(event));
    range.kinds.emplace_back("cameras");
    EXPECT_TRUE(range.holds(event));
    event.camera = domain::CameraId{"yard"};
    EXPECT_FALSE(range.holds(event));
}

TEST_F(ReplayTest, UnderstandsMoments) {
    const WallTime now{std::chrono::hours{24 * 20'000}};
    EXPECT_EQ(parse_moment("90m", now).value(), now - 90min);
    EXPECT_EQ(parse_moment("2024-10-04", now).value(), now);
    EXPECT_EQ(parse_moment("2024-10-04T01:00:00Z", now).value(), now + 1h);
    for (const char* wrong : {"", "yesterday", "2024-13-01", "10:15"})
        EXPECT_EQ(parse_moment(wrong, now).error().code(), ErrorCode::invalid_argument) << wrong;
}

TEST_F(ReplayTest, PassesOverDamageAndTellsOfIt) {
    RunningData{data_}.see(0, 10);
    const auto segment = data_.log() / "00000000000000000001.events";
    auto bytes = testing::content_of(segment);
    bytes[500] = static_cast<char>(bytes[500] ^ 0x55);
    std::ofstream{segment, std::ios::binary} << bytes;
    std::size_t given = 0;
    const auto report = replay(data_, {}, {}, [&given](const auto&) {
        ++given;
        return Status{};
    });
    ASSERT_TRUE(report);
    EXPECT_EQ(given, 9U);
    ASSERT_THAT(report->damage, SizeIs(1));
    EXPECT_THAT(report->damage.front(), HasSubstr(segment.string()));
}

TEST_F(ReplayTest, BringsBackWhatTheStoreLostAndDoublesNothing) {
    {
        RunningData server{data_};
        server.see(0, 10);
        server.take();
        ASSERT_TRUE(server.store().forget(at(5), 100));
        ASSERT_TRUE(server.pictures().remove(RunningData::picture_of(3)));
        EXPECT_THAT(stored_ids(server.store()), SizeIs(5));
    }
    for (int round = 0; round < 2; ++round) {
        const auto report =
            replay_to_store(data_, {.from = at(2), .to = {}, .kinds = {}, .cameras = {}}, {});
        ASSERT_TRUE(report) << report.error().message();
        EXPECT_EQ(report->events, 8U);
        EXPECT_EQ(report->without_picture, 1U);
    }
    RunningData server{data_};
    EXPECT_THAT(stored_ids(server.store()), SizeIs(8));
    EXPECT_EQ(server.store().find(domain::EventId{"e3"}).value().snapshot, "");
    EXPECT_EQ(server.store().find(domain::EventId{"e4"}).value(), RunningData::sighting(4));
    EXPECT_EQ(server.store().position(kStoreFeeder).value(), ports::LogPosition{10});
}

TEST_F(ReplayTest, ToTheStoreIsRefusedWhileAServerRuns) {
    const RunningData server{data_};
    const auto report = replay_to_store(data_, {}, {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::unavailable);
}

TEST_F(ReplayTest, NeedsALog) {
    EXPECT_EQ(replay(data_, {}, {}, [](const auto&) { return Status{}; }).error().code(),
              ErrorCode::not_found);
    EXPECT_EQ(replay_to_store(data_, {}, {}).error().code(), ErrorCode::not_found);
    EXPECT_FALSE(std::filesystem::exists(data_.root));
}

} // namespace
} // namespace vedette::app
