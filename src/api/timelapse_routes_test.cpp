#include <atomic>
#include <optional>
#include <thread>

#include "http/server_fixture.h"
#include "testing/temporary_folder.h"
#include "vedette/ports/testing/memory_recording_index.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::api {
namespace {

using test::Answer;
using test::TestClient;

/// Of "gate" there is no end of recordings, of which none has a picture.
class EndlessIndex final : public ports::testing::MemoryRecordingIndex {
public:
    [[nodiscard]] Result<std::vector<ports::RecordedSegment>>
    list(const ports::RecordingQuery& query) const override {
        if (!query.camera || query.camera->value() != "gate")
            return MemoryRecordingIndex::list(query);
        ++asked;
        ports::RecordedSegment row;
        row.id = 1;
        row.camera = *query.camera;
        row.file = "gate/1.mp4";
        row.start = test::at_second(0);
        row.end = test::at_second(10);
        row.fragments = recording::to_bytes({});
        return std::vector<ports::RecordedSegment>(query.limit, row);
    }
    mutable std::atomic<int> asked{0};
};

class TimelapseRoutes : public ServerTest {
protected:
    void SetUp() override {
        auto opened = recording::open_recording_folder(folder.path());
        ASSERT_TRUE(opened) << opened.error().message();
        files = *std::move(opened);
        ApiParts parts = fakes.parts();
        parts.recordings = {.files = files.get(), .index = &index, .log = &log};
        auto started = ApiServer::start(options, std::move(parts), log, metrics, clock);
        ASSERT_TRUE(started) << started.error().message();
        server = *std::move(started);
    }
    void TearDown() override { server.reset(); } // before what it shows
    static std::string path(const std::string& camera) {
        return "/recordings/" + camera +
               "/timelapse.mp4?from=2026-11-21T10:00:00Z&to=2026-11-21T11:00:00Z&speed=100";
    }
    void begin(TestClient& client) {
        client.send("GET " + path("gate") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        while (index.asked == 0)
            std::this_thread::yield();
    }

    const TemporaryFolder folder;
    std::unique_ptr<recording::RecordingFiles> files;
    EndlessIndex index;
};

TEST_F(TimelapseRoutes, AreMadeOneAtATime) {
    TestClient first{port()};
    begin(first);
    TestClient second{port()};
    const Answer busy = second.get(path("gate"));
    expect_problem(busy, 503);
    EXPECT_NE(busy.body.find("another time lapse"), std::string::npos) << busy.body;
}

TEST_F(TimelapseRoutes, EndWhenTheServerStops) {
    std::optional<TestClient> client{port()};
    begin(*client);
    const std::jthread stopping{[this] { server->stop(); }};
    expect_problem(client->answer(), 503);
    client.reset();
}

TEST_F(TimelapseRoutes, EndWhenWhoAskedHasLeft) {
    {
        TestClient client{port()};
        begin(client);
    }
    TestClient other{port()};
    Answer answer = other.get(path("hall"));
    for (int i = 0; i < 1'000 && answer.status == 503; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10}); // until somebody looks at it
        answer = other.get(path("hall"));
    }
    expect_problem(answer, 404);
}

} // namespace
} // namespace vedette::api
